import type { ConditionReason } from '../../../api/conditions.ts';
import { userMessage, type Vpc, type VpcPeering as PeeringConnection } from '../../../aws/index.ts';
import { sanitize } from '../../../aws/translate.ts';
import {
  type Action,
  enter,
  named,
  next,
  type Outcome,
  type Pass,
  sequence,
  type StateFactory,
  stopWithRequeue,
  stopWithRequeueDelay,
} from '../../../composed/index.ts';
import { awaitAll } from '../../../util/settled.ts';
import { Refusal, refusedAs, stopRefused } from '../../common/aws-error.ts';
import { failed, processing } from '../../common/finding.ts';
import { enriched } from '../../common/object-state.ts';
import { isOwnedBy } from '../../common/tags.ts';
import { stopWaiting } from '../../common/waits.ts';
import { livingConnections, takenProblem } from './joined-already.ts';
import { overlapProblem } from './overlap.ts';
import { noteConnection } from './peering-connection.ts';
import { permissionProblem } from './remote-permission.ts';
import { nextIntent, restBeforeRequest } from './request-pause.ts';
import { type ConnectionState, connectionTags, recordFacts, type VpcPeeringDeps } from './state.ts';
import { changeProblem, findLocalVpc, findRemoteVpc, permissionKeys } from './vpc.ts';
import type { Waiting } from './waiting.ts';

/** Lists lag behind what was made a moment ago. */
const JUST_MADE_DELAY_MS = 5_000;
/** That many connections may have routes that lead nowhere; it takes weeks of rejections to come there. */
const MOST_FORMER_IDS = 16;

/** With both VPCs as they are now. */
interface RequestState extends ConnectionState {
  readonly localVpc: Vpc;
  readonly remoteVpc: Vpc;
}

/** Requests a connection, when all is seen to be well on both sides and none is there. */
export function requestPeering(deps: VpcPeeringDeps, waiting: Waiting): Action<ConnectionState> {
  return sequence(
    'requestPeering',
    waitBeforeRequest,
    enter(loadVpcs, sequence('request', validateRequest(deps), findConnection, createConnection(waiting))),
  );
}

/** The code with which the last connection has ended; undefined when there was none. */
function endOf({ connection, facts }: ConnectionState): string | undefined {
  // What AWS does not show any more was deleted, as far as anybody can tell.
  return connection?.status.code ?? (facts.id === undefined ? undefined : 'deleted');
}

/** Tells how the last connection has ended, in AWS's words, and lets some time pass when that happens again and again. */
const waitBeforeRequest: Action<ConnectionState> = function waitBeforeRequest(state, { clock }) {
  const code = endOf(state);
  if (code === undefined) return next;
  const said = sanitize(state.connection?.status.message ?? '', []);
  const message = `The peering ${state.facts.id ?? ''} has ended (${code})${said && `: ${said}`}; it is requested again later`;
  state.finding = failed(endReason(code), message);
  const restMs = restBeforeRequest(state.facts.createIntent, code, clock.now(), state.waitScale);
  return restMs > 0 ? stopWithRequeueDelay(restMs, message) : next;
};

const loadVpcs: StateFactory<ConnectionState, RequestState> = named('loadVpcs', async (state, pass) => {
  const [local, remote] = await awaitAll([findLocalVpc(state), findRemoteVpc(state)]);
  if ('problem' in local) return stopRefused(state, local.problem, pass);
  if ('problem' in remote) return stopRefused(state, remote.problem, pass);
  return enriched(state, { localVpc: local.vpc, remoteVpc: remote.vpc });
});

/** All that AWS would refuse, or let fail without saying why. */
function validateRequest({ peeringTag }: Pick<VpcPeeringDeps, 'peeringTag'>): Action<RequestState> {
  return named('validateRequest', (state: RequestState, pass: Pass): Outcome => {
    const { localVpc, remoteVpc } = state;
    const problem =
      changeProblem(state, { local: localVpc.id, remote: remoteVpc.id }) ??
      permissionProblem(remoteVpc, permissionKeys(state, peeringTag)) ??
      overlapProblem(localVpc, remoteVpc);
    return problem === undefined ? next : stopRefused(state, problem, pass);
  });
}

