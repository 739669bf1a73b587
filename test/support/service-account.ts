import { parse, stringify } from 'yaml';
import type { InstallObject } from '../../src/operator/install/settings.ts';
import { connectRest, type KubeRest } from './kube-rest.ts';
import { untilServerKnows } from './server-knows.ts';

interface Kubeconfig {
  readonly users: readonly { readonly name: string; readonly user: object }[];
}

/** Where objects of the kinds of an installation are. */
export function installPath({ apiVersion, kind, metadata }: InstallObject): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const { namespace } = metadata as { readonly namespace?: string };
  const plural = kind.endsWith('y') ? `${kind.slice(0, -1)}ies` : `${kind}s`;
  return `${root}${namespace ? `/namespaces/${namespace}` : ''}/${plural.toLowerCase()}`;
}

/** Applies objects as `kubectl apply --server-side` does. *Throws* what the server refuses. */
export async function applyAll(rest: KubeRest, objects: readonly InstallObject[], query = ''): Promise<void> {
  for (const object of objects) {
    const path = `${installPath(object)}/${object.metadata.name}?fieldManager=test&force=true${query}`;
    const { status, body } = await rest.send('PATCH', path, object, 'application/apply-patch+yaml');
    if (status > 201) throw new Error(`${object.kind} ${object.metadata.name} was refused: ${String(body['message'])}`);
  }
}

/** The kubeconfig of a service account, with a token that the server issues, made from that of an administrator. */
export async function kubeconfigOf(admin: string, namespace: string, name: string): Promise<string> {
  const rest = connectRest(admin);
  try {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
    const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
    const { status, body } = await rest.send('POST', path, request);
    if (status !== 201) throw new Error(`No token for ${name}: ${String(body['message'])}`);
    const { token } = body['status'] as { readonly token: string };
    const kubeconfig = parse(admin) as Kubeconfig;
    const users = kubeconfig.users.map(({ name: user }) => ({ name: user, user: { token } }));
    return stringify({ ...kubeconfig, users });
  } finally {
    rest.close();
  }
}

/** What authorization is asked about a request: `patch redisclusters.cloud-control.kyma-project.io/status`. */
export interface Access {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
  /** Empty: in all namespaces. */
  readonly namespace: string;
}

export function textOf({ verb, group, resource, subresource }: Omit<Access, 'name' | 'namespace'>): string {
  return `${verb} ${resource}${group && `.${group}`}${subresource && `/${subresource}`}`;
}

/** Asks until the server knows of the grant, which its authorizer learns a moment after it was written. */
export async function untilGranted(kubeconfig: string, access: Access): Promise<void> {
  const rest = connectRest(kubeconfig);
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  const review = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: access },
  };
  try {
    await untilServerKnows(`the grant of ${textOf(access)}`, async () => {
      const { status, body } = await rest.send('POST', path, review);
      if (status !== 201) throw new Error(`The server does not say what is granted: ${String(body['message'])}`);
      return (body['status'] as { readonly allowed: boolean }).allowed;
    });
  } finally {
    rest.close();
  }
}
