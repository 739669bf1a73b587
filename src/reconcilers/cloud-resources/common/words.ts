import { kymaNetworkName } from '../../../api/cloud-control/v1beta1/network.ts';
import type { KubeObject } from '../../../kube/index.ts';
import { type InScope, type UserObject } from './user-object.ts';

/** What objects of the control plane are called for a user, by their names there. */
export type UserWords = ReadonlyMap<string, string>;

/** `IpRange default`, `AwsRedisCluster team/cache`. */
export function calledBy(object: KubeObject): string {
  return `${object.kind} ${nameInCluster(object)}`;
}

/** `default`, `team/cache`. */
export function nameInCluster({ metadata: { namespace = '', name } }: KubeObject): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}

/** The object itself, its Scope and the network of that, and what else of the user's the message may speak of. */
export function wordsOf({ object, scope }: InScope, others: readonly UserObject[] = []): UserWords {
  const own = [object, ...others].flatMap((one) =>
    one.status?.id === undefined ? [] : [[one.status.id, calledBy(one)] as const],
  );
  const { name } = scope.metadata;
  return new Map([...own, [name, 'the Scope of this cluster'], [kymaNetworkName(name), 'the network of this cluster']]);
}

/**
 * A message of the control plane in the user's words: objects of its namespace are called as the user calls them, and those
 * of nobody that the user knows are not named.
 */
export function inUserWords(message: string, { scope }: Pick<InScope, 'scope'>, words: UserWords): string {
  const namespace = (scope.metadata.namespace ?? '').replaceAll('.', '[.]');
  const reference = new RegExp(`(?:\\b[A-Z][A-Za-z]+ )?\\b${namespace}/([a-z0-9](?:[-a-z0-9.]*[a-z0-9])?)`, 'g');
  return message.replace(reference, (_found, name: string) => words.get(name) ?? 'another object of the control plane');
}
