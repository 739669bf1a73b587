/**
 * Which CloudResources of a cluster is served.
 *
 * The one that was stays it, or else the oldest is. One that is being deleted is it only where there is no other: it hands over,
 * and the module goes with the last one.
 */
import { type CloudResources, cloudResourcesKind } from '../../../api/cloud-resources/v1beta1/cloud-resources.ts';
import { FINALIZER } from '../../../api/names.ts';
import { next, type Outcome, stopAndForget } from '../../../composed/index.ts';
import { hasFinalizer, isBeingDeleted, type NamespacedName } from '../../../kube/index.ts';
import { type Cluster, type Watch, watching } from '../../../runtime/index.ts';
import { deleting, heldBack } from '../../common/finding.ts';
import { ALL_INDEX, indexValueOf } from '../../common/indexes.ts';
import { withoutStatus } from '../../common/watches.ts';
import type { CloudResourcesState } from './state.ts';

/** The one that is served, as far as the cache knows. */
export function electedOf({ cluster, object }: Pick<CloudResourcesState, 'cluster' | 'object'>): CloudResources {
  const others = othersOf(cluster.byIndex(cloudResourcesKind, ALL_INDEX, ''), object);
  const staying = [object, ...others].filter((one) => !isBeingDeleted(one));
  const candidates = staying.length > 0 ? staying : [object, ...others];
  return candidates.reduce((first, one) => (rankOf(one) < rankOf(first) ? one : first));
}

/** Stops all but the one that is served. */
export function waitUntilServed(state: CloudResourcesState): Outcome {
  const elected = electedOf(state);
  state.served = isSame(elected, state.object) ? 'True' : 'False';
  if (state.served === 'True') return next;
  const message =
    `CloudResources ${indexValueOf(elected)} stands for the module in this cluster; there can be one, ` +
    `and this one takes over when that is deleted`;
  state.finding = heldBack('OtherIsServed', message);
  return stopAndForget(message);
}

/** Whether another one is served, so that this one leaves nothing behind. */
export function isOtherServed(state: CloudResourcesState): boolean {
  return !isSame(electedOf(state), state.object);
}

/** The module must not be left to one that may be gone by then without a word. */
export function waitForSuccessor(state: CloudResourcesState): Outcome {
  const elected = electedOf(state);
  if (isBeingDeleted(elected) || hasFinalizer(elected, FINALIZER)) return next;
  const message = `CloudResources ${indexValueOf(elected)} takes over`;
  state.finding = deleting(message);
  return stopAndForget(message);
}

/** Wakes the other CloudResources of a cluster when one comes, changes or goes. */
export function watchingOthers(): Watch {
  return watching(cloudResourcesKind, othersIn, { matters: withoutStatus });
}

function othersIn(changed: CloudResources, cluster: Cluster): readonly NamespacedName[] {
  return othersOf(cluster.cache(cloudResourcesKind).list(), changed).map(({ metadata }) => metadata);
}

function othersOf(all: readonly CloudResources[], object: CloudResources): readonly CloudResources[] {
  return all.filter((one) => !isSame(one, object));
}

function isSame(one: CloudResources, other: CloudResources): boolean {
  return one.metadata.uid === other.metadata.uid;
}

/** Times of Kubernetes are whole seconds. */
function rankOf({ metadata, status }: CloudResources): string {
  const { creationTimestamp = '', namespace = '', name } = metadata;
  return [status?.served === 'True' ? 0 : 1, creationTimestamp, name, namespace].join(' ');
}
