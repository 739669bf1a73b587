import type { Call } from '../util/call.ts';
import type { KubeConnection } from './connection.ts';
import { operationOn } from './operation.ts';
import type { ResourceKind } from './resource.ts';

/** Core `v1` ServiceAccounts. */
export const serviceAccountKind: ResourceKind = {
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  namespaced: true,
};

/** A token that ends by itself, and early with its service account. */
export interface TokenOrder {
  readonly namespace: string;
  readonly serviceAccount: string;
  /** From 600 on; servers may give less. */
  readonly expirationSeconds: number;
}

/**
 * Asks the server for a token of a service account, as `kubectl create token` does. *Throws* `KubeApiError`; each call makes
 * another token.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/
 */
export async function requestToken(connection: KubeConnection, call: Call, order: TokenOrder): Promise<string> {
  const { namespace, serviceAccount: name, expirationSeconds } = order;
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds } };
  const request = { verb: 'create', method: 'POST', subresource: 'token', body } as const;
  const answer = await connection.send(call, operationOn(serviceAccountKind, { namespace, name }, request));
  // The API fixes what a request for a token is answered with.
  return (answer as { readonly status: { readonly token: string } }).status.token;
}
