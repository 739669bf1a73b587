import { UNTOKENED_PARTS } from '../../../api/cloud-control/v1beta1/vpc-network.ts';
import { isOutcomeUnknown, orAbsent } from '../../../aws/errors.ts';
import type { Tags } from '../../../aws/tags.ts';
import type { Pass, Stop } from '../../../composed/index.ts';
import { RECORDED_WAIT_MS } from '../../common/vpc/timing.ts';
import { repaired } from '../../common/news.ts';
import { isOwnedByOther } from '../../common/tags.ts';
import { stopWaiting } from '../../common/waits.ts';
import type { VpcNetworkContext, VpcNetworkState } from './state.ts';
import { CONFIRM_WAIT_MS, INTENT_WAIT_MS } from './timing.ts';

/**
 * What AWS makes without a client token: a request that is sent twice makes two.
 *
 * That a part is going to be made is written to the status (`creating`) before AWS is asked, its id as soon as AWS has
 * said it. Whoever finds the intent without an id, or an id that AWS does not show, waits for it to turn up before making
 * another; all carry our tags from their first moment, so that one too many is found and taken away.
 */
export type Part = (typeof UNTOKENED_PARTS)[number];

const NOUNS: Readonly<Record<Part, string>> = {
  vpc: 'VPC',
  internetGateway: 'internet gateway',
  dhcpOptions: 'DHCP options',
};

/** With what the pass is going to make. */
export interface NewParts {
  /** Their intents are recorded. */
  readonly newParts: Set<Part>;
  /** Whether the VPC was just made, so that there is nothing in it or at it yet. */
  readonly isEmpty: boolean;
}

/** A resource of EC2, as much of it as says whose it is. */
export interface Tagged {
  readonly id: string;
  readonly tags: Tags;
}

/** All that is ours: what has our tags, and what the status records, also when somebody took its tags away. */
export async function loadOwn<T extends Tagged>(
  { object, facts }: VpcNetworkState,
  part: Part,
  { tagged, describe }: { readonly tagged: Promise<readonly T[]>; readonly describe: (id: string) => Promise<T> },
): Promise<readonly T[]> {
  const found = await tagged;
  const recordedId = facts.ids[part];
  if (recordedId === undefined || found.some(({ id }) => id === recordedId)) return found;
  const recorded = await orAbsent(describe(recordedId));
  return recorded === undefined || isOwnedByOther(recorded.tags, object) ? found : [...found, recorded];
}

/** Which of several stays: the recorded one, or else one that is `inUse`, or else always the same. */
export function keptOf<T extends Tagged>(
  own: readonly T[],
  recordedId: string | undefined,
  inUse: (item: T) => boolean = () => false,
): T | undefined {
  const sorted = own.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return sorted.find(({ id }) => id === recordedId) ?? sorted.find(inUse) ?? sorted[0];
}

/** Whether a part that is not there may still turn up. Asking begins the wait. */
export function mayTurnUp(context: VpcNetworkContext, state: VpcNetworkState, part: Part, pass: Pass): boolean {
  const { ids, creating } = state.facts;
  if (ids[part] === undefined && !creating.includes(part)) return false;
  return elapsedMsOf(context, state, part, pass) < (ids[part] === undefined ? INTENT_WAIT_MS : RECORDED_WAIT_MS);
}

/** Whether the recorded part is waited for, although another one of ours may be there: which one stays is not known yet. */
export function isAwaited(
  context: VpcNetworkContext,
  state: VpcNetworkState,
  { part, own }: { readonly part: Part; readonly own: readonly Tagged[] },
  pass: Pass,
): boolean {
  const recordedId = state.facts.ids[part];
  const isShown = own.some(({ id }) => id === recordedId);
  return recordedId !== undefined && !isShown && mayTurnUp(context, state, part, pass);
}

export function waitForPart(context: VpcNetworkContext, state: VpcNetworkState, part: Part, pass: Pass): Stop {
  const id = state.facts.ids[part];
  const what = id === undefined ? `${NOUNS[part]} that AWS was asked for` : `${NOUNS[part]} ${id}`;
  const message = `waiting for AWS: it does not show the ${what}`;
  return stopWaiting(state, message, Math.max(CONFIRM_WAIT_MS, elapsedMsOf(context, state, part, pass) / 4));
}

/** In the time of the real AWS. */
function elapsedMsOf(
  { waits }: VpcNetworkContext,
  { object, waitScale }: VpcNetworkState,
  part: Part,
  { clock }: Pass,
) {
  return waits.elapsedMs(waitKey(object.metadata.uid, part), clock, waitScale);
}

export function notePart(context: VpcNetworkContext, state: VpcNetworkState, part: Part, id: string): void {
  state.facts.ids[part] = id;
  forgetIntent(state, part);
  context.waits.end(waitKey(state.object.metadata.uid, part));
}

export function forgetIntent({ facts }: VpcNetworkState, part: Part): void {
  facts.creating = facts.creating.filter((other) => other !== part);
}

/** Writes what is about to be made, in one write. Nothing when it stands there already. */
export async function recordIntents(state: VpcNetworkState, parts: readonly Part[], pass: Pass): Promise<void> {
  const { facts, object } = state;
  const creating = [...new Set([...facts.creating, ...parts])].sort();
  const isRecorded = parts.every((part) => object.status?.creating?.includes(part));
  if (isRecorded && object.status?.identifiers?.name === facts.ids.name) return;
  const fields = { creating, accountId: facts.accountId, identifiers: { name: facts.ids.name } };
  state.object = await state.cluster.recordStatus(state.kind, object, fields, pass);
  facts.creating = creating;
}

/** Makes a part whose intent is recorded. */
export async function makePart<T extends Tagged>(
  context: VpcNetworkContext,
  state: VpcNetworkState,
  part: Part,
  { make, signal }: { readonly make: () => Promise<T>; readonly signal: AbortSignal },
): Promise<T> {
  const lostId = state.facts.ids[part];
  try {
    const made = await make();
    notePart(context, state, part, made.id);
    state.hasWritten = true;
    if (lostId !== undefined) {
      // A deletion must not take for lost too what AWS may not show yet.
      state.facts.cidrBlocks = undefined;
      state.news.push(repaired(`The ${NOUNS[part]} ${lostId} was gone, and ${made.id} was made in its place`));
    }
    return made;
  } catch (error) {
    // Refused, so that nothing can turn up. Of a request that was cut off nobody knows.
    if (!isOutcomeUnknown(error) && !signal.aborted) forgetIntent(state, part);
    throw error;
  }
}

/** For an object that is let go. */
export function forgetWaits({ waits }: VpcNetworkContext, { object }: VpcNetworkState): void {
  for (const part of UNTOKENED_PARTS) waits.end(waitKey(object.metadata.uid, part));
  waits.end(object.metadata.uid);
}

function waitKey(uid: string, part: Part): string {
  return `${uid}/${part}`;
}
