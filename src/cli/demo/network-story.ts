import {
  type IpRange,
  type Network,
  networkKind,
  type Scope,
  type VpcNetwork,
  type VpcPeering,
  vpcPeeringKind,
} from '../../api/index.ts';
import type { RouteTable } from '../../aws/index.ts';
import { findCondition } from '../../kube/index.ts';
import { compareWith, deleteEverything } from './last-steps.ts';
import { apply, keyOf, only, samplesOf, type Stage, untilAllReady, untilReady, untilShown } from './stage.ts';
import type { Step } from './story.ts';

/** From a manifest to a VPC that is peered with one of another account, through somebody's meddling, back to nothing. */
export function networkStory(before: readonly string[]): readonly Step<Stage>[] {
  const stranger = { peeringId: '' };
  return [
    askForVpc,
    askForIpRange,
    askForPeering,
    compareRoutes,
    repairDrift,
    leadElsewhere(stranger),
    leadBack(stranger),
    deleteEverything,
    compareWith(before),
  ];
}

const askForVpc: Step<Stage> = {
  title: 'A VpcNetwork asks for a VPC in the account of a Subscription',
  async run(stage) {
    await apply(stage, samplesOf(stage, 'Namespace', 'Subscription', 'VpcNetwork'));
    const [network] = await untilAllReady<VpcNetwork>(stage, 'VpcNetwork');
    const { vpc, internetGateway } = network?.status?.identifiers ?? {};
    return `${vpc ?? ''} with ${network?.status?.cidrBlocks?.join(', ') ?? ''} and ${internetGateway ?? ''}`;
  },
};

const askForIpRange: Step<Stage> = {
  title: 'A Scope names the VPC, and an IpRange asks for addresses in it',
  async run(stage) {
    await apply(stage, samplesOf(stage, 'Scope', 'IpRange'));
    await untilAllReady<Scope>(stage, 'Scope');
    const [range] = await untilAllReady<IpRange>(stage, 'IpRange');
    return `${range?.status?.cidr ?? ''} in ${range?.status?.subnets?.length ?? 0} subnets`;
  },
};

const askForPeering: Step<Stage> = {
  title: 'A VpcPeering connects it with a VPC of another account and region',
  async run(stage) {
    await apply(stage, samplesOf(stage, 'Network', 'VpcPeering'));
    const { status } = await untilReady<VpcPeering>(stage, only(stage, 'VpcPeering'));
    const { awsAccountId, region } = await partnerOf(stage);
    return `${status?.id ?? ''} to account ${awsAccountId} in ${region} is ${status?.state ?? ''}`;
  },
};

const compareRoutes: Step<Stage> = {
  title: 'Routes lead both ways, to every block of the other VPC',
  async run(stage) {
    const { here, there, id } = await peeredTables(stage);
    const ours = here.flatMap(({ routes }) => routes.filter(({ target }) => target?.id === id));
    const theirs = there.flatMap(({ routes }) => routes.filter(({ target }) => target?.id === id));
    if (ours.length === 0 || theirs.length === 0) throw new Error('A side has no routes to the other');
    const text = (routes: readonly { destination: string }[]): string =>
      [...new Set(routes.map(({ destination }) => destination))].sort().join(', ');
    return `here to ${text(ours)}; there to ${text(theirs)}`;
  },
};

const repairDrift: Step<Stage> = {
  title: 'Somebody deletes a route and a subnet behind the operator',
  async run(stage) {
    const { here, id } = await peeredTables(stage);
    const table = theOne(here);
    const route = table.routes.find(({ target }) => target?.id === id);
    if (!route) throw new Error(`The table ${table.id} has no route to the other VPC`);
    await stage.peering.deleteRoute(table.id, route.destination);
    const range = only(stage, 'IpRange');
    const subnet = (await untilReady<IpRange>(stage, range)).status?.subnets?.[0];
    if (!subnet) throw new Error('The IpRange has no subnet');
    await stage.ec2.deleteSubnet(subnet.id);
    await stage.untilAws(() => stage.routeTarget(table.id, route.destination) === id);
    await stage.untilAws(() => stage.hasSubnet(subnet.range));
    return 'the next look found both missing and made them again';
  },
};

