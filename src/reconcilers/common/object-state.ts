import type { Target } from '../../aws/target.ts';
import { entered, type Entered } from '../../composed/index.ts';
import type { EventInput } from '../../kube/events.ts';
import { isBeingDeleted, type KubeObject, type ResourceKind } from '../../kube/resource.ts';
import type { ClusterAccess } from './cluster.ts';
import type { Finding } from './finding.ts';
import type { ReportedStatus } from './status.ts';

/** An object whose status has what every kind's status has. */
export interface StatusObject extends KubeObject {
  readonly status?: ReportedStatus | undefined;
}

/** What every pass starts with: the object, and the cluster it lives in. */
export interface ObjectState<O extends StatusObject = StatusObject> {
  readonly kind: ResourceKind<O>;
  /** The newest version known: a write of the pass puts its answer here. */
  object: O;
  readonly cluster: ClusterAccess;
  /** How fast AWS works: 1 is the real one. Pauses after its refusals and troubles are scaled by it. */
  readonly waitScale: number;
  /** Where in AWS the pass works, as soon as it knows. */
  readonly target: Target | undefined;
  /** What the pass found out; the last finding stands. `undefined` at its end: what the status says still holds. */
  finding: Finding | undefined;
  /** What else people should hear of, as Events at the end of the pass. */
  readonly news: EventInput[];
  /** When AWS last left a write for this object without an answer, monotonic; see unanswered.ts. */
  unansweredAtMs: number | undefined;
  /** Whether the finalizer was taken away: nothing is left, and nothing can come. */
  isReleased: boolean;
}

export function createObjectState<O extends StatusObject>(
  kind: ResourceKind<O>,
  object: O,
  cluster: ClusterAccess,
  waitScale = 1,
): ObjectState<O> {
  return {
    kind,
    object,
    cluster,
    waitScale,
    target: undefined,
    finding: undefined,
    news: [],
    unansweredAtMs: undefined,
    isReleased: false,
  };
}

/**
 * Enters a richer state. It is the same object with more in it, never a copy, so that findings and newer versions of
 * the object that an inner action leaves are seen at the end of the pass.
 */
export function enriched<S extends object, T extends object>(state: S, more: T): Entered<S & T> {
  return entered(Object.assign(state, more));
}

export function isObjectBeingDeleted(state: Pick<ObjectState, 'object'>): boolean {
  return isBeingDeleted(state.object);
}
