import { afterEach, beforeEach, expect, it } from 'vitest';
import { aScopeManifest } from '../../../test/support/manifests.ts';
import { NAMESPACE } from '../../../test/support/namespace.ts';
import { type OperatorWorld, startOperatorWorld } from '../../../test/support/operator-world.ts';
import { TestUserCluster } from '../../../test/support/user-cluster.ts';
import { User } from '../../../test/support/user.ts';
import { until } from '../../../test/support/virtual-time.ts';
import { type KubeSecret, secretKind } from '../../kube/index.ts';
import { systemClock } from '../../util/clock.ts';
import { silentLogger } from '../../util/log.ts';
import { createOperator, type Operator } from '../wiring.ts';

/* Two replicas, of which the one that holds the lease of a Scope is connected to its cluster. */

const SCOPE = { namespace: NAMESPACE, name: 'demo' };
const LIMIT_MS = 20_000;

let world: OperatorWorld;
let cluster: TestUserCluster;
const running: Operator[] = [];

beforeEach(async () => {
  const clocks = { clock: systemClock, wireClock: systemClock };
  [world, cluster] = await Promise.all([
    startOperatorWorld({ isEmbedded: true }),
    TestUserCluster.start(SCOPE.name, clocks),
  ]);
  const data = { config: Buffer.from(cluster.api.kubeconfig).toString('base64') };
  await world.user.create<KubeSecret>(secretKind, { metadata: { ...SCOPE, name: 'kubeconfig-demo' }, data });
  await new User(world.user).apply(aScopeManifest(SCOPE.name));
});
afterEach(async () => {
  for (const operator of running.splice(0)) await operator.stop();
  await cluster.stop();
  await world.stop();
});

async function aReplica(identity: string): Promise<Operator> {
  const leases = {
    leaseNamespace: NAMESPACE,
    leaseDuration: '4s',
    leaseRenewDeadline: '3s',
    leaseRetryPeriod: '200ms',
  };
  const options = world.options({ clusters: 'remote', clustersNamespace: NAMESPACE, identity, ...leases });
  const operator = createOperator(options, { log: silentLogger });
  running.push(operator);
  await operator.start(AbortSignal.timeout(LIMIT_MS));
  return operator;
}

const serves = ({ users }: Operator): boolean => users.clusterOf(SCOPE) !== undefined;

it('serve a cluster one after the other, never both', async () => {
  const first = await aReplica('first');
  await until('the first one serves it', () => serves(first), LIMIT_MS);
  const second = await aReplica('second');
  expect([serves(first), serves(second)]).toEqual([true, false]);
  await first.stop();
  await until('the second one serves it', () => serves(second), LIMIT_MS);
  expect(serves(first)).toBe(false);
});
