import { afterEach, describe, expect, it } from 'vitest';
import { redisInstanceKind } from '../../src/api/index.ts';
import { isReady } from '../../src/reconcilers/common/status.ts';
import { createShardOf } from '../../src/runtime/index.ts';
import { ec2Slot } from '../../src/sandbox/aws/ec2/state.ts';
import {
  anIpRangeManifest,
  aRedisInstanceManifest,
  aScopeManifest,
  changed,
  type Manifest,
} from '../support/manifests.ts';
import { type FleetOptions, ReplicaFleet, TAKEOVER_MS } from '../support/replica-fleet.ts';
import { until } from '../../src/cli/demo/watching.ts';
import { kindOf } from '../../src/cli/demo/manifests.ts';
import { NAMESPACE } from '../support/namespace.ts';

/*
 * Replicas as processes: killed in the middle of a creation, killed among many accounts, and frozen for longer than
 * leases last. AWS's journal says who did what.
 */

const SHARDS = 12;
const ACCOUNTS = Array.from({ length: 30 }, (_, index) => String(200_000_000_001 + index));
const FIRST_ACCOUNT = '123456789012';
const REGION = 'eu-central-1';

describe('replicas', () => {
  let fleet: ReplicaFleet;

  async function untilReady(...manifests: readonly Manifest[]): Promise<void> {
    for (const manifest of manifests) {
      const key = { namespace: NAMESPACE, name: manifest.metadata.name };
      await until(fleet.kube, kindOf(manifest), key, (object) => object !== undefined && isReady(object));
    }
  }

  afterEach(async () => {
    await fleet.stop();
  });

  it('finish what the leader began that was killed in the middle of a creation, and make nothing twice', async () => {
    fleet = await ReplicaFleet.start({ shards: 1 });
    const leader = await fleet.join('a');
    await fleet.until('a leads', () => fleet.holders().get('cloud-manager') === 'a');
    await fleet.join('b');
    let killedAtMs = Infinity;
    const end = fleet.aws.faults.intercept(({ operation }) => {
      if (operation !== 'CreateReplicationGroup' || killedAtMs < Infinity) return undefined;
      leader.kill();
      killedAtMs = Date.now();
      return undefined;
    });
    await fleet.user.apply(aScopeManifest(), anIpRangeManifest(), aRedisInstanceManifest());
    await fleet.until('b leads', () => fleet.holders().get('cloud-manager') === 'b');
    const tookMs = (fleet.holds.at(-1)?.sinceMs ?? Infinity) - killedAtMs;
    await untilReady(aRedisInstanceManifest());
    end();
    process.stdout.write(`# one leads: taken over ${tookMs} ms after SIGKILL\n`);
    expect(tookMs).toBeLessThanOrEqual(TAKEOVER_MS);
    expect(await fleet.user.find(redisInstanceKind, 'demo-instance')).toMatchObject({ status: { state: 'Ready' } });
    const made = fleet.writes().filter(({ operation, code }) => operation.startsWith('Create') && code === 'OK');
    const state = JSON.stringify(fleet.aws.state());
    expect([...state.matchAll(/"id":"cm-demo-instance","status"/g)]).toHaveLength(1);
    expect([...state.matchAll(/"cidr":"10\.250\.4\.0\/22"/g)]).toHaveLength(1);
    expect(made.filter(({ operation }) => operation === 'CreateReplicationGroup')).toHaveLength(1);
    expect(made.filter(({ operation }) => operation === 'CreateSubnet')).toHaveLength(3);
    expect(made.filter(({ operation }) => operation === 'CreateSecurityGroup')).toHaveLength(1);
  }, 90_000);

  it('stop in order: the next one goes on at once', async () => {
    fleet = await ReplicaFleet.start({ shards: 1 });
    const leader = await fleet.join('a');
    await fleet.until('a leads', () => fleet.holders().get('cloud-manager') === 'a');
    await fleet.join('b');
    await leader.terminate();
    await fleet.until('b leads', () => fleet.holders().get('cloud-manager') === 'b');
    const [released, taken] = fleet.holds.slice(-2);
    expect(released?.holder).toBe('');
    expect((taken?.sinceMs ?? Infinity) - (released?.sinceMs ?? 0)).toBeLessThanOrEqual(1_000);
  });

  it('share accounts: each is one’s at a time, also when one is killed and another one frozen', async () => {
    fleet = await ReplicaFleet.start({ shards: SHARDS, world: worldOf(ACCOUNTS) });
    const replicas = [await fleet.join('a'), await fleet.join('b', 'debug'), await fleet.join('c')] as const;
    const [killed, frozen] = replicas;
    const share = (name: string): number => [...fleet.holders().values()].filter((holder) => holder === name).length;
    await fleet.until('all have their share', () => replicas.every(({ name }) => share(name) === SHARDS / 3));

    const scopes = ACCOUNTS.map((account) => scopeIn(account, vpcIdIn(fleet, account)));
    await fleet.user.apply(...scopes, ...ACCOUNTS.map((account) => rangeIn(account, 'first')));
    await untilReady(...ACCOUNTS.map((account) => rangeIn(account, 'first')));
    expect(new Set(fleet.writes().map(({ replica }) => replica))).toEqual(new Set(['a', 'b', 'c']));

    // One is killed in the middle of its work.
    const ofTheDead = [...fleet.holders()].flatMap(([lease, holder]) => (holder === 'a' ? [lease] : []));
    const killedAt = momentOf(fleet, 'a', () => killed.kill());
    await fleet.user.apply(...ACCOUNTS.map((account) => rangeIn(account, 'second')));
    const killedAtMs = await killedAt;
    await fleet.until('nothing is left to the dead', () => share('a') === 0);
    const tookMs = Math.max(...ofTheDead.map((lease) => fleet.nextHoldMs(lease, killedAtMs))) - killedAtMs;
    await untilReady(...ACCOUNTS.map((account) => rangeIn(account, 'second')));

    // Another one is frozen in the middle of its work, and goes on when its leases are long another's.
    const frozenAt = momentOf(fleet, 'b', () => frozen.freeze());
    await fleet.user.apply(...ACCOUNTS.map((account) => rangeIn(account, 'third')));
    await frozenAt;
    await fleet.until('nothing is left to the frozen', () => share('b') === 0);
    await untilReady(...ACCOUNTS.map((account) => rangeIn(account, 'third')));
    const refusedBefore = frozen.count('Pass may not write any more');
    const resumedAtMs = Date.now();
    frozen.resume();
    await fleet.until('the frozen one has its share again', () => share('b') === SHARDS / 2);
    const again = fleet.holds.find(({ holder, sinceMs }) => holder === 'b' && sinceMs >= resumedAtMs);
    const againAtMs = again?.sinceMs ?? 0;
    await fleet.user.apply(...ACCOUNTS.map((account) => rangeIn(account, 'fourth')));
    await untilReady(...ACCOUNTS.map((account) => rangeIn(account, 'fourth')));

    const writes = fleet.writes();
    const refused = frozen.count('Pass may not write any more') - refusedBefore;
    const late = writes.filter(({ replica, atMs }) => replica === 'b' && atMs >= resumedAtMs && atMs < againAtMs);
    process.stdout.write(
      `# ${SHARDS} shards: all taken over ${tookMs} ms after SIGKILL; ${writes.length} writes to AWS; ` +
        `after SIGCONT ${late.length} before it held a lease again, ${refused} passes refused\n`,
    );
    expect(tookMs).toBeLessThanOrEqual(TAKEOVER_MS);
    expect(late).toEqual([]);
    // It had something to write: it was frozen in the middle of it.
    expect(refused).toBeGreaterThan(0);
    expect(frozen.count('Lease lost')).toBeGreaterThan(0);
    expect(writes.filter(({ replica, atMs }) => replica === 'b' && atMs >= againAtMs).length).toBeGreaterThan(0);
    const strangers = writes.filter(({ replica, account, atMs }) => replica !== fleet.holderAt(leaseOf(account), atMs));
    expect(strangers).toEqual([]);
    const made = writes.filter(({ operation, code }) => operation === 'CreateSubnet' && code === 'OK');
    expect(made).toHaveLength(ACCOUNTS.length * 4 * 3);
  }, 150_000);
});

