/** When an IpRange is looked at again. All of it is scaled by the operator's `waitScale`, for an AWS that is simulated. */

/** AWS associates a block within seconds; most are there at the second look. */
export const BLOCK_WAIT_MS = 5_000;
/** A subnet is `pending` for a moment at most. */
export const SUBNET_WAIT_MS = 2_000;
/** Network interfaces of caches that were just deleted drain for some minutes. */
export const IN_USE_WAIT_MS = 15_000;

export interface IpRangeTiming {
  /** How often AWS is asked whether all still stands. */
  readonly lookIntervalMs: number;
  /** Factor on all waiting for AWS. */
  readonly waitScale: number;
}
