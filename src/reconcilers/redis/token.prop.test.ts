import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Death } from '../../../test/support/mortality.ts';
import { aRedisCluster } from '../../../test/support/redis-objects.ts';
import { type RedisWorld, startRedisWorld } from '../../../test/support/redis-world.ts';
import { ANNOTATIONS } from '../../api/names.ts';

/**
 * Whoever asks for a token, edits it, or switches authentication off and on, whatever else goes on, fails or dies: what
 * clients read opens the servers at every moment, and for the grace time what they read before.
 */

type Event =
  | { readonly do: 'write' }
  | { readonly do: 'request' }
  | { readonly do: 'edit'; readonly fields: object }
  | { readonly do: 'pass'; readonly minutes: number }
  | { readonly do: 'maintain'; readonly kind: 'nodes' | 'snapshot' }
  | { readonly do: 'restart' }
  | { readonly do: 'refuse'; readonly operation: string }
  | { readonly do: 'lose'; readonly operation: string; readonly when: 'before' | 'after' }
  | ({ readonly do: 'die' } & Death);

const operation = fc.constantFrom(
  'ModifyReplicationGroup',
  'PutSecretValue',
  'GetSecretValue',
  'DescribeReplicationGroups',
);
const when = fc.constantFrom('before' as const, 'after' as const);
const does = <W extends string>(word: W) => ({ do: fc.constant(word) });

const fields = fc.constantFrom<object>(
  { authEnabled: false },
  { authEnabled: true },
  { authTokenRotationDays: 1 },
  { cacheNodeType: 'cache.m7g.xlarge' },
  { cacheNodeType: 'cache.m7g.large' },
);

const happening: fc.Arbitrary<Event> = fc.oneof(
  { weight: 3, arbitrary: fc.record(does('write')) },
  { weight: 3, arbitrary: fc.record(does('request')) },
  { weight: 2, arbitrary: fc.record({ ...does('edit'), fields }) },
  { weight: 6, arbitrary: fc.record({ ...does('pass'), minutes: fc.constantFrom(1, 3, 5, 9, 11, 20, 2000) }) },
  {
    weight: 1,
    arbitrary: fc.record({ ...does('maintain'), kind: fc.constantFrom('nodes' as const, 'snapshot' as const) }),
  },
  { weight: 1, arbitrary: fc.record(does('restart')) },
  { weight: 1, arbitrary: fc.record({ ...does('refuse'), operation }) },
  { weight: 1, arbitrary: fc.record({ ...does('lose'), operation, when }) },
  {
    weight: 3,
    arbitrary: fc.record({
      ...does('die'),
      of: fc.constantFrom('aws' as const, 'kubernetes' as const),
      at: fc.integer({ min: 0, max: 15 }),
      when,
    }),
  },
);

const redis = aRedisCluster({ authEnabled: true, shardCount: 1 });
const MINUTE_MS = 60_000;

async function happen(world: RedisWorld, event: Event, index: number): Promise<void> {
  switch (event.do) {
    case 'write': {
      const input = { SecretId: 'cm-demo/authToken', SecretString: `token-that-somebody-wrote-${index}` };
      // There may be no secret.
      await world.aws
        .secretsManager()
        .send(new PutSecretValueCommand(input))
        .catch(() => undefined);
      return;
    }
    case 'request':
      return world.annotate(redis, { [ANNOTATIONS.rotateAuthToken]: `${index}` });
    case 'edit':
      return world.change(redis, event.fields);
    case 'pass': {
      const endMs = world.aws.clock.now() + event.minutes * MINUTE_MS;
      await world.until(redis, () => world.aws.clock.now() >= endMs, (event.minutes + 60) * MINUTE_MS);
      return;
    }
    case 'maintain':
      // AWS may be at something else.
      await world.maintain(event.kind).catch(() => undefined);
      return;
    case 'restart':
      return world.restart();
    case 'refuse':
      return world.aws.faults.add({ service: '*', operation: event.operation, error: 'AccessDenied' });
    case 'lose':
      return world.aws.faults.add({ service: '*', operation: event.operation, drop: true, when: event.when });
    case 'die':
      world.mortality.revive();
      return world.mortality.dieAt(event);
  }
}

async function play(history: readonly Event[]): Promise<void> {
  const world = await startRedisWorld({ durationsSeconds: { 'elasticache.replicationGroup.creating': 30 } });
  try {
    world.put(redis);
    await world.untilSettled(redis);
    for (const [index, event] of history.entries()) await happen(world, event, index);
    world.aws.faults.clear();
    world.mortality.revive();
    world.restart();
    await world.check(redis);
    await world.untilSettled(redis);
    expect(world.refusals).toEqual([]);
    expect(world.validTokens()).toEqual([world.published()?.authString]);
  } finally {
    await world.stop();
  }
}

const RUNS = Number(process.env['HISTORIES'] ?? 6);

it('what clients read opens the servers at every moment', { timeout: 60_000 + RUNS * 10_000 }, async () => {
  const histories = fc.array(happening, { minLength: 4, maxLength: 16 });
  await fc.assert(fc.asyncProperty(histories, play), {
    numRuns: RUNS,
    interruptAfterTimeLimit: 60_000 + RUNS * 8_000,
  });
});
