/**
 * Which cluster is behind a kubeconfig. One that has none of the objects that it should have may be another one than before:
 * then nothing is left behind, and nothing may be deleted. One that another Scope has is that one's: two that look after the same
 * objects would never come to an end.
 *
 * By convention the uid of the Namespace `kube-system` identifies a cluster, and survives that its etcd is restored. It is
 * recorded with the Scope when the cluster is served first.
 */
import { type Scope, scopeKind } from '../../api/index.ts';
import { ANNOTATIONS } from '../../api/names.ts';
import {
  isConflict,
  type KubeClient,
  KubeApiError,
  mergePatch,
  namespaceKind,
  type Permission,
} from '../../kube/index.ts';
import { recordedUidOf } from '../../reconcilers/common/indexes.ts';

const IDENTIFYING = { name: 'kube-system' };
/** Each further try means that somebody changed the Scope in between. */
const TRIES = 4;

/** What is asked of a cluster of users. */
export const recognitionPermissionsThere: Permission = {
  kind: namespaceKind,
  verbs: ['get'],
  names: [IDENTIFYING.name],
};

/** What is asked of the control plane. */
export const recognitionPermissions: Permission = { kind: scopeKind, verbs: ['get', 'patch'] };

/** The cluster is not served, because it is not known to be that of the Scope. */
export class UnrecognizedClusterError extends Error {
  override readonly name: string = 'UnrecognizedClusterError';
}

/** It is known to be another one than before, or that of another Scope. */
export class AnotherClusterError extends UnrecognizedClusterError {
  override readonly name = 'AnotherClusterError';
  /** What identifies it; undefined: nothing does. */
  readonly uid: string | undefined;

  constructor(message: string, uid: string | undefined) {
    super(message);
    this.uid = uid;
  }
}

export interface RecognitionDeps {
  readonly there: KubeClient;
  readonly controlPlane: KubeClient;
  /** By which uid it is served; undefined: it is not. */
  readonly servedAs: string | undefined;
  /** As it is known; it may be out of date. */
  readonly scope: () => Scope | undefined;
  /** The name of the other Scope that has the cluster of a uid. */
  readonly ownerOf: (uid: string) => string | undefined;
}

/**
 * Resolves when the cluster is that of the Scope, which it is from the first time on; with its uid, if it has one. Safe to repeat.
 *
 * *Throws* {@link UnrecognizedClusterError}, and what the API server of the cluster answers.
 */
export async function recognizeCluster(deps: RecognitionDeps): Promise<string | undefined> {
  const { there, servedAs, scope, ownerOf } = deps;
  // That another Scope has it by now holds whether or not its server still says which cluster it is.
  expectFree(servedAs, ownerOf);
  const uid = (await there.find(namespaceKind, IDENTIFYING))?.metadata.uid;
  const known = expectScope(scope());
  expectRecorded(uid, known);
  if (uid === undefined) return undefined;
  await recordUnlessTaken(uid, known, deps).catch(rethrowAsOfControlPlane);
  return uid;
}

/** Another Scope may be recorded while this one is. */
async function recordUnlessTaken(uid: string, known: Scope, deps: RecognitionDeps): Promise<void> {
  const recorded = recordedUidOf(known) === uid ? known : await record(uid, known, deps);
  await forgetIfTaken(uid, recorded, deps);
}

/** It is let go in a moment, unless the Scope comes again before: then nothing is recorded with that one. */
function expectScope(scope: Scope | undefined): Scope {
  if (scope === undefined) throw new UnrecognizedClusterError('its Scope is not there');
  return scope;
}

/** *Throws* when another Scope has it. */
function expectFree(uid: string | undefined, ownerOf: RecognitionDeps['ownerOf']): void {
  const owner = uid === undefined ? undefined : ownerOf(uid);
  if (owner !== undefined) throw new AnotherClusterError(takenBy(owner), uid);
}

/** *Throws* when another one is recorded. */
function expectRecorded(uid: string | undefined, scope: Scope): void {
  const recorded = recordedUidOf(scope);
  if (recorded !== undefined && recorded !== uid) throw new AnotherClusterError(ANOTHER_CLUSTER, uid);
}

/** Of two that were recorded at once one takes that back: it would be held against its right cluster, when that comes. */
async function forgetIfTaken(uid: string, recorded: Scope, { ownerOf, controlPlane }: RecognitionDeps): Promise<void> {
  if (ownerOf(uid) !== undefined) await write(null, recorded, controlPlane);
  expectFree(uid, ownerOf);
}

/** Two that record at once do not overwrite each other. Gives the Scope with its record. */
async function record(uid: string, known: Scope, { ownerOf, controlPlane }: RecognitionDeps): Promise<Scope> {
  expectFree(uid, ownerOf);
  let current: Scope | undefined = known;
  for (let tries = 1; current !== undefined && recordedUidOf(current) === undefined; tries += 1) {
    try {
      return await write(uid, current, controlPlane);
    } catch (error) {
      if (!isConflict(error) || tries === TRIES) throw error;
      current = await controlPlane.find(scopeKind, known.metadata);
    }
  }
  const recorded = expectScope(current);
  expectRecorded(uid, recorded);
  return recorded;
}

function write(uid: string | null, { metadata }: Scope, controlPlane: KubeClient): Promise<Scope> {
  const { resourceVersion } = metadata;
  const patch = mergePatch({ metadata: { resourceVersion, annotations: { [ANNOTATIONS.clusterUid]: uid } } });
  return controlPlane.patch(scopeKind, metadata, patch);
}

const ANOTHER_CLUSTER =
  'it is another cluster than the one that was served before; mend the kubeconfig or, if it is right, take the ' +
  `annotation ${ANNOTATIONS.clusterUid} off the Scope: what was made for objects that this cluster does not have is deleted then`;

const takenBy = (owner: string): string =>
  `it is the cluster of the Scope ${owner}, or a copy of it, and one Scope has a cluster; mend the kubeconfig or, if that Scope ` +
  'is to have it no more, take leave of it there first';

/** It is not the cluster of the user that answers so. */
function rethrowAsOfControlPlane(error: unknown): never {
  if (!(error instanceof KubeApiError)) throw error;
  const problem = `which cluster it is cannot be recorded with its Scope: ${error.verb} ${error.resource} (${error.code})`;
  throw new UnrecognizedClusterError(problem, { cause: error });
}
