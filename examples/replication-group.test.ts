import { afterEach, describe, expect, it } from 'vitest';
import type { Logger } from 'cloud-manager/aws';
import { silentLogger } from '../src/util/log.ts';
import { type ContractAws, startContractAws } from '../test/support/aws-clients.ts';
import { createAndDelete } from './replication-group.ts';

let world: ContractAws | undefined;

afterEach(() => world?.stop());

async function run(): Promise<readonly object[]> {
  world = await startContractAws();
  const ec2 = world.aws.ec2(world.target, world.call());
  const [vpc] = await ec2.findVpcsByName('shoot--sandbox--demo');
  const subnets = await ec2.describeSubnets(vpc?.id ?? 'the demo VPC is missing');
  const told: object[] = [];
  const log: Logger = { ...silentLogger, info: (fields) => told.push(fields) };
  const wishes = { name: 'example', subnetIds: subnets.map(({ id }) => id), pollMs: 1 };
  await createAndDelete(world.aws, world.target, wishes, log);
  return told;
}

describe('the example of the client layer', () => {
  it('makes a replication group, tells its endpoint and leaves nothing behind', async () => {
    const told = await run();
    expect(told).toMatchObject([{ status: 'available', endpoint: { port: 6379 } }, { name: 'example' }]);
    const cache = world?.aws.elastiCache(world.target, world.call());
    expect(await cache?.listReplicationGroups()).toEqual([]);
    await expect(cache?.describeSubnetGroup('example')).rejects.toMatchObject({ resource: 'subnet group' });
  });
});
