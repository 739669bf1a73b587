/** VPC peering connections on the SDK. */
import type * as Sdk from '@aws-sdk/client-ec2';
import { answered, firstOf, type Named, orNotFound } from '../answers.ts';
import type { Listed } from '../batcher.ts';
import type { Page } from '../paging.ts';
import { sdkFromTags, tagsFromSdk } from '../tags.ts';
import {
  PAGE_SIZE,
  type PeeringContext,
  type PeeringRequester,
  type VpcReadContext,
  type VpcReader,
} from './context.ts';
import { questionFrom, questionFromTags, readByQuestions, tagOf } from './filter-question.ts';
import { joined, listedById, listedByVpc, readByValues } from './filter.ts';
import type {
  VpcPeering,
  VpcPeeringOperations,
  VpcPeeringQuery,
  VpcPeeringReadOperations,
  VpcPeeringSide,
} from './vpc-peering.ts';

const NAMED: Named = { resource: 'VPC peering', codes: ['InvalidVpcPeeringConnectionID.NotFound'] };
const REQUESTER_FILTER = 'requester-vpc-info.vpc-id';
const ACCEPTER_FILTER = 'accepter-vpc-info.vpc-id';

function sideFromSdk(side: Sdk.VpcPeeringConnectionVpcInfo | undefined): VpcPeeringSide {
  return {
    accountId: side?.OwnerId ?? '',
    region: side?.Region ?? '',
    vpcId: side?.VpcId ?? '',
    cidrs: (side?.CidrBlockSet ?? []).flatMap(({ CidrBlock }) => CidrBlock ?? []),
    dnsResolution: side?.PeeringOptions?.AllowDnsResolutionFromRemoteVpc,
  };
}

function vpcPeeringFromSdk(peering: Sdk.VpcPeeringConnection): VpcPeering {
  return {
    id: peering.VpcPeeringConnectionId ?? '',
    status: { code: peering.Status?.Code ?? '', message: peering.Status?.Message ?? '' },
    requester: sideFromSdk(peering.RequesterVpcInfo),
    accepter: sideFromSdk(peering.AccepterVpcInfo),
    expiresAt: peering.ExpirationTime,
    tags: tagsFromSdk(peering.Tags),
  };
}

export async function readVpcPeering(aws: PeeringRequester, id: string): Promise<VpcPeering> {
  const promise = aws.send('DescribeVpcPeeringConnections', { VpcPeeringConnectionIds: [id] });
  const answer = await orNotFound(NAMED, id, promise);
  return vpcPeeringFromSdk(firstOf(NAMED, id, answer.VpcPeeringConnections));
}

async function readPage(aws: VpcReader, Filters: Sdk.Filter[], token?: string): Promise<Page<VpcPeering>> {
  const input = { Filters, MaxResults: PAGE_SIZE, ...(token && { NextToken: token }) };
  const { VpcPeeringConnections = [], NextToken } = await aws.send('DescribeVpcPeeringConnections', input);
  return { items: VpcPeeringConnections.map(vpcPeeringFromSdk), next: NextToken };
}

/** Reads several peerings by a filter, which, unlike ids, does not fail when one of them is absent. */
export async function readVpcPeerings(aws: PeeringRequester, ids: readonly string[]): Promise<Listed<VpcPeering>> {
  const filter = 'vpc-peering-connection-id';
  return listedById(await readByValues(filter, ids, (filters, token) => readPage(aws, filters, token)));
}

/** Reads the peerings of some VPCs in two lists, because what several filters find has to match them all. */
export async function readVpcPeeringsOf(
  aws: VpcReader,
  vpcIds: readonly string[],
): Promise<Listed<readonly VpcPeering[]>> {
  const lists = [REQUESTER_FILTER, ACCEPTER_FILTER].map((filter) =>
    readByValues(filter, vpcIds, (filters, token) => readPage(aws, filters, token)),
  );
  const { items, requests } = joined(await Promise.all(lists));
  // Between two VPCs that were both asked about it is in both lists.
  const peerings = [...new Map(items.map((peering) => [peering.id, peering])).values()];
  return listedByVpc(vpcIds, { items: peerings, requests }, ({ requester, accepter }) => [
    requester.vpcId,
    accepter.vpcId,
  ]);
}

function valueOf(peering: VpcPeering, filter: string): string | undefined {
  if (filter === REQUESTER_FILTER) return peering.requester.vpcId;
  return filter === ACCEPTER_FILTER ? peering.accepter.vpcId : tagOf(peering, filter);
}

export function findVpcPeerings(
  aws: PeeringRequester,
  questions: readonly string[],
): Promise<Listed<readonly VpcPeering[]>> {
  return readByQuestions(questions, valueOf, (filters, token) => readPage(aws, filters, token));
}

function questionOf({ requesterVpcId, accepterVpcId }: VpcPeeringQuery): string {
  return questionFrom({ [REQUESTER_FILTER]: requesterVpcId, [ACCEPTER_FILTER]: accepterVpcId });
}

export function vpcPeeringReadCalls({ call, shared }: VpcReadContext): VpcPeeringReadOperations {
  return { describeVpcPeeringsOf: (vpcId) => shared.peeringsOfVpc.ask(vpcId, call) };
}

export function vpcPeeringCalls(context: PeeringContext): VpcPeeringOperations {
  const { aws, call, shared } = context;
  return {
    ...vpcPeeringReadCalls(context),
    describeVpcPeering: (id) => shared.peerings.ask(id, call),
    findVpcPeeringsByTags: async (tags) => shared.peeringQueries.ask(questionFromTags(tags), call),
    findVpcPeerings: async (query) => shared.peeringQueries.ask(questionOf(query), call),
    createVpcPeering: async ({ vpcId, peerVpcId, peerAccountId, peerRegion, tags }) => {
      const answer = await aws.send('CreateVpcPeeringConnection', {
        VpcId: vpcId,
        PeerVpcId: peerVpcId,
        PeerOwnerId: peerAccountId,
        PeerRegion: peerRegion,
        TagSpecifications: [{ ResourceType: 'vpc-peering-connection', Tags: sdkFromTags(tags) }],
      });
      const asked = { service: 'ec2', operation: 'CreateVpcPeeringConnection' };
      return vpcPeeringFromSdk(answered(answer.VpcPeeringConnection, asked));
    },
    acceptVpcPeering: async (id) => {
      const promise = aws.send('AcceptVpcPeeringConnection', { VpcPeeringConnectionId: id });
      const { VpcPeeringConnection } = await orNotFound(NAMED, id, promise);
      const asked = { service: 'ec2', operation: 'AcceptVpcPeeringConnection' };
      return vpcPeeringFromSdk(answered(VpcPeeringConnection, asked));
    },
    deleteVpcPeering: async (id) => {
      await orNotFound(NAMED, id, aws.send('DeleteVpcPeeringConnection', { VpcPeeringConnectionId: id }));
    },
    setVpcPeeringDnsResolution: async (id, side, value) => {
      const options = { AllowDnsResolutionFromRemoteVpc: value };
      const input = {
        VpcPeeringConnectionId: id,
        ...(side === 'requester'
          ? { RequesterPeeringConnectionOptions: options }
          : { AccepterPeeringConnectionOptions: options }),
      };
      await orNotFound(NAMED, id, aws.send('ModifyVpcPeeringConnectionOptions', input));
    },
  };
}
