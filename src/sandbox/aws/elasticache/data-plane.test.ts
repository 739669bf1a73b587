import {
  CreateReplicationGroupCommand,
  DeleteReplicationGroupCommand,
  ModifyReplicationGroupCommand,
} from '@aws-sdk/client-elasticache';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  aGroupRequest,
  aSubnetGroup,
  clientOf,
  MINUTE_MS,
  type CacheClient,
} from '../../../../test/support/cache-groups.ts';
import { startTestAws, type TestAws } from '../../../../test/support/aws-simulator.ts';
import { createAllServices } from '../services.ts';
import { noDataPlane, type DataPlane, type Deployment, type DeploymentSpec } from './data-plane.ts';

/** A data plane that answers when the test says so. */
class SlowPlane implements DataPlane {
  readonly specs: DeploymentSpec[] = [];
  readonly removed: string[] = [];
  #next = Promise.withResolvers<Deployment>();

  apply(spec: DeploymentSpec): Promise<Deployment> {
    this.specs.push(spec);
    this.#next = Promise.withResolvers<Deployment>();
    return this.#next.promise;
  }

  remove(key: string): void {
    this.removed.push(key);
  }

  async answer(): Promise<void> {
    const spec = this.specs.at(-1);
    if (spec) this.#next.resolve(await noDataPlane.apply(spec));
    await this.#next.promise;
  }

  async fail(): Promise<void> {
    this.#next.reject(new Error('no memory'));
    await this.#next.promise.catch(() => {});
  }
}

let aws: TestAws;
let cache: CacheClient;
let plane: SlowPlane;

beforeEach(async () => {
  plane = new SlowPlane();
  aws = await startTestAws({ services: createAllServices(plane) });
  cache = clientOf(aws);
  await aSubnetGroup(aws);
  await cache.send(new CreateReplicationGroupCommand(aGroupRequest({ AuthToken: 'first-token-of-sixteen' })));
  aws.clock.advance(6 * MINUTE_MS);
});

afterEach(async () => aws.stop());

const status = async () => (await cache.group())?.Status;

describe('a group', () => {
  it('is available only when its data plane answers', async () => {
    expect(await status()).toBe('creating');
    expect(plane.specs).toMatchObject([
      {
        key: '123456789012/eu-central-1/demo',
        tokens: ['first-token-of-sixteen'],
        shards: [{ id: '0001', nodeIds: ['demo-001'] }],
      },
    ]);
    await plane.answer();
    expect(await status()).toBe('available');
  });

  it('is modifying until the data plane has followed, and keeps its endpoints when it cannot', async () => {
    await plane.answer();
    const AuthToken = 'second-token-of-sixteen';
    await cache.send(
      new ModifyReplicationGroupCommand({ ReplicationGroupId: 'demo', AuthToken, ApplyImmediately: true }),
    );
    aws.clock.advance(2 * MINUTE_MS);
    expect(await status()).toBe('modifying');
    expect(plane.specs.at(-1)?.tokens).toEqual(['first-token-of-sixteen', AuthToken]);
    await plane.fail();
    expect(await status()).toBe('available');
    expect((await cache.group())?.NodeGroups?.[0]?.PrimaryEndpoint?.Port).toBe(6379);
  });

  it('has failed to be created when the data plane never came up, and goes away cleanly', async () => {
    await plane.fail();
    expect(await status()).toBe('create-failed');
    await cache.send(new DeleteReplicationGroupCommand({ ReplicationGroupId: 'demo' }));
    expect(plane.removed).toEqual(['123456789012/eu-central-1/demo']);
    aws.clock.advance(4 * MINUTE_MS);
    await expect(status()).rejects.toMatchObject({ name: 'ReplicationGroupNotFoundFault' });
  });

  it('takes its data plane along when everything is reset', async () => {
    await plane.answer();
    aws.reset();
    expect(plane.removed).toEqual(['123456789012/eu-central-1/demo']);
  });
});
