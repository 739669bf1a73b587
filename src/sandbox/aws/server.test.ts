import { DescribeSubnetsCommand } from '@aws-sdk/client-ec2';
import {
  CreateCacheSubnetGroupCommand,
  CreateReplicationGroupCommand,
  DescribeReplicationGroupsCommand,
} from '@aws-sdk/client-elasticache';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startTestAws, type TestAws } from '../../../test/support/aws-simulator.ts';
import { silentLogger } from '../../util/log.ts';
import { VirtualClock } from '../../util/virtual-clock.ts';
import type { DataPlane } from './elasticache/data-plane.ts';
import { noDataPlane } from './elasticache/data-plane.ts';
import { startAwsSimulator } from './server.ts';
import { createAllServices } from './services.ts';

let aws: TestAws | undefined;

afterEach(async () => aws?.stop());

function portOf({ endpoint }: { readonly endpoint: string }): number {
  return Number(new URL(endpoint).port);
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

describe('the simulator', () => {
  it('listens on the loopback interface until it is stopped, which may be repeated', async () => {
    aws = await startTestAws();
    expect(aws.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    await aws.sts().send(new GetCallerIdentityCommand({}));
    await aws.stop();
    expect(await isOpen(portOf(aws))).toBe(false);
    await aws.stop();
    expect(aws.clock.pending).toBe(0);
  });

  it('takes the port that it is given, and says when it is taken', async () => {
    aws = await startTestAws();
    const port = portOf(aws);
    const second = startAwsSimulator({ clock: new VirtualClock(), log: silentLogger, port });
    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('refuses wrong world options before it listens', async () => {
    const started = startAwsSimulator({
      clock: new VirtualClock(),
      log: silentLogger,
      world: { quotas: { moons: 1 } },
    });
    await expect(started).rejects.toMatchObject({ name: 'WorldOptionsError' });
  });

  it('tells its own time in each answer, by which the SDKs correct theirs', async () => {
    aws = await startTestAws();
    const response = await fetch(aws.endpoint, { method: 'POST', body: '{}' });
    expect(response.headers.get('date')).toBe('Thu, 01 Jan 2026 00:00:00 GMT');
    expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('answers a request that is no AWS call at all', async () => {
    aws = await startTestAws();
    const response = await fetch(aws.endpoint);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ __type: 'UnknownOperationException' });
  });

  it('says in the form of S3 that it has no S3', async () => {
    aws = await startTestAws();
    const scope = 'AKIASANDBOXSANDBOX00/20260101/eu-central-1/s3/aws4_request';
    const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`;
    const answer = await fetch(aws.endpoint, { headers: { authorization, 'x-amz-date': '20260101T000000Z' } });
    expect(answer.status).toBe(501);
    expect(await answer.text()).toMatch(
      /^<Error><Code>NotImplemented<.*The service s3 is not simulated; the simulator has sts /,
    );
  });

  it('keeps a client that goes away in the middle of its request from doing harm', async () => {
    aws = await startTestAws();
    const socket = connect(portOf(aws), '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf');
    await reached(() => aws?.inFlight() === 1);
    socket.destroy();
    await reached(() => aws?.inFlight() === 0);
    expect(await aws.sts().send(new GetCallerIdentityCommand({}))).toMatchObject({ Account: '123456789012' });
  });
});

/** Lets the event loop turn, which sockets need, until something is so; no time passes. */
async function reached(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

describe('life cycles', () => {
  const group = { ReplicationGroupId: 'group', ReplicationGroupDescription: 'd', Engine: 'redis' };
  async function create(): Promise<void> {
    const subnets = await aws?.ec2().send(new DescribeSubnetsCommand({}));
    const SubnetIds = subnets?.Subnets?.map(({ SubnetId = '' }) => SubnetId);
    const names = { CacheSubnetGroupName: 'subnets', CacheSubnetGroupDescription: 'd', SubnetIds };
    await aws?.elastiCache().send(new CreateCacheSubnetGroupCommand(names));
    const size = { CacheNodeType: 'cache.t4g.micro', NumCacheClusters: 1, CacheSubnetGroupName: 'subnets' };
    await aws?.elastiCache().send(new CreateReplicationGroupCommand({ ...group, ...size }));
  }

  const status = async (): Promise<string | undefined> => {
    const answer = await aws?.elastiCache().send(new DescribeReplicationGroupsCommand({}));
    return answer?.ReplicationGroups?.[0]?.Status;
  };
  const durationsSeconds = { 'elasticache.replicationGroup.creating': 360 };

  it('take the time that the world says, faster by the speed', async () => {
    aws = await startTestAws({ world: { durationsSeconds }, lifeCycle: { speed: 60 } });
    await create();
    aws.clock.advance(5_999);
    expect(await status()).toBe('creating');
    aws.clock.advance(1);
    expect(await status()).toBe('available');
  });

  it('are over at the next look with the speed max, although no time has passed', async () => {
    aws = await startTestAws({ world: { durationsSeconds }, lifeCycle: { speed: 'max' } });
    await create();
    expect(await status()).toBe('available');
    expect(aws.clock.monotonicMs()).toBe(0);
  });

  it('end behind their endpoints when the simulator is reset', async () => {
    const removed: string[] = [];
    const dataPlane: DataPlane = { ...noDataPlane, remove: (key) => removed.push(key) };
    aws = await startTestAws({ services: createAllServices(dataPlane), lifeCycle: { speed: 'max' } });
    await create();
    aws.reset();
    expect(removed).toEqual(['123456789012/eu-central-1/group']);
    expect(await status()).toBeUndefined();
  });
});
