import type { IpRange, RedisCluster, RedisInstance, Scope } from '../../api/index.ts';
import { redisClusterKind, redisInstanceKind } from '../../api/index.ts';
import type { IngressRule } from '../../aws/index.ts';
import { mergePatch } from '../../kube/index.ts';
import { apply, keyOf, only, pingWithSecret, samplesOf, type Stage, untilAllReady, untilReady } from './stage.ts';
import { compareWith, deleteEverything } from './last-steps.ts';
import type { Step } from './story.ts';

/** From a manifest to an answering Redis, through changes and somebody's meddling, back to nothing. */
export function redisStory(before: readonly string[]): readonly Step<Stage>[] {
  return [
    askForScope,
    askForIpRanges,
    askForRedis,
    ping('Applications connect over TLS with what the Secrets say'),
    changeShards,
    changeParameter,
    repairDrift,
    ping('Applications are still answered'),
    deleteEverything,
    compareWith(before),
  ];
}

const askForScope: Step<Stage> = {
  title: 'A Scope names an AWS account, a region and a VPC',
  async run(stage) {
    await apply(stage, samplesOf(stage, 'Namespace', 'Scope'));
    const scopes = await untilAllReady<Scope>(stage, 'Scope');
    return scopes.map((scope) => `account ${scope.spec.scope.aws.accountId}, ${scope.status?.vpcId ?? ''}`).join('; ');
  },
};

const askForIpRanges: Step<Stage> = {
  title: 'IpRanges ask for addresses in the VPC',
  async run(stage) {
    await apply(stage, samplesOf(stage, 'IpRange'));
    const ranges = await untilAllReady<IpRange>(stage, 'IpRange');
    return ranges.map(({ status }) => `${status?.cidr ?? ''} in ${status?.subnets?.length ?? 0} subnets`).join('; ');
  },
};

const askForRedis: Step<Stage> = {
  title: 'A RedisInstance and a RedisCluster are asked for',
  async run(stage) {
    await apply(stage, samplesOf(stage, 'RedisInstance', 'RedisCluster'));
    const instances = await untilAllReady<RedisInstance>(stage, 'RedisInstance');
    const clusters = await untilAllReady<RedisCluster>(stage, 'RedisCluster');
    const endpoints = [
      ...instances.map(({ status }) => status?.primaryEndpoint),
      ...clusters.map(({ status }) => status?.discoveryEndpoint),
    ];
    return `ready at ${endpoints.join(' and ')}`;
  },
};

function ping(title: string): Step<Stage> {
  return {
    title,
    async run(stage) {
      const manifests = samplesOf(stage, 'RedisInstance', 'RedisCluster');
      const answers = await Promise.all(manifests.map((manifest) => pingWithSecret(stage, manifest)));
      const silent = answers.find(({ pong }) => pong !== 'PONG');
      if (silent) throw new Error(`Redis answered ${silent.pong} instead of PONG`);
      return answers.map(({ pong, server }) => `${pong} (${server})`).join(', ');
    },
  };
}

const changeShards: Step<Stage> = {
  title: 'The RedisCluster is asked to have one shard more',
  async run(stage) {
    const manifest = only(stage, 'RedisCluster');
    const { spec } = await untilReady<RedisCluster>(stage, manifest);
    const shardCount = spec.instance.aws.shardCount + 1;
    await stage.kube.patch(
      redisClusterKind,
      keyOf(manifest),
      mergePatch({ spec: { instance: { aws: { shardCount } } } }),
    );
    const { status } = await untilReady<RedisCluster>(stage, manifest);
    if (status?.shardCount !== shardCount) throw new Error(`AWS has ${status?.shardCount} shards, not ${shardCount}`);
    return `AWS has ${status.shardCount} shards`;
  },
};

const changeParameter: Step<Stage> = {
  title: 'The RedisInstance gets a parameter and a larger node',
  async run(stage) {
    const manifest = only(stage, 'RedisInstance');
    const aws = { cacheNodeType: 'cache.m7g.large', parameters: { 'maxmemory-policy': 'volatile-ttl' } };
    await stage.kube.patch(redisInstanceKind, keyOf(manifest), mergePatch({ spec: { instance: { aws } } }));
    const { status } = await untilReady<RedisInstance>(stage, manifest);
    if (status?.nodeType !== aws.cacheNodeType) throw new Error(`AWS has nodes of type ${status?.nodeType}`);
    return `AWS has ${status.nodeType} nodes`;
  },
};

/** What somebody in a hurry adds in the console. */
const OPEN_TO_THE_WORLD: IngressRule = {
  protocol: 'tcp',
  fromPort: 6379,
  toPort: 6379,
  source: { kind: 'cidr', cidr: '0.0.0.0/0' },
  description: undefined,
};

const repairDrift: Step<Stage> = {
  title: 'Somebody opens a security group to the world behind the operator',
  async run(stage) {
    const name = `cm-${only(stage, 'RedisCluster').metadata.name}`;
    const group = (await stage.ec2.findSecurityGroups({ name }))[0];
    if (!group) throw new Error(`There is no security group ${name}`);
    await stage.ec2.authorizeIngress(group.id, [OPEN_TO_THE_WORLD]);
    await stage.untilAws(() => !stage.isOpenToTheWorld(group.id));
    return 'the next look found and closed it';
  },
};
