import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { completeWorldOptions, DEFAULT_ACCESS_KEY, worldOptionsFrom, WorldOptionsError } from './world-options.ts';

function problemsOf(value: unknown): readonly string[] {
  try {
    worldOptionsFrom(value);
  } catch (error) {
    if (error instanceof WorldOptionsError) return error.problems;
    throw error;
  }
  return [];
}

const ACCOUNT = { id: '123456789012' };

describe('world options', () => {
  it.each([
    {
      reason: 'an account id that is none',
      value: { accounts: [{ id: '12' }] },
      problem: 'accounts[0].id: must be twelve digits',
    },
    { reason: 'an unknown key', value: { acounts: [] }, problem: 'the options: unknown key acounts' },
    {
      reason: 'an unknown key deep inside',
      value: { accounts: [{ ...ACCOUNT, key: 1 }] },
      problem: 'accounts[0]: unknown key key',
    },
    { reason: 'a negative quota', value: { quotas: { x: -1 } }, problem: 'quotas.x: must be >= 0' },
    {
      reason: 'a region that is none',
      value: { regions: [{ name: 'Europe' }] },
      problem: 'regions[0].name: must be a region such as eu-central-1',
    },
    {
      reason: 'an account twice',
      value: { accounts: [ACCOUNT, ACCOUNT] },
      problem: 'accounts: 123456789012 stands there twice',
    },
    {
      reason: 'an access key twice',
      value: {
        accounts: [
          { ...ACCOUNT, accessKeys: [DEFAULT_ACCESS_KEY] },
          { id: '210987654321', accessKeys: [DEFAULT_ACCESS_KEY] },
        ],
      },
      problem: `accessKeys: ${DEFAULT_ACCESS_KEY.accessKeyId} stands there twice`,
    },
    {
      reason: 'an action that is none',
      value: { accounts: [{ ...ACCOUNT, roles: [{ name: 'r', trusts: [], deniedActions: ['ec2 all'] }] }] },
      problem:
        'accounts[0].roles[0].deniedActions[0]: must be an action such as ec2:CreateVpc or ec2:*, or {"actions", "resource", "resourceTag": {"key", "value"}}, of which the last two may be absent',
    },
    {
      reason: 'an unknown condition on an action',
      value: {
        accounts: [{ ...ACCOUNT, roles: [{ name: 'r', trusts: [], allowedActions: [{ actions: ['*'], tag: 'x' }] }] }],
      },
      problem: 'accounts[0].roles[0].allowedActions[0]: unknown key tag',
    },
    {
      reason: 'a VPC in a region that is not there',
      value: {
        accounts: [{ ...ACCOUNT, vpcs: [{ region: 'eu-west-1', cidrBlock: '10.0.0.0/16' }] }],
        regions: [{ name: 'us-east-1' }],
      },
      problem: 'accounts[0].vpcs[0].region: eu-west-1 is not among the regions us-east-1',
    },
    {
      reason: 'a VPC that is too large',
      value: { accounts: [{ ...ACCOUNT, vpcs: [{ cidrBlock: '10.0.0.0/8' }] }] },
      problem: 'accounts[0].vpcs[0].cidrBlock: must be a block of /16 to /28 such as 10.1.0.0/16',
    },
    {
      reason: 'a VPC without an address',
      value: { accounts: [{ ...ACCOUNT, vpcs: [{ cidrBlock: '10.0.0.999/16' }] }] },
      problem: 'accounts[0].vpcs[0].cidrBlock: 10.0.0.999/16 is not an IPv4 block',
    },
    { reason: 'no object', value: [], problem: 'the options: must be object' },
  ])('are refused for $reason, with the key that is wrong', ({ value, problem }) => {
    expect(problemsOf(value)).toContain(problem);
  });

  it('name every wrong key at once', () => {
    expect(problemsOf({ seed: -1, throttling: 'maybe', foo: 1 }).length).toBeGreaterThanOrEqual(3);
  });

  it('never repeat a secret in a message', () => {
    const key = { accessKeyId: 'no', secretAccessKey: 'do-not-show-me' };
    expect(problemsOf({ accounts: [{ ...ACCOUNT, accessKeys: [key] }] }).join('\n')).not.toContain('do-not-show-me');
  });

  it('take actions with digits and a star at the end', () => {
    const deniedActions = ['*', 'ec2:*', 'ec2:Create*', 'ec2:CreateVpc'];
    const key = { ...DEFAULT_ACCESS_KEY, deniedActions };
    expect(problemsOf({ accounts: [{ ...ACCOUNT, accessKeys: [key] }] })).toEqual([]);
  });
});

describe('docs/sandbox.md', () => {
  it('shows worlds that can be used', async () => {
    const page = await readFile(new URL('../../../docs/sandbox.md', import.meta.url), 'utf8');
    const worlds = [...page.matchAll(/```yaml\n(accounts:.*?)```/gs)].map(([, text = '']) => parse(text) as unknown);
    expect(worlds.flatMap(problemsOf)).toEqual([]);
    expect(worlds).toHaveLength(2);
  });
});

describe('the defaults', () => {
  it('are one account with the well-known key and a role that trusts it, and a partner that trusts it too', () => {
    const { accounts, regions } = completeWorldOptions({});
    expect(accounts).toEqual([
      {
        id: '123456789012',
        accessKeys: [DEFAULT_ACCESS_KEY],
        roles: [{ name: 'CloudManagerRole', trusts: [{ principal: 'arn:aws:iam::123456789012:root' }] }],
        vpcs: [],
      },
      {
        id: '222222222222',
        accessKeys: [],
        roles: [{ name: 'CloudManagerRole', trusts: [{ principal: 'arn:aws:iam::123456789012:root' }] }],
        defaultVpc: false,
        vpcs: [{ region: 'eu-west-1', cidrBlock: '10.180.0.0/22', tags: { Name: 'partner', demo: 'may peer' } }],
      },
    ]);
    expect(regions[0]).toEqual({ name: 'eu-central-1', zones: ['a', 'b', 'c'] });
  });

  it('put the partner into the one region that there is', () => {
    const { accounts } = completeWorldOptions({ regions: [{ name: 'us-east-1' }] });
    expect(accounts[1]?.vpcs[0]?.region).toBe('us-east-1');
  });

  it('give the well-known key to the first account only', () => {
    const { accounts } = completeWorldOptions({ accounts: [ACCOUNT, { id: '210987654321' }] });
    expect(accounts.map(({ accessKeys }) => accessKeys.length)).toEqual([1, 0]);
  });
});
