import { CreateReplicationGroupCommand, DescribeCacheClustersCommand } from '@aws-sdk/client-elasticache';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  aGroupRequest,
  aSubnetGroup,
  type CacheClient,
  clientOf,
  MINUTE_MS,
} from '../../../../test/support/cache-groups.ts';
import { startTestAws, type TestAws } from '../../../../test/support/aws-simulator.ts';

let aws: TestAws;
let cache: CacheClient;

beforeEach(async () => {
  aws = await startTestAws();
  cache = clientOf(aws);
  await aSubnetGroup(aws);
  const request = { NumCacheClusters: 2, AutomaticFailoverEnabled: true, EngineVersion: '7.0' };
  await cache.send(new CreateReplicationGroupCommand(aGroupRequest(request)));
  aws.clock.advance(6 * MINUTE_MS);
});

afterEach(async () => aws.stop());

async function maintain(body: object): Promise<{ readonly status: number; readonly message: string | undefined }> {
  const request = { method: 'POST', body: JSON.stringify({ service: 'elasticache', resource: 'demo', ...body }) };
  const response = await fetch(`${aws.endpoint}/_sandbox/maintenance`, request);
  const { message } = (await response.json()) as { readonly message?: string };
  return { status: response.status, message };
}

const members = async () => (await cache.send(new DescribeCacheClustersCommand({}))).CacheClusters ?? [];

async function primary(): Promise<string | undefined> {
  const nodes = (await cache.group())?.NodeGroups?.[0]?.NodeGroupMembers ?? [];
  return nodes.find(({ CurrentRole: role }) => role === 'primary')?.CacheClusterId;
}

describe('maintenance', () => {
  it('of nodes makes a replica lead, while the group is modifying', async () => {
    expect(await primary()).toBe('demo-001');
    expect(await maintain({ kind: 'nodes' })).toEqual({ status: 200, message: undefined });
    expect(await cache.group()).toMatchObject({ Status: 'modifying', NodeGroups: [{ Status: 'modifying' }] });
    aws.clock.advance(5 * MINUTE_MS);
    expect(await cache.group()).toMatchObject({ Status: 'available' });
    expect(await primary()).toBe('demo-002');
  });

  it('of the engine shows the version as pending, and then runs it', async () => {
    await maintain({ kind: 'engineVersion' });
    expect(await members()).toMatchObject([
      { CacheClusterStatus: 'modifying', EngineVersion: '7.0.7', PendingModifiedValues: { EngineVersion: '7.1.0' } },
      { CacheClusterStatus: 'modifying' },
    ]);
    aws.clock.advance(10 * MINUTE_MS);
    expect((await members()).map(({ EngineVersion: version }) => version)).toEqual(['7.1.0', '7.1.0']);
    expect(await maintain({ kind: 'engineVersion' })).toMatchObject({
      status: 400,
      message: 'There is no later version of the family of redis 7.1.0.',
    });
  });

  it('by a snapshot leaves the group as it was', async () => {
    const before = await cache.group();
    await maintain({ kind: 'snapshot' });
    expect(await cache.group()).toMatchObject({ Status: 'snapshotting' });
    aws.clock.advance(2 * MINUTE_MS);
    expect(await cache.group()).toEqual(before);
  });

  it.each([
    { body: { kind: 'nodes', resource: 'other' }, says: /ReplicationGroup other not found/ },
    { body: { kind: 'paint' }, says: /no kind paint of maintenance. Known are nodes, engineVersion, snapshot/ },
    { body: { kind: 'nodes', service: 'sts' }, says: /no maintenance of sts. Expected is/ },
    { body: { kind: 'nodes', account: '1' }, says: /no account 1 with a region eu-central-1/ },
    { body: { kind: 'nodes', now: true }, says: /Expected is/ },
  ])('that cannot be is refused with a sentence: $says', async ({ body, says }) => {
    expect(await maintain(body)).toEqual({ status: 400, message: expect.stringMatching(says) });
  });

  it('is refused while another one is under way', async () => {
    await maintain({ kind: 'nodes' });
    expect(await maintain({ kind: 'snapshot' })).toMatchObject({ status: 400 });
  });
});