/** Two VPCs have one connection at most: ours is taken up when the status has lost it, another one is named. */
const findConnection: Action<RequestState> = async function findConnection(state, pass) {
  const pair = { local: state.localVpc.id, remote: state.remoteVpc.id };
  const living = await livingConnections(state.local, pair);
  const own = living.find((one) => isOwnedBy(one.tags, state.object) && one.requester.vpcId === state.localVpc.id);
  if (own !== undefined) {
    noteRequest(state, pass, own);
    state.finding = processing(`the peering ${own.id} is there already`);
    return stopWithRequeue('the connection is there already');
  }
  const [other] = living;
  return other === undefined ? next : stopRefused(state, takenProblem(pair, other), pass);
};

/** The intent is recorded first: whoever deletes the object then knows where to look for what this call made. */
function createConnection(waiting: Waiting): Action<RequestState> {
  return named('createConnection', async (state: RequestState, pass: Pass) => {
    const before = state.facts.createIntent;
    noteEnd(state);
    noteRequest(state, pass, undefined);
    await recordFacts(state, pass);
    try {
      const connection = await refusedAs(send(state), (error) =>
        failed('FailedCreatingVpcPeeringConnection', userMessage(error)),
      );
      return noteCreated(state, pass, connection, waiting);
    } catch (error) {
      // Refused for certain: it counts for none.
      if (error instanceof Refusal) state.facts.createIntent = before;
      throw error;
    }
  });
}

function send(state: RequestState): Promise<PeeringConnection> {
  const { local, remote, localVpc, remoteVpc } = state;
  return local.client.createVpcPeering({
    vpcId: localVpc.id,
    peerVpcId: remoteVpc.id,
    peerAccountId: remoteVpc.ownerId ?? remote.place.accountId,
    peerRegion: remote.place.region,
    tags: connectionTags(state),
  });
}

/** AWS answers with the connection that is there when somebody was faster; whose it is the next look says. */
function noteCreated(state: RequestState, pass: Pass, connection: PeeringConnection, waiting: Waiting): Outcome {
  if (!isOwnedBy(connection.tags, state.object)) {
    return stopWaiting(state, `waiting for AWS: whose the peering ${connection.id} is`, JUST_MADE_DELAY_MS);
  }
  state.facts.id = connection.id;
  noteConnection(state, connection);
  state.finding = processing(`the peering ${connection.id} is requested`);
  return waiting.forAws(state, pass, state.local.place, connection.status.code);
}

function noteEnd(state: RequestState): void {
  const code = endOf(state);
  const { id, formerIds = [] } = state.facts;
  if (code === undefined || id === undefined) return;
  state.facts.formerIds = [...formerIds.filter((one) => one !== id), id].slice(-MOST_FORMER_IDS);
  const message = `The peering ${id} has ended (${code}); it is requested again`;
  state.news.push({ type: 'Warning', reason: endReason(code), message });
}

/** What was deleted was accepted, or taken back: nobody has refused it. */
function endReason(code: string): ConditionReason {
  return code === 'deleted' ? 'VpcPeeringConnectionEnded' : 'FailedAcceptingVpcPeeringConnection';
}

function noteRequest(state: RequestState, { clock }: Pass, found: PeeringConnection | undefined): void {
  const { facts, local, remote, localVpc, remoteVpc } = state;
  Object.assign(facts, {
    accountId: local.place.accountId,
    region: local.place.region,
    vpcId: localVpc.id,
    remoteAccountId: remote.place.accountId,
    remoteRegion: remote.place.region,
    remoteVpcId: remoteVpc.id,
    id: found?.id,
    remoteId: undefined,
    createIntent: nextIntent(facts.createIntent, endOf(state), clock.now(), state.waitScale),
  });
}