/** What a story has made outside of what it asked for, and takes away again. */
interface Stranger {
  peeringId: string;
}

function leadElsewhere(stranger: Stranger): Step<Stage> {
  return {
    title: 'Somebody over there leads one of the routes elsewhere',
    async run(stage) {
      const { there, id, awsAccountId, region, vpcId } = await peeredTables(stage);
      const partner = stage.peeringIn(awsAccountId, region);
      const vpcs = await stage.ec2.findVpcsByName('shoot--sandbox--demo');
      const peering = await stage.peering.createVpcPeering({
        vpcId: theOne(vpcs).id,
        peerVpcId: vpcId,
        peerAccountId: awsAccountId,
        peerRegion: region,
        tags: { Name: 'theirs' },
      });
      stranger.peeringId = peering.id;
      await stage.untilAws(() => stage.peeringState(peering.id) === 'pending-acceptance');
      await partner.acceptVpcPeering(peering.id);
      const table = theOne(there);
      const route = table.routes.find(({ target }) => target?.id === id);
      if (!route) throw new Error(`The table ${table.id} has no route back`);
      await partner.replaceRoute(table.id, route.destination, { kind: 'vpc-peering-connection', id: peering.id });
      const manifest = only(stage, 'VpcPeering');
      const told = await untilShown(stage, vpcPeeringKind, manifest, ({ status }) => {
        return findCondition(status?.conditions, 'Ready')?.reason === 'FailedCreatingRoutes';
      });
      if (stage.routeTarget(table.id, route.destination) !== peering.id) throw new Error('The route was overwritten');
      return `left alone, and told: ${findCondition(told.status?.conditions, 'Ready')?.message ?? ''}`;
    },
  };
}

function leadBack(stranger: Stranger): Step<Stage> {
  return {
    title: 'Somebody takes that route and the connection it leads to away',
    async run(stage) {
      const { there, id, awsAccountId, region } = await peeredTables(stage);
      const table = theOne(there);
      const route = table.routes.find(({ target }) => target?.id === stranger.peeringId);
      if (!route) throw new Error(`The table ${table.id} has lost the foreign route`);
      await stage.peeringIn(awsAccountId, region).deleteRoute(table.id, route.destination);
      await stage.peering.deleteVpcPeering(stranger.peeringId);
      await stage.untilAws(() => stage.routeTarget(table.id, route.destination) === id);
      await untilReady(stage, only(stage, 'VpcPeering'));
      return `the route to ${route.destination} leads to ${id} again`;
    },
  };
}

async function partnerOf(stage: Stage) {
  const network = await stage.kube.get<Network>(networkKind, keyOf(only(stage, 'Network')));
  const reference = network.status?.network?.aws;
  if (!reference) throw new Error('The Network tells no VPC');
  return reference;
}

interface Peered {
  readonly id: string;
  readonly here: readonly RouteTable[];
  readonly there: readonly RouteTable[];
  readonly awsAccountId: string;
  readonly region: string;
  /** Of the other side. */
  readonly vpcId: string;
}

async function peeredTables(stage: Stage): Promise<Peered> {
  const { status } = await stage.kube.get<VpcPeering>(vpcPeeringKind, keyOf(only(stage, 'VpcPeering')));
  const { awsAccountId, region } = await partnerOf(stage);
  const { id, vpcId, remoteVpcId } = status ?? {};
  if (id === undefined || vpcId === undefined || remoteVpcId === undefined) throw new Error('There is no peering');
  const here = await stage.peering.describeRouteTables(vpcId);
  const there = await stage.peeringIn(awsAccountId, region).describeRouteTables(remoteVpcId);
  return { id, here, there, awsAccountId, region, vpcId: remoteVpcId };
}

function theOne<T>([first, ...others]: readonly T[]): T {
  if (first === undefined || others.length > 0) throw new Error(`AWS has ${others.length + 1}, and not one`);
  return first;
}
