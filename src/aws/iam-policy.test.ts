import { describe, expect, it } from 'vitest';
import { assumeRolePolicy, iamPolicy } from './iam-policy.ts';

const actionsOf = (access: 'read' | 'read-write'): readonly string[] =>
  iamPolicy(access).Statement.flatMap(({ Action }) => Action);

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
