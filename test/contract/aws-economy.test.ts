import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Aws, createAws, type IngressRule, type Target } from '../../src/aws/index.ts';
import { DEFAULT_ACCOUNT, DEFAULT_REGION } from '../../src/sandbox/aws/world-options.ts';
import type { Call } from '../../src/util/call.ts';
import { silentLogger } from '../../src/util/log.ts';
import { startTestAws, type TestAws } from '../support/aws-simulator.ts';
import { STATIC_CREDENTIALS } from '../support/aws-clients.ts';
import { aCall } from '../support/pass.ts';
import { turn } from '../support/virtual-time.ts';

/** With AWS's token buckets, in virtual time: what a hundred objects in one account and region cost. */
let simulator: TestAws;
let aws: Aws;

const target: Target = { accountId: DEFAULT_ACCOUNT, region: DEFAULT_REGION, roleArn: undefined };
const NAMES = Array.from({ length: 100 }, (_, index) => `cm-${String(index).padStart(3, '0')}`);
const RULE: IngressRule = {
  protocol: 'tcp',
  fromPort: 6379,
  toPort: 6379,
  source: { kind: 'cidr', cidr: '10.0.0.0/8' },
  description: undefined,
};

const SETTINGS = {
  description: 'x',
  tags: {},
  engine: 'redis',
  engineVersion: '7.0',
  nodeType: 'cache.t4g.small',
  clusterMode: false,
  shards: 1,
  replicasPerShard: 0,
  automaticFailover: false,
  multiAz: false,
  autoMinorVersionUpgrade: false,
  maintenanceWindow: undefined,
  authToken: undefined,
} as const;

beforeEach(async () => {
  simulator = await startTestAws({ world: { quotas: { 'elasticache.nodesPerRegion': 1000 } } });
  const options = { credentials: STATIC_CREDENTIALS, region: DEFAULT_REGION, endpoint: simulator.endpoint };
  aws = createAws(options, { clock: simulator.clock, log: silentLogger });
});

afterEach(async () => {
  aws.close();
  await simulator.stop();
});

const call = (): Call => aCall({ clock: simulator.clock, deadlineMs: simulator.clock.monotonicMs() + 600_000 });

/** So many turns without a request under way mean that only time is waited for. */
const QUIET_TURNS = 60;

async function inTime<T>(work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const ended = work.finally(() => over.abort());
  ended.catch(() => undefined); // seen by whoever awaits it
  for (let quiet = 0; !over.signal.aborted; quiet += 1) {
    await turn();
    if (simulator.inFlight() > 0) quiet = 0;
    if (quiet < QUIET_TURNS) continue;
    simulator.clock.advance(simulator.clock.nextDueInMs ?? 0);
    quiet = 0;
  }
  return ended;
}

const countOf = (operation: string): number =>
  simulator.journal.calls().filter((entry) => entry.operation === operation).length;
const codes = (): ReadonlySet<string> => new Set(simulator.journal.calls().map(({ code }) => code));

async function createAll(): Promise<void> {
  const ec2 = aws.ec2(target, call());
  const cache = aws.elastiCache(target, call());
  const [vpc] = await ec2.findVpcsByName('shoot--sandbox--demo');
  const vpcId = vpc?.id ?? 'the demo VPC is missing';
  const subnetIds = (await ec2.describeSubnets(vpcId)).map(({ id }) => id);
  const createOne = async (name: string): Promise<void> => {
    const named = { name, description: 'x', tags: {} };
    const [groupId] = await Promise.all([
      ec2.createSecurityGroup({ ...named, vpcId }),
      cache.createSubnetGroup({ ...named, subnetIds }),
      cache.createParameterGroup({ ...named, family: 'redis7' }),
    ]);
    await ec2.authorizeIngress(groupId, [RULE]);
    await cache.createReplicationGroup({
      ...SETTINGS,
      id: name,
      parameterGroupName: name,
      subnetGroupName: name,
      securityGroupIds: [groupId],
    });
  };
  await Promise.all(NAMES.map(createOne));
}

describe('a hundred objects in one account and region', () => {
  it('are created at once without AWS ever having to throttle, and waited for by one list a tick', async () => {
    await inTime(createAll());
    expect(codes()).toEqual(new Set(['OK']));
    expect(countOf('CreateReplicationGroup')).toBe(100);
    simulator.journal.clear();

    const cache = aws.elastiCache(target, call());
    const look = () => inTime(Promise.all(NAMES.map((name) => cache.describeReplicationGroup(name))));
    const groups = await look();
    expect(new Set(groups.map(({ status }) => status))).toEqual(new Set(['creating']));
    expect(countOf('DescribeReplicationGroups')).toBe(1);

    simulator.clock.advance(400_000);
    await look();
    const ec2 = aws.ec2(target, call());
    await inTime(Promise.all(NAMES.map((name) => ec2.findSecurityGroups({ name }))));
    await inTime(Promise.all(NAMES.map((name) => cache.describeMembers(name))));
    expect(simulator.journal.calls().map(({ operation }) => operation)).toEqual([
      'DescribeReplicationGroups',
      'DescribeReplicationGroups',
      'DescribeSecurityGroups',
      'DescribeCacheClusters',
    ]);
  });
});
