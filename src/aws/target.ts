import type { Call } from '../util/call.ts';

/** One place in AWS: an account, a region of it, and the role to take on there. */
export interface Target {
  /** Twelve digits. */
  readonly accountId: string;
  readonly region: string;
  /** Undefined: the base credentials are used as they are. */
  readonly roleArn: string | undefined;
}

/**
 * Gives a client of one service, bound to a target and to the context of one pass.
 *
 * *Guarantees*: cheap to call in every pass; credentials, connections and batchers behind it are shared.
 */
export type ClientProvider<C> = (target: Target, call: Call) => C;