const shardOf = createShardOf(SHARDS);

function leaseOf(account: string): string {
  return `cloud-manager-shard-${shardOf(`${account}/${REGION}`)}-of-${SHARDS}`;
}

/** Does `act` at the third write of a replica from now on, and gives when that was. */
function momentOf(fleet: ReplicaFleet, replica: string, act: () => void): Promise<number> {
  return new Promise((resolve) => {
    let seen = 0;
    const end = fleet.aws.journal.onCall(({ principal, operation }) => {
      if (!principal.includes(`@${replica}_`) || !operation.startsWith('CreateSubnet')) return;
      seen += 1;
      if (seen < 3) return;
      end();
      act();
      resolve(Date.now());
    });
  });
}

/** Accounts whose roles trust the first one, each with a VPC. */
function worldOf(accounts: readonly string[]): NonNullable<FleetOptions['world']> {
  const trusts = [{ principal: `arn:aws:iam::${FIRST_ACCOUNT}:root` }];
  const member = (id: string) => ({
    id,
    roles: [{ name: 'CloudManagerRole', trusts }],
    defaultVpc: { cidrBlock: '10.250.0.0/22' },
  });
  return { accounts: [{ id: FIRST_ACCOUNT }, ...accounts.map(member)], throttling: 'off' };
}

function vpcIdIn({ aws }: ReplicaFleet, account: string): string {
  const [vpcId = ''] = aws.world.partition(account, REGION)?.get(ec2Slot).vpcs.keys() ?? [];
  return vpcId;
}

function scopeIn(account: string, vpcId: string): Manifest {
  const inAccount = changed(aScopeManifest(`s-${account}`), 'spec.scope.aws.accountId', account);
  return changed(inAccount, 'spec.scope.aws.network.vpc.id', vpcId);
}

function rangeIn(account: string, name: string): Manifest {
  return changed(anIpRangeManifest(`${name}-${account}`), 'spec.scope.name', `s-${account}`);
}
