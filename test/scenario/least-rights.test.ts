import { readFile } from 'node:fs/promises';
import { afterEach, expect, it } from 'vitest';
import { assumeRolePolicy, iamPolicy, type PolicyDocument } from '../../src/aws/index.ts';
import type { AwsSimulator } from '../../src/sandbox/aws/server.ts';
import { DEFAULT_ACCESS_KEY, DEFAULT_ACCOUNT } from '../../src/sandbox/aws/world-options.ts';
import type { ActionRule, RoleOptions, WorldOptions } from '../../src/sandbox/aws/world-options-schema.ts';
import { DemoWorld } from '../support/demo-story.ts';
import { Environment } from '../support/environment.ts';
import { changed } from '../support/manifests.ts';
import { NETWORK_SCRIPT } from '../support/network-script.ts';
import { REDIS_SCRIPT } from '../support/redis-script.ts';
import type { Script } from '../support/script.ts';

/*
 * The operator with no more rights in AWS than what it is said to need: its own credentials and the roles in its account have
 * the policies that `iam-policy` prints, and the role of somebody else that of docs/peering.md.
 */

const PARTNER = '222222222222';
const MINUTE_MS = 60_000;

const arnOf = (name: string, account = DEFAULT_ACCOUNT): string => `arn:aws:iam::${account}:role/${name}`;

function rulesFrom({ Statement }: Pick<PolicyDocument, 'Statement'>): ActionRule[] {
  return Statement.map(({ Action, Resource }) => ({ actions: [...Action], resource: Resource }));
}

const roleWith = (name: string, policy: Pick<PolicyDocument, 'Statement'>): RoleOptions => ({
  name,
  trusts: [{ principal: `arn:aws:iam::${DEFAULT_ACCOUNT}:root` }],
  allowedActions: rulesFrom(policy),
});

async function documentedPolicy(): Promise<PolicyDocument> {
  const page = await readFile(new URL('../../docs/peering.md', import.meta.url), 'utf8');
  const [, json = ''] = page.split('```json');
  return JSON.parse(json.split('```')[0] ?? '') as PolicyDocument;
}

async function leastRights(): Promise<WorldOptions> {
  const assumable = [arnOf('CloudManagerRole'), arnOf('Peering'), arnOf('Peering', PARTNER)];
  const roles = [
    roleWith('CloudManagerRole', iamPolicy('read-write', 'account')),
    roleWith('Peering', iamPolicy('read-write', 'peering')),
  ];
  const own = { ...DEFAULT_ACCESS_KEY, allowedActions: rulesFrom(assumeRolePolicy(assumable)) };
  const tags = { Name: 'partner', demo: '' };
  return {
    accounts: [
      { id: DEFAULT_ACCOUNT, accessKeys: [own], roles },
      {
        id: PARTNER,
        roles: [roleWith('Peering', await documentedPolicy())],
        defaultVpc: false,
        vpcs: [{ region: 'eu-west-1', cidrBlock: '10.180.0.0/22', tags }],
      },
    ],
  };
}

let environment: Environment | undefined;
afterEach(() => environment?.stop());

/** Names from this side are resolved on the other one; the partner's VPC has no host names to resolve. */
const withDnsResolution: Script = {
  ...NETWORK_SCRIPT,
  samples: NETWORK_SCRIPT.samples.map((sample) =>
    sample.kind === 'VpcPeering' ? changed(sample, 'spec.details.dnsResolution', { local: true }) : sample,
  ),
};

it.each([
  {
    title: 'a network',
    script: withDnsResolution,
    writes: ['CreateVpc', 'AcceptVpcPeeringConnection', 'ModifyVpcPeeringConnectionOptions'],
  },
  { title: 'Redis', script: REDIS_SCRIPT, writes: ['CreateReplicationGroup', 'ModifyReplicationGroup'] },
])(
  'suffice for the life of $title, of which AWS refuses nothing',
  async ({ script, writes }) => {
    const rights = await leastRights();
    let aws: AwsSimulator | undefined;
    const story = await DemoWorld.start(async ({ world, flags, ...options }) => {
      const peering = { ...flags, awsPeeringRoleName: 'Peering' };
      environment = await Environment.start({ ...options, world: { ...world, ...rights }, flags: peering });
      aws = environment.aws;
      return environment;
    }, script);
    await story.tell(() => false, ['creation', 'change', 'deletion'], 11 * MINUTE_MS);
    const calls = aws?.journal.calls() ?? [];
    const refused = calls.filter(({ code }) => /Unauthorized|AccessDenied/.test(code));
    expect(refused.map(({ operation, principal, code }) => `${operation} ${principal} ${code}`)).toEqual([]);
    expect(calls.map(({ operation }) => operation)).toEqual(expect.arrayContaining(writes));
  },
  60_000,
);
