import { isInvalidState, isNotFound, orAbsent, type VpcPeering as PeeringConnection } from '../../../aws/index.ts';
import { type Action, named, next, type Pass, type Predicate, type StateFactory } from '../../../composed/index.ts';
import { deleting, processing } from '../../common/finding.ts';
import { RECORDED_WAIT_MS } from '../../common/vpc/timing.ts';
import { enriched, isObjectBeingDeleted } from '../../common/object-state.ts';
import { ownershipTags, TAG_KEYS } from '../../common/tags.ts';
import { isEnded, knownCode, type PeeringStep, peeringStepOf, removalStepOf } from './peering-code.ts';
import type { ConnectionState, KnownState, PeeringState, SidesState } from './state.ts';
import type { Waiting } from './waiting.ts';

/** Loads the connection that the status knows. Others are looked for only when that one does not do. */
export function loadConnection<S extends SidesState>(): StateFactory<S, S & KnownState> {
  return named('loadConnection', async (state: S) => {
    const { id } = state.facts;
    const connection = id === undefined ? undefined : await orAbsent(state.local.client.describeVpcPeering(id));
    noteConnection(state, connection);
    return enriched(state, { connection });
  });
}

/** Takes down what AWS says of the connection, for the status. */
export function noteConnection(state: PeeringState, connection: PeeringConnection | undefined): void {
  state.code = knownCode(connection?.status.code);
}

/** Whether the connection asks for `step` next; see peering-code.ts. */
export function needs(step: PeeringStep): Predicate<ConnectionState> {
  return named(`needs ${step}`, ({ connection }: ConnectionState) => peeringStepOf(connection?.status.code) === step);
}

/** Waits for a connection that AWS was asked for a moment ago and does not show yet. It must not be taken for gone. */
export function waitForNewConnection(waiting: Waiting): Action<KnownState> {
  return named('waitForNewConnection', (state: KnownState, pass: Pass) => {
    const { id, createIntent } = state.facts;
    const isNew =
      createIntent !== undefined &&
      pass.clock.now() - Date.parse(createIntent.time) < RECORDED_WAIT_MS * state.waitScale;
    if (id === undefined || state.connection !== undefined || !isNew) return next;
    const message = `waiting for AWS: it does not show the new peering ${id} yet`;
    state.finding = isObjectBeingDeleted(state) ? deleting(message) : processing(message);
    return waiting.forAws(state, pass, state.local.place, 'new');
  });
}

/** Waits for AWS to go on by itself. */
export function waitForConnection(waiting: Waiting): Action<ConnectionState> {
  return named('waitForConnection', (state: ConnectionState, pass: Pass) => {
    const { connection } = state;
    if (connection === undefined) return next;
    const { code } = connection.status;
    state.finding = processing(`waiting for AWS: the peering ${connection.id} is ${code}`);
    return waiting.forAws(state, pass, state.local.place, code);
  });
}

/** What a deletion has to end: with the connection of the status those that a pass made and did not live to record. */
export interface RemovalState extends KnownState {
  readonly own: readonly PeeringConnection[];
  /** Why routes of the remote side may be left; undefined when none are. */
  left: string | undefined;
}

/**
 * Loads what is to be ended: the connection of the status, and when that has ended what else bears our tags, such as one
 * that was requested by a pass that did not live to record it.
 */
export const loadOwnConnections: StateFactory<KnownState, RemovalState> = named('loadOwnConnections', async (state) => {
  const { connection, facts } = state;
  const own = connection !== undefined && !isEnded(connection.status.code) ? [connection] : await findOwn(state);
  // Other releases recorded less.
  facts.vpcId ??= connection?.requester.vpcId;
  facts.remoteVpcId ??= connection?.accepter.vpcId;
  return enriched(state, { own, left: undefined });
});

async function findOwn({ local, object }: SidesState): Promise<readonly PeeringConnection[]> {
  const { [TAG_KEYS.name]: name = '', [TAG_KEYS.scope]: scope = '' } = ownershipTags(object);
  return local.client.findVpcPeeringsByTags({ [TAG_KEYS.name]: name, [TAG_KEYS.scope]: scope });
}

/** Whether there is nothing to do but to wait: a connection that ends needs no looking at routes. */
export function isAwaitingEnd({ own }: RemovalState): boolean {
  const steps = own.map(({ status }) => removalStepOf(status.code));
  return steps.includes('wait') && !steps.includes('delete');
}

/** Ends the connections, for both sides at once, and waits until AWS says that they have. */
export function deleteConnections(waiting: Waiting): Action<RemovalState> {
  return named('deleteConnections', async (state: RemovalState, pass: Pass) => {
    const living = state.own.filter(({ status }) => removalStepOf(status.code) !== 'done');
    if (living.length === 0) return next;
    const [first] = living;
    state.finding = deleting(`waiting for AWS: the peering ${first?.id ?? ''} is being deleted`);
    for (const { id, status } of living) {
      if (removalStepOf(status.code) === 'delete') await deleteConnection(state, id);
    }
    return waiting.forAws(state, pass, state.local.place, 'deleting');
  });
}

/** The other side may have ended it a moment ago, and a request that has just arrived cannot be taken back yet. */
export async function deleteConnection({ local }: SidesState, id: string): Promise<void> {
  try {
    await local.client.deleteVpcPeering(id);
  } catch (error) {
    if (!isNotFound(error) && !isInvalidState(error)) throw error;
  }
}
