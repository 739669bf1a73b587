import { CUSTOM_KINDS } from '../../src/api/index.ts';
import type { FaultSubject } from '../../src/sandbox/kube-api/faults.ts';

/** What a request is about, read from its path alone: what there is on the server is not known here. */
export type RequestedPath = Pick<FaultSubject, 'resource' | 'subresource' | 'namespace' | 'name'>;

/** Reads `/api/v1/namespaces/a/configmaps/b`, `/apis/example.com/v1/widgets`; the resource is empty for what is none. */
export function requestedPathFrom(pathname: string): RequestedPath {
  const [root, ...parts] = pathname.split('/').slice(1).map(decodeURIComponent);
  const inVersion = root === 'api' ? parts.slice(1) : root === 'apis' ? parts.slice(2) : [];
  const [first = '', second = '', third] = inVersion;
  if (first !== 'namespaces' || third === undefined) {
    return { namespace: '', resource: first, name: second, subresource: third };
  }
  const [, , resource = '', name = '', subresource] = inVersion;
  return { namespace: second, resource, name, subresource };
}

/** What an operator looks at across namespaces. */
const ACROSS = /^(\/api\/v1|\/apis\/[a-z.-]+\.kyma-project\.io\/\w+)\/(?!namespaces)([a-z]+)$/;

/** Lists of our kinds that have no namespace. */
const OF_THE_CLUSTER: ReadonlySet<string> = new Set(
  CUSTOM_KINDS.filter(({ namespaced }) => !namespaced).map(
    ({ group, version, plural }) => `/apis/${group}/${version}/${plural}`,
  ),
);

/** Whether a look at it shows objects of all files that share a server. */
export function isOfTheCluster(pathname: string): boolean {
  return OF_THE_CLUSTER.has(pathname);
}

/** A look across all namespaces, made one into a single namespace: the rest of the cluster is somebody else's. */
export function scopedPath(pathname: string, namespace: string): string {
  return isOfTheCluster(pathname) ? pathname : pathname.replace(ACROSS, `$1/namespaces/${namespace}/$2`);
}

/** What a request is about, whatever object: the kinds of two groups may have the same name. */
export function kindPath(pathname: string): string {
  const [root = '', ...parts] = pathname.split('/').slice(1);
  const version = parts.slice(0, root === 'apis' ? 2 : 1);
  return [root, ...version, requestedPathFrom(pathname).resource].join('/');
}
