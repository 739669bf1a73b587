import { type Subscription, subscriptionKind } from '../../../api/cloud-control/v1beta1/subscription.ts';
import { type VpcNetwork, vpcNetworkKind } from '../../../api/cloud-control/v1beta1/vpc-network.ts';
import { SUBSCRIPTION_LABELS } from '../../../api/names.ts';
import { type Action, branch, enter, sequence } from '../../../composed/index.ts';
import { finalizerPermissions } from '../../../kube/index.ts';
import { controller, type Controller, watching } from '../../../runtime/index.ts';
import { reportAwsErrors } from '../../common/aws-error.ts';
import { deleteFinalizer, ensureFinalizer } from '../../common/finalizer.ts';
import { SUBSCRIPTION_INDEX } from '../../common/indexes.ts';
import { ensureLabels } from '../../common/labels.ts';
import { isObjectBeingDeleted } from '../../common/object-state.ts';
import { reportReady } from '../../common/report-ready.ts';
import { reconcileObject } from '../../common/runtime-cluster.ts';
import { heldBackBy } from '../../common/watches.ts';
import { refuseWhileUsed } from '../../common/used-by.ts';
import { validateAccount } from './account.ts';
import { createSubscriptionState, openSts, statusOf, type SubscriptionDeps, type SubscriptionState } from './state.ts';

const USERS = [{ kind: vpcNetworkKind, index: SUBSCRIPTION_INDEX }];

const labelsOf = () => ({ [SUBSCRIPTION_LABELS.provider]: 'aws' });

/** An account: nothing is made for it. It is checked that it can be entered, and kept while VpcNetworks stand in it. */
export function reconcileSubscription(deps: SubscriptionDeps): Action<SubscriptionState> {
  return reportAwsErrors(
    branch(
      isObjectBeingDeleted,
      sequence('delete', refuseWhileUsed(USERS), deleteFinalizer()),
      sequence(
        'check',
        ensureFinalizer(),
        ensureLabels(labelsOf),
        enter(openSts(deps), validateAccount),
        reportReady(deps.timing.lookIntervalMs),
      ),
    ),
    { refusalReason: 'InvalidBinding' },
  );
}

/** A Subscription is woken by the VpcNetworks that hold up its deletion. */
export function subscriptionController(deps: SubscriptionDeps, workers: number): Controller {
  return controller<Subscription>({
    kind: subscriptionKind,
    workers,
    watches: [
      watching(
        vpcNetworkKind,
        heldBackBy<VpcNetwork>(subscriptionKind, ({ spec }) => spec.subscription),
      ),
    ],
    permissions: [finalizerPermissions(subscriptionKind)],
    reconcile: reconcileObject({
      createState: (object, cluster) => createSubscriptionState(object, cluster, deps.timing.waitScale),
      pipeline: reconcileSubscription(deps),
      statusOf,
    }),
  });
}
