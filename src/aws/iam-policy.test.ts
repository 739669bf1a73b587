import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { assumeRolePolicy, iamPolicy, type TargetRole } from './iam-policy.ts';

const actionsOf = (access: 'read' | 'read-write', role?: TargetRole): readonly string[] =>
  iamPolicy(access, role).Statement.flatMap(({ Action }) => Action);

describe('docs/install.md', () => {
  it('says of each action of the role that peers VPCs on which side it is needed', async () => {
    const page = await readFile(new URL('../../docs/install.md', import.meta.url), 'utf8');
    const [, table = ''] = page.split('| actions (`ec2:`) |');
    const [rows = ''] = table.split('\n\n');
    const documented = rows.split('\n').flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)]);
    const declared = actionsOf('read-write', 'peering').filter((action) => action.startsWith('ec2:'));
    expect(documented.map(([, name]) => `ec2:${name}`).sort()).toEqual([...declared].sort());
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
