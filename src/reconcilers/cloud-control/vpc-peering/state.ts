import {
  type PeeringCode,
  type VpcPeering,
  vpcPeeringKind,
  type VpcPeeringStatus,
} from '../../../api/cloud-control/v1beta1/vpc-peering.ts';
import type {
  ClientProvider,
  PeeringClient,
  Tags,
  Target,
  VpcPeering as PeeringConnection,
} from '../../../aws/index.ts';
import type { Pass } from '../../../composed/index.ts';
import type { ClusterAccess } from '../../common/cluster.ts';
import type { Finding } from '../../common/finding.ts';
import type { Focus, TargetIn } from '../../common/focal-state.ts';
import { createObjectState, type ObjectState } from '../../common/object-state.ts';
import { commonStatusOf, type StatedStatus } from '../../common/status.ts';
import { ownershipTags, TAG_KEYS } from '../../common/tags.ts';
import type { Place } from '../../common/place.ts';
import type { AskedSides } from './asked.ts';
import { isEnded, knownCode } from './peering-code.ts';

export interface VpcPeeringDeps {
  /** With the role that is taken on for peerings, on either side. */
  readonly targetIn: TargetIn;
  readonly peering: ClientProvider<PeeringClient>;
  /** Key of a tag by which a remote VPC permits a peering, beside the shoot name of the Scope. */
  readonly peeringTag: string | undefined;
  readonly timing: PeeringTiming;
}

export interface PeeringTiming {
  /** How often AWS is asked whether all still stands. */
  readonly lookIntervalMs: number;
  /** Factor on all waiting for AWS. */
  readonly waitScale: number;
  /** While AWS works, looks fall on moments this far apart. */
  readonly waitTickMs: number;
}

const FACTS = [
  'id',
  'remoteId',
  'vpcId',
  'remoteVpcId',
  'accountId',
  'region',
  'remoteAccountId',
  'remoteRegion',
  'createIntent',
  'formerIds',
] as const;

/** What the status tells about AWS, as it is known so far in the pass. */
export type Facts = { -readonly [K in (typeof FACTS)[number]]: VpcPeeringStatus[K] | undefined };

export interface PeeringState extends ObjectState<VpcPeering> {
  readonly facts: Facts;
  /** AWS's code of the connection, as far as it was seen. */
  code: PeeringCode | undefined;
}

/** With the VPCs that are to be peered. */
export interface AskedState extends PeeringState, Focus {
  readonly target: Target;
  readonly sides: AskedSides;
}

/** One side of the peering, with AWS at hand. */
export interface Side {
  /** With the role that is taken on there. */
  readonly place: Target;
  readonly client: PeeringClient;
}

/** With AWS at hand on both sides. */
export interface SidesState extends PeeringState {
  readonly local: Side;
  readonly remote: Side;
}

/** With the connection that the status knows, if AWS shows it. */
export interface KnownState extends SidesState {
  readonly connection: PeeringConnection | undefined;
}

export type ConnectionState = KnownState & AskedState;

export function createPeeringState(object: VpcPeering, cluster: ClusterAccess, waitScale = 1): PeeringState {
  const facts = Object.fromEntries(FACTS.map((name) => [name, object.status?.[name]]));
  // Each of the facts was just filled in.
  return { ...createObjectState(vpcPeeringKind, object, cluster, waitScale), facts: facts as Facts, code: undefined };
}

/** Whether a connection may have been made: then it is the pair of VPCs of the status that has it, or routes to it. */
export function isRequested({ id, createIntent, formerIds = [] }: Facts): boolean {
  return id !== undefined || createIntent !== undefined || formerIds.length > 0;
}

/** Writes the facts into the status at once: for what has to stand before it is used. */
export async function recordFacts(state: PeeringState, pass: Pass): Promise<void> {
  const fields = Object.fromEntries(FACTS.map((name) => [name, state.facts[name] ?? null]));
  state.object = await state.cluster.recordStatus(state.kind, state.object, fields, pass);
}

function openSide({ targetIn, peering }: VpcPeeringDeps, place: Place, pass: Pass): Side {
  const target = targetIn(place.accountId, place.region);
  return { place: target, client: peering(target, pass) };
}

/** Opens both sides. What the local one refuses is the refusal of the object. */
export function openBothSides(
  deps: VpcPeeringDeps,
  places: { readonly local: Place; readonly remote: Place },
  pass: Pass,
): { readonly local: Side; readonly remote: Side; readonly target: Target } {
  const local = openSide(deps, places.local, pass);
  return { local, remote: openSide(deps, places.remote, pass), target: local.place };
}

/** The tags of the connection, on both sides of it. */
export function connectionTags({ object }: PeeringState): Tags {
  return { ...ownershipTags(object), [TAG_KEYS.awsName]: object.metadata.name };
}

/** Fields that are not about AWS, such as those of other releases, stay as they are. */
export function statusOf(state: PeeringState): StatedStatus {
  const { object, facts, finding, code } = state;
  const common = commonStatusOf(object, finding);
  return { ...object.status, ...facts, ...common, ...(finding !== undefined && { state: stateWord(finding, code) }) };
}

/** AWS's code where it says more than our word. */
function stateWord({ state }: Finding, code: string | undefined): string {
  const shown = knownCode(code);
  if (shown === undefined) return state;
  const tellsMore = state === 'Ready' || state === 'Processing' || (state === 'Error' && isEnded(shown));
  return tellsMore ? shown : state;
}
