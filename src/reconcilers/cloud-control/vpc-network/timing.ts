/** When a VpcNetwork is looked at again. All of it is scaled by the operator's `waitScale`, for an AWS that is simulated. */

/** A new VPC is `pending` for a moment. */
export const PENDING_WAIT_MS = 2_000;
/** AWS knows in seconds what it has made, and lists it. What was just made is looked at once more before it counts. */
export const CONFIRM_WAIT_MS = 5_000;
/**
 * How long a part may still turn up that AWS was asked for and has not answered. What turns up later is a duplicate by then,
 * and is found by its tags.
 */
export const INTENT_WAIT_MS = 60_000;
export interface VpcNetworkTiming {
  /** How often AWS is asked whether all still stands, by lists. */
  readonly lookIntervalMs: number;
  /** How often all of it is read. */
  readonly fullCheckIntervalMs: number;
  /** Factor on all waiting for AWS. */
  readonly waitScale: number;
}
