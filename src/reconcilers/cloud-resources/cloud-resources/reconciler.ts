import { type CloudResources, cloudResourcesKind } from '../../../api/cloud-resources/v1beta1/cloud-resources.ts';
import { type Action, branch, isStop, named, next, sequence, stopAndForget, when } from '../../../composed/index.ts';
import { finalizerPermissions, type Permission } from '../../../kube/index.ts';
import { controller, type Controller, MAIN_ROLE, type ReconcileAbsent } from '../../../runtime/index.ts';
import { NAMES_SHOWN, shortened } from '../../../util/shortened.ts';
import { deleteFinalizer, ensureFinalizer } from '../../common/finalizer.ts';
import { processing, ready } from '../../common/finding.ts';
import { ALL_INDEX, allIndexValues } from '../../common/indexes.ts';
import { isObjectBeingDeleted } from '../../common/object-state.ts';
import { announcerOf, clusterOf, passOver } from '../../common/runtime-cluster.ts';
import { inTurn } from '../common/in-turn.ts';
import type { OrphanDeps } from '../common/orphans.ts';
import { USER_ROLE } from '../common/planes.ts';
import { isOtherServed, waitForSuccessor, waitUntilServed, watchingOthers } from './election.ts';
import { installedIn, isBase, reconcileBase, watchingInstalled } from './installed.ts';
import type { Installer } from './installer.ts';
import { keysOfLeftBehind, leftBehindPermissions, reconcileLeftBehind, watchingMade } from './left-behind.ts';
import { BASE_MANIFESTS, MODULE_KINDS, MODULE_MANIFESTS } from './manifests.ts';
import { remainingObjects, watchingRemaining } from './remaining-objects.ts';
import { type CloudResourcesState, createState, statusOf } from './state.ts';

/** Whether the objects of the kinds of a cluster are followed and worked on. Both may be repeated. */
export interface Modules {
  enable(cluster: string): void | Promise<void>;
  /** Resolves when no pass works on any of them any more. */
  disable(cluster: string): Promise<void>;
}

export interface CloudResourcesDeps {
  readonly modules: Modules;
  /** Undefined: the cluster has the kinds already, and keeps them. */
  readonly installer: Installer | undefined;
}

/** Cloud Manager in a cluster: its kinds, and the work on them. */
export function reconcileCloudResources(deps: CloudResourcesDeps): Action<CloudResourcesState> {
  const provide = sequence(
    'provide',
    waitUntilServed,
    ensureFinalizer<CloudResources>(),
    installKinds(deps),
    enableModule(deps),
  );
  const remove = sequence(
    'remove',
    when(isOtherServed, waitForSuccessor, deleteFinalizer<CloudResources>()),
    refuseWhileObjectsRemain(deps),
    removeModule(deps),
    deleteFinalizer<CloudResources>(),
  );
  return inTurn(branch(isObjectBeingDeleted, remove, provide));
}

/** That the API server serves them then begins the next pass. */
function installKinds({ installer }: CloudResourcesDeps): Action<CloudResourcesState> {
  return named('installKinds', async (state: CloudResourcesState) => {
    if (installer === undefined) return next;
    const manifests = [...BASE_MANIFESTS, ...MODULE_MANIFESTS];
    const how = { client: state.client, known: installedIn(state.cluster) };
    const { pending, ofLaterVersion } = await installer.install(manifests, how);
    if (pending.length > 0) {
      const message = `The cluster does not serve these yet: ${shortened(pending, NAMES_SHOWN)}`;
      state.finding = processing(message);
      return stopAndForget(message);
    }
    state.ofLaterVersion = ofLaterVersion;
    return next;
  });
}

function enableModule({ modules }: CloudResourcesDeps): Action<CloudResourcesState> {
  return named('enableModule', async (state: CloudResourcesState) => {
    await modules.enable(state.clusterName);
    const left = shortened(state.ofLaterVersion, NAMES_SHOWN);
    state.finding = ready(
      left === '' ? 'Ready' : `Ready; left as a later version of Cloud Manager has made it: ${left}`,
    );
    return stopAndForget('the module is on');
  });
}

/** What is left is worked on: it may be on its way out. */
function refuseWhileObjectsRemain({ modules, installer }: CloudResourcesDeps): Action<CloudResourcesState> {
  return named('refuseWhileObjectsRemain', async (state: CloudResourcesState) => {
    const finding = await remainingObjects(state, installer !== undefined);
    if (finding === undefined) return next;
    await modules.enable(state.clusterName);
    state.finding = finding;
    return stopAndForget(finding.message);
  });
}

/**
 * What was written until now may have been worked on; what is written from now on is not, and has nothing in AWS. So it is asked
 * once more before the kinds are taken away.
 */
function removeModule(deps: CloudResourcesDeps): Action<CloudResourcesState> {
  const refuse = refuseWhileObjectsRemain(deps);
  return named('removeModule', async (state: CloudResourcesState, pass) => {
    await deps.modules.disable(state.clusterName);
    const outcome = await refuse(state, pass);
    if (!isStop(outcome)) await deps.installer?.uninstall(MODULE_MANIFESTS, state.client);
    return outcome;
  });
}

/** What it asks of a cluster whoever has installed the kinds. */
const permissions: readonly Permission[] = [
  finalizerPermissions(cloudResourcesKind),
  ...MODULE_KINDS.map((kind): Permission => ({ kind, verbs: ['list'] })),
];

/** The controller of CloudResources. */
export function cloudResourcesController(deps: CloudResourcesDeps & OrphanDeps, workers: number): Controller {
  const { installer, planes } = deps;
  const pipeline = reconcileCloudResources(deps);
  return controller<CloudResources>({
    kind: cloudResourcesKind,
    role: USER_ROLE,
    workers,
    indexes: { [ALL_INDEX]: allIndexValues },
    watches: [
      watchingOthers(),
      ...watchingRemaining(),
      ...watchingMade(planes),
      ...(installer === undefined ? [] : watchingInstalled()),
    ],
    permissions: [...permissions, ...(installer?.permissions ?? [])],
    permissionsIn: { [MAIN_ROLE]: leftBehindPermissions },
    reconcile: (object, pass, cluster) => {
      const parts = { cluster: clusterOf(cluster), clusterName: cluster.name, client: cluster.client(pass) };
      return passOver({ pipeline, statusOf, announce: announcerOf(cluster) }, createState(object, parts), pass);
    },
    reconcileAbsent: reconcileAbsentOf(deps),
    keysElsewhere: keysOfLeftBehind(deps),
  });
}

function reconcileAbsentOf({ installer, ...deps }: CloudResourcesDeps & OrphanDeps): ReconcileAbsent {
  const leftBehind = reconcileLeftBehind(deps);
  const base = installer && reconcileBase(installer);
  return (key, pass, cluster) => (isBase(key) && base ? base : leftBehind)(key, pass, cluster);
}
