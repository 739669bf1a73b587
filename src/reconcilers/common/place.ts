import { type Stop, stopAndForget } from '../../composed/index.ts';
import { failed } from './finding.ts';
import type { ObjectState } from './object-state.ts';

/** Where in AWS something stands. */
export interface Place {
  readonly accountId: string;
  readonly region: string;
}

interface Standing {
  /** What stands there, as the start of a sentence. */
  readonly what: string;
  /** Undefined: nothing stands anywhere, or the status does not say where. */
  readonly recorded: Place | undefined;
  /** What says where the object belongs, by kind and name, and what that says now. */
  readonly by: string;
  readonly now: Place;
}

/**
 * What stops a pass in another place than that where the object stands; undefined when nothing does.
 *
 * The place of a Scope or Subscription cannot change, but one that is taken away by force may be made anew with another.
 * Then what the status records is out of sight: a look would take it for lost and make it again, a deletion would leave it
 * behind. Nothing is done until what says the place is right, whose change begins another pass.
 */
export function stopElsewhere(state: Pick<ObjectState, 'finding'>, standing: Standing): Stop | undefined {
  const { what, recorded, by, now } = standing;
  if (recorded === undefined || (recorded.accountId === now.accountId && recorded.region === now.region)) {
    return undefined;
  }
  const message =
    `${what} stands in AWS account ${recorded.accountId}, region ${recorded.region}, but ${by} is in account ` +
    `${now.accountId}, region ${now.region} now. Make ${by} as it was; to leave behind what stands there, take the ` +
    `finalizers off this object`;
  state.finding = failed('ReasonInvalidDependency', message);
  return stopAndForget(message);
}
