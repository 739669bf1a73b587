/** The errors of EC2. Its models name none, so they stand here, with the wording that people know from the service. */
import { AwsFault } from '../fault.ts';

export type Ec2Kind = 'vpc' | 'subnet' | 'security-group' | 'security-group-rule' | 'network-interface';

const NOT_FOUND: Readonly<Record<Ec2Kind, (id: string) => AwsFault>> = {
  vpc: (id) => new AwsFault('InvalidVpcID.NotFound', `The vpc ID '${id}' does not exist`),
  subnet: (id) => new AwsFault('InvalidSubnetID.NotFound', `The subnet ID '${id}' does not exist`),
  'security-group': (id) => new AwsFault('InvalidGroup.NotFound', `The security group '${id}' does not exist`),
  'security-group-rule': (id) =>
    new AwsFault('InvalidSecurityGroupRuleId.NotFound', `The security group rule ID '${id}' does not exist`),
  'network-interface': (id) =>
    new AwsFault('InvalidNetworkInterfaceID.NotFound', `The networkInterface ID '${id}' does not exist`),
};

export function notFound(kind: Ec2Kind): (id: string) => AwsFault {
  return NOT_FOUND[kind];
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

/** *Throws* `code` when `count` has reached the limit. */
export function assertBelow(count: number, limit: number, code: string, what: string): void {
  if (count >= limit) throw new AwsFault(code, `${what}: ${limit}`);
}
