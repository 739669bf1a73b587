/** The errors of EC2. Its models name none, so they stand here, with the wording that people know from the service. */
import { AwsFault } from '../fault.ts';

/** The types of resources, by their names in tag operations and ARNs. */
export type Ec2Kind =
  | 'vpc'
  | 'subnet'
  | 'security-group'
  | 'security-group-rule'
  | 'network-interface'
  | 'internet-gateway'
  | 'dhcp-options'
  | 'elastic-ip'
  | 'natgateway'
  | 'route-table'
  | 'vpc-peering-connection';

interface NotFound {
  readonly code: string;
  readonly idPrefix: string;
  readonly messageOf: (id: string) => string;
}

const doesNotExist =
  (noun: string) =>
  (id: string): string =>
    `The ${noun} '${id}' does not exist`;

const NOT_FOUND: Readonly<Record<Ec2Kind, NotFound>> = {
  vpc: { code: 'InvalidVpcID.NotFound', idPrefix: 'vpc-', messageOf: doesNotExist('vpc ID') },
  subnet: { code: 'InvalidSubnetID.NotFound', idPrefix: 'subnet-', messageOf: doesNotExist('subnet ID') },
  'security-group': {
    code: 'InvalidGroup.NotFound',
    idPrefix: 'sg-',
    messageOf: doesNotExist('security group'),
  },
  'security-group-rule': {
    code: 'InvalidSecurityGroupRuleId.NotFound',
    idPrefix: 'sgr-',
    messageOf: doesNotExist('security group rule ID'),
  },
  'network-interface': {
    code: 'InvalidNetworkInterfaceID.NotFound',
    idPrefix: 'eni-',
    messageOf: doesNotExist('networkInterface ID'),
  },
  'internet-gateway': {
    code: 'InvalidInternetGatewayID.NotFound',
    idPrefix: 'igw-',
    messageOf: doesNotExist('internetGateway ID'),
  },
  'dhcp-options': {
    code: 'InvalidDhcpOptionID.NotFound',
    idPrefix: 'dopt-',
    messageOf: doesNotExist('dhcpOption ID'),
  },
  'elastic-ip': {
    code: 'InvalidAllocationID.NotFound',
    idPrefix: 'eipalloc-',
    messageOf: doesNotExist('allocation ID'),
  },
  natgateway: {
    code: 'NatGatewayNotFound',
    idPrefix: 'nat-',
    messageOf: (id) => `The Nat Gateway ${id} was not found`,
  },
  'route-table': {
    code: 'InvalidRouteTableID.NotFound',
    idPrefix: 'rtb-',
    messageOf: doesNotExist('routeTable ID'),
  },
  'vpc-peering-connection': {
    code: 'InvalidVpcPeeringConnectionID.NotFound',
    idPrefix: 'pcx-',
    messageOf: doesNotExist('vpcPeeringConnection ID'),
  },
};

/** The kind of an id by its prefix; undefined for an id of something else. */
export function kindOf(id: string): Ec2Kind | undefined {
  const found = Object.entries(NOT_FOUND).find(([, { idPrefix }]) => id.startsWith(idPrefix));
  // The keys of that table are all the kinds.
  return found?.[0] as Ec2Kind | undefined;
}

export function notFound(kind: Ec2Kind): (id: string) => AwsFault {
  const { code, messageOf } = NOT_FOUND[kind];
  return (id) => new AwsFault(code, messageOf(id));
}

export function invalidValue(parameter: string, value: string | number, why = ''): AwsFault {
  return new AwsFault(
    'InvalidParameterValue',
    `Value (${value}) for parameter ${parameter} is invalid. ${why}`.trimEnd(),
  );
}

export function missingParameter(name: string): AwsFault {
  return new AwsFault('MissingParameter', `The request must contain the parameter ${name}`);
}

export function dependencyViolation(message: string): AwsFault {
  return new AwsFault('DependencyViolation', message);
}

/** What AWS has and the simulator has not; it is refused rather than overlooked. */
export function notSimulated(what: string): AwsFault {
  return new AwsFault('UnsupportedOperation', `The simulator has no ${what}.`);
}

/** *Throws* `code` when `count` has reached the limit. */
export function assertBelow(count: number, limit: number, code: string, what: string): void {
  if (count >= limit) throw new AwsFault(code, `${what}: ${limit}`);
}
