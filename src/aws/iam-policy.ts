import { ec2Service, peeringService } from './ec2/service.ts';
import { elastiCacheService } from './elasticache/service.ts';
import type { Access, AnyOperation } from './operations.ts';
import { secretsManagerService } from './secrets-manager/service.ts';
import { stsService } from './sts/service.ts';
import { taggingService } from './tagging/service.ts';

/** What a policy needs to know of a service. */
interface Declared {
  readonly iamPrefix: string;
  readonly operations: Readonly<Record<string, AnyOperation>>;
  readonly impliedActions: readonly string[];
}

/**
 * A role that a target may have: `account` for all that is made in an account, `peering` for joining VPCs of two.
 *
 * @see PeeringClient
 */
export type TargetRole = 'account' | 'peering';

/** Services that a target's role is used with. */
const SERVICES: Readonly<Record<TargetRole, readonly Declared[]>> = {
  account: [ec2Service, elastiCacheService, secretsManagerService, taggingService],
  peering: [peeringService],
};

/** Actions of the program itself in its own account, and the role it takes on elsewhere. */
const EXCHANGES: readonly string[] = ['AssumeRole', 'AssumeRoleWithWebIdentity'];

/** One statement of a {@link PolicyDocument}. */
export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: string;
}

/** An IAM policy, as AWS takes it. */
export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly PolicyStatement[];
}

function actionsOf({ iamPrefix, operations, impliedActions }: Declared, access: Access): readonly string[] {
  const declared = Object.entries(operations).filter(([, operation]) => operation.access === access);
  const actions = declared.map(([name]) => `${iamPrefix}:${name}`);
  return access === 'write' ? [...actions, ...impliedActions] : actions;
}

function statement(sid: string, role: TargetRole, access: Access): PolicyStatement {
  const actions = SERVICES[role].flatMap((service) => actionsOf(service, access)).sort();
  return { Sid: sid, Effect: 'Allow', Action: actions, Resource: '*' };
}

function identityStatement(): PolicyStatement {
  const names = Object.keys(stsService.operations).filter((name) => !EXCHANGES.includes(name));
  return { Sid: 'Identity', Effect: 'Allow', Action: names.map((name) => `sts:${name}`), Resource: '*' };
}

/**
 * The least policy for the role of a target: exactly the operations that the clients declare. With `read` alone the
 * program can observe and plan, and nothing more.
 */
export function iamPolicy(access: 'read' | 'read-write' = 'read-write', role: TargetRole = 'account'): PolicyDocument {
  const reads = [identityStatement(), statement('Read', role, 'read')];
  const statements = access === 'read' ? reads : [...reads, statement('Write', role, 'write')];
  return { Version: '2012-10-17', Statement: statements };
}

/** The policy for the program's own credentials: to take on the roles of its targets, and nothing else. */
export function assumeRolePolicy(roleArns: readonly string[]): PolicyDocument {
  const statements = roleArns.map((Resource, index): PolicyStatement => {
    return { Sid: `AssumeRole${index + 1}`, Effect: 'Allow', Action: ['sts:AssumeRole'], Resource };
  });
  return { Version: '2012-10-17', Statement: statements };
}
