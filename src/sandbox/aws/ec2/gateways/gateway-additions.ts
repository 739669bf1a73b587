import type { Partition } from '../../service.ts';
import type { DhcpOptions, Ec2State, ElasticIp, InternetGateway, Tags } from '../model.ts';

export function addInternetGateway(
  state: Ec2State,
  { clock, ids }: Partition,
  asked: Pick<InternetGateway, 'vpcId' | 'tags'>,
): InternetGateway {
  const gateway: InternetGateway = { ...asked, id: ids.ec2('igw'), createdAtMs: clock.now() };
  state.internetGateways.set(gateway.id, gateway);
  return gateway;
}

export function addDhcpOptions(
  state: Ec2State,
  { clock, ids }: Partition,
  asked: Pick<DhcpOptions, 'configurations' | 'tags'>,
): DhcpOptions {
  const options: DhcpOptions = { ...asked, id: ids.ec2('dopt'), createdAtMs: clock.now() };
  state.dhcpOptions.set(options.id, options);
  return options;
}

/** The set that AWS gives to VPCs of a region until somebody chooses another one. */
export function defaultDhcpOptionsOf(state: Ec2State, partition: Partition): DhcpOptions {
  const known = state.dhcpOptions.get(state.defaultDhcpOptionsId ?? '');
  if (known) return known;
  const { region } = partition;
  const configurations = new Map([
    // https://docs.aws.amazon.com/vpc/latest/userguide/DHCPOptionSetConcepts.html
    ['domain-name', [region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`]],
    ['domain-name-servers', ['AmazonProvidedDNS']],
  ]);
  const options = addDhcpOptions(state, partition, { configurations, tags: new Map() });
  state.defaultDhcpOptionsId = options.id;
  return options;
}

/** From 198.18.0.0/15, which is for benchmarks, so that no address of the simulator is somebody's. */
function publicIpFrom({ ids }: Partition): string {
  return `198.18.${Number.parseInt(ids.hex(2), 16)}.${Number.parseInt(ids.hex(2), 16)}`;
}

function freePublicIp({ elasticIps }: Ec2State, partition: Partition): string {
  const taken = new Set([...elasticIps.values()].map(({ publicIp }) => publicIp));
  let candidate = publicIpFrom(partition);
  while (taken.has(candidate)) candidate = publicIpFrom(partition);
  return candidate;
}

export function addElasticIp(state: Ec2State, partition: Partition, tags: Tags): ElasticIp {
  const address: ElasticIp = {
    id: partition.ids.ec2('eipalloc'),
    tags,
    createdAtMs: partition.clock.now(),
    publicIp: freePublicIp(state, partition),
    association: undefined,
  };
  state.elasticIps.set(address.id, address);
  return address;
}
