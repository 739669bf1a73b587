/** When what stands in a VPC is looked at again. All of it is scaled by the operator's `waitScale`, for an AWS that is simulated. */

/** AWS associates a block within some five seconds: a look just after that finds it there, and one before is in vain. */
export const BLOCK_WAIT_MS = 6_000;
/**
 * How long something may still turn up whose id AWS has said: it is there, or somebody has deleted it. AWS advises to ask for
 * it for up to five minutes.
 *
 * @see https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
 */
export const RECORDED_WAIT_MS = 5 * 60_000;
/** Network interfaces of caches that were just deleted drain for some minutes; others may stay for days. */
const SHORTEST_IN_USE_WAIT_MS = 15_000;
const LONGEST_IN_USE_WAIT_MS = 15 * 60_000;

/** A quarter of what was waited already: the end of a drain is seen soon, and what lasts for days costs little. */
export function inUseWaitMs(elapsedMs: number): number {
  return Math.min(Math.max(elapsedMs / 4, SHORTEST_IN_USE_WAIT_MS), LONGEST_IN_USE_WAIT_MS);
}
