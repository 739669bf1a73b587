/** When an IpRange is looked at again; see common/vpc/timing.ts too. All of it is scaled by the operator's `waitScale`, for an AWS that is simulated. */

/** A subnet is `pending` for a moment at most. */
export const SUBNET_WAIT_MS = 2_000;
/** What is still held after that does not drain: who holds it has to be named. */
export const DRAINING_MS = 5 * 60_000;

export interface IpRangeTiming {
  /** How often AWS is asked whether all still stands. */
  readonly lookIntervalMs: number;
  /** Factor on all waiting for AWS. */
  readonly waitScale: number;
}
