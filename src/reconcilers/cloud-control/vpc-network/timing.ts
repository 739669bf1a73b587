/** When a VpcNetwork is looked at again. All of it is scaled by the operator's `waitScale`, for an AWS that is simulated. */

/** A new VPC is `pending` for a moment. */
export const PENDING_WAIT_MS = 2_000;
/** AWS knows in seconds what it has made, and lists it. What was just made is looked at once more before it counts. */
export const CONFIRM_WAIT_MS = 5_000;
/**
 * How long what AWS does not show may still turn up: "a few minutes" at the worst, as its guide to eventual consistency has
 * it. What turns up later than that is a duplicate, and is found by its tags.
 *
 * @see https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
 */
export const TURN_UP_MS = 60_000;

export interface VpcNetworkTiming {
  /** How often AWS is asked whether all still stands, by lists. */
  readonly lookIntervalMs: number;
  /** How often all of it is read. */
  readonly fullCheckIntervalMs: number;
  /** Factor on all waiting for AWS. */
  readonly waitScale: number;
}
