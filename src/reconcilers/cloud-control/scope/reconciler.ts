import { ipRangeKind } from '../../../api/cloud-control/v1beta1/ip-range.ts';
import { redisClusterKind } from '../../../api/cloud-control/v1beta1/redis-cluster.ts';
import { redisInstanceKind } from '../../../api/cloud-control/v1beta1/redis-instance.ts';
import { type Scope, scopeKind } from '../../../api/cloud-control/v1beta1/scope.ts';
import { LABELS } from '../../../api/names.ts';
import { type Action, branch, enter, not, sequence, stopAndForget, when } from '../../../composed/index.ts';
import { finalizerPermissions } from '../../../kube/index.ts';
import { controller, type Controller, watching } from '../../../runtime/index.ts';
import { reportAwsErrors } from '../../common/aws-error.ts';
import { deleteFinalizer, ensureFinalizer } from '../../common/finalizer.ts';
import { type RefersToScope, SCOPE_INDEX } from '../../common/indexes.ts';
import { isObjectBeingDeleted } from '../../common/object-state.ts';
import { reportReady } from '../../common/report-ready.ts';
import { heldBackBy, reconcileObject } from '../../common/runtime-cluster.ts';
import { isReady } from '../../common/status.ts';
import { refuseWhileUsed } from '../../common/used-by.ts';
import { validateAccount } from './account.ts';
import { createScopeState, openAws, type ScopeDeps, type ScopeState, statusOf } from './state.ts';
import { validateVpc } from './vpc.ts';
import { validateZones } from './zones.ts';

const USERS = [ipRangeKind, redisInstanceKind, redisClusterKind].map((kind) => ({ kind, index: SCOPE_INDEX }));

/** An account, a region and a network: made by others, checked here, and kept while anything stands in them. */
export function reconcileScope(deps: ScopeDeps): Action<ScopeState> {
  return reportAwsErrors(
    sequence(
      'reconcileScope',
      when(isIgnored, stopIgnored),
      branch(
        isObjectBeingDeleted,
        sequence('delete', refuseWhileUsed(USERS), deleteFinalizer()),
        sequence('check', ensureFinalizer(), enter(openAws(deps), checkAws), reportReady(deps.timing.lookIntervalMs)),
      ),
    ),
  );
}

/** A Scope that is ready is looked at cheaply: account and zones do not change under the same specification. */
const checkAws = sequence('checkAws', when(not(isScopeReady), validateAccount, validateZones), validateVpc);

function isIgnored({ object }: ScopeState): boolean {
  return object.metadata.labels?.[LABELS.ignore] !== undefined;
}

function stopIgnored() {
  return stopAndForget('the Scope is to be ignored');
}

function isScopeReady({ object }: ScopeState): boolean {
  return isReady(object);
}

/** A Scope is woken by those in it that hold up its deletion. */
export function scopeController(deps: ScopeDeps, workers: number): Controller {
  const used = heldBackBy<RefersToScope>(scopeKind, (user) => user.spec.scope.name);
  return controller<Scope>({
    kind: scopeKind,
    workers,
    watches: [watching(ipRangeKind, used), watching(redisInstanceKind, used), watching(redisClusterKind, used)],
    permissions: [finalizerPermissions(scopeKind)],
    reconcile: reconcileObject({
      createState: (object, cluster) => createScopeState(object, cluster, deps.timing.waitScale),
      pipeline: reconcileScope(deps),
      statusOf,
    }),
  });
}
