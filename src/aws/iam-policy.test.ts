import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { assumeRolePolicy, iamPolicy, type TargetRole } from './iam-policy.ts';

const actionsOf = (access: 'read' | 'read-write', role?: TargetRole): readonly string[] =>
  iamPolicy(access, role).Statement.flatMap(({ Action }) => Action);

describe('docs/peering.md', () => {
  const page = readFileSync(new URL('../../docs/peering.md', import.meta.url), 'utf8');
  const [, table = ''] = page.split('| Actions (`ec2:`) | Side |');
  const rows = (table.split('\n\n')[0] ?? '').split('\n').map((row) => row.split('|'));
  const neededBy = (...sides: readonly string[]): readonly string[] =>
    rows
      .filter(([, , side = '']) => sides.includes(side.trim()))
      .flatMap(([, actions = '']) => [...actions.matchAll(/`(\w+)`/g)].map(([, name]) => `ec2:${name}`))
      .sort();

  it('says of each action of the role that peers VPCs on which side it is needed', () => {
    const declared = actionsOf('read-write', 'peering').filter((action) => action.startsWith('ec2:'));
    expect(neededBy('both', 'local', 'remote')).toEqual([...declared].sort());
  });

  it('shows a policy for the owner of the remote VPC with what that side needs', () => {
    const shown = [...page.matchAll(/"(ec2:\w+)"/g)].map(([, action = '']) => action);
    expect(shown.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(neededBy('both', 'remote'));
  });
});

describe('iamPolicy', () => {
  it('grants nothing but reads to who may only read', () => {
    const changing = actionsOf('read').filter((action) => !/:(Describe|Get|List|BatchGet)/.test(action));
    expect(changing).toEqual([]);
  });

  it('grants all reads and the declared writes to who may write', () => {
    const actions = actionsOf('read-write');
    expect(actions).toEqual(expect.arrayContaining([...actionsOf('read')]));
    expect(actions).toContain('elasticache:CreateReplicationGroup');
    expect(actions).toContain('secretsmanager:PutSecretValue');
    expect(actions).toContain('ec2:RevokeSecurityGroupIngress');
    expect(actions).toContain('iam:CreateServiceLinkedRole');
  });

  it('grants the role that peers VPCs no more than that takes, and of it nothing but reads to the other role', () => {
    const peering = actionsOf('read-write', 'peering').filter((action) => !actionsOf('read-write').includes(action));
    expect(peering.filter((action) => !/Peering|Route/.test(action))).toEqual([]);
    expect(peering).toContain('ec2:AcceptVpcPeeringConnection');
    expect(actionsOf('read-write').filter((action) => /Peering|Route/.test(action))).toEqual([
      'ec2:DescribeRouteTables',
      'ec2:DescribeVpcPeeringConnections',
    ]);
    expect(actionsOf('read', 'peering')).toEqual([
      'sts:GetCallerIdentity',
      'ec2:DescribeRouteTables',
      'ec2:DescribeVpcPeeringConnections',
      'ec2:DescribeVpcs',
    ]);
  });

  it('names the tagging service by its IAM prefix, which is not its endpoint', () => {
    expect(actionsOf('read')).toContain('tag:GetResources');
  });

  it('grants no wildcard action and names none twice', () => {
    const actions = actionsOf('read-write');
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
    expect(new Set(actions).size).toBe(actions.length);
  });

  it('lets the program itself take on the given roles and do nothing else', () => {
    const policy = assumeRolePolicy(['arn:aws:iam::111122223333:role/Manager']);
    expect(policy.Statement).toEqual([
      {
        Sid: 'AssumeRole1',
        Effect: 'Allow',
        Action: ['sts:AssumeRole'],
        Resource: 'arn:aws:iam::111122223333:role/Manager',
      },
    ]);
  });
});
