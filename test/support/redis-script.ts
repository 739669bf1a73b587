import { changed, type Manifest } from './manifests.ts';
import { QUICK_CACHES } from './quick-caches.ts';
import { apply, type Chapter, deleteEverything, ofKinds, samplesIn, type Script, type Teller } from './script.ts';

/** An engine that is to be left for one of another family, by way of a temporary parameter group. */
function withOldEngine(sample: Manifest): Manifest {
  return sample.kind === 'RedisInstance' ? changed(sample, 'spec.instance.aws.engineVersion', '6.x') : sample;
}

async function edit({ system, samples }: Teller, kind: string, aws: object): Promise<void> {
  await Promise.all(ofKinds(samples, kind).map((manifest) => system.user.edit(manifest, aws)));
}

const CHAPTERS: readonly Chapter[] = [
  { part: 'creation', title: 'a Scope', ask: apply('Scope') },
  { part: 'creation', title: 'two IpRanges', ask: apply('IpRange') },
  { part: 'creation', title: 'a RedisInstance and a RedisCluster', ask: apply('RedisInstance', 'RedisCluster') },
  {
    part: 'change',
    title: 'more shards and replicas, larger nodes, other parameters',
    ask: async (world) => {
      const parameters = { 'maxmemory-policy': 'volatile-ttl' };
      await Promise.all([
        edit(world, 'RedisCluster', { shardCount: 4, replicasPerShard: 2, parameters: { timeout: '20' } }),
        edit(world, 'RedisInstance', { cacheNodeType: 'cache.m7g.large', parameters }),
      ]);
    },
  },
  { part: 'change', title: 'no token any more', ask: (world) => edit(world, 'RedisInstance', { authEnabled: false }) },
  {
    part: 'change',
    title: 'a token again, and an engine of a newer family',
    ask: (world) => edit(world, 'RedisInstance', { authEnabled: true, engineVersion: '7.1' }),
  },
  { part: 'deletion', title: 'everything deleted at once', ask: deleteEverything },
];

/** From a Scope to Redis, through changes, to nothing. */
export const REDIS_SCRIPT: Script = {
  samples: (await samplesIn('')).map(withOldEngine),
  chapters: CHAPTERS,
  durationsSeconds: QUICK_CACHES,
  lingeringMs: 10 * 60_000,
};
