import { afterEach, describe, expect, it } from 'vitest';
import {
  awsRedisInstanceKind,
  awsVpcPeeringKind,
  cloudResourcesKind,
  ipRangeKind,
  networkKind,
  redisInstanceKind,
  vpcPeeringKind,
} from '../../src/api/index.ts';
import { kindOf } from '../../src/cli/demo/manifests.ts';
import {
  crdKind,
  findCondition,
  isConditionTrue,
  type KubeObject,
  resourceNameOf,
  secretKind,
} from '../../src/kube/index.ts';
import { activate } from '../support/activation.ts';
import { Environment, type EnvironmentOptions } from '../support/environment.ts';
import { progressOf } from '../support/kstatus.ts';
import { aScopeManifest, type Manifest } from '../support/manifests.ts';
import { NAMESPACE } from '../support/namespace.ts';
import { anAwsPeeringWithPartner, peeredParts, PEERING_ENVIRONMENT } from '../support/peering-scenario.ts';
import { type Reported, STALLED } from '../support/shared-environment.ts';
import { aRedis, REDIS } from '../support/tenants.ts';
import { USER_AGENT } from '../support/user.ts';
import type { TestUserCluster } from '../support/user-cluster.ts';
import { aUserIpRangeManifest } from '../support/user-manifests.ts';

/*
 * A control plane and clusters of users, each with an API server of its own: who is served, and how what a user writes in one
 * becomes something in AWS, by way of the other.
 */

const HOUR_MS = 3_600_000;
const BASE = resourceNameOf(cloudResourcesKind);

let environment: Environment;
afterEach(() => environment.stop());

async function start(options: Partial<EnvironmentOptions> = {}): Promise<TestUserCluster> {
  environment = await Environment.start({ ...PEERING_ENVIRONMENT, userClusters: ['demo', 'other'], ...options });
  return environment.userCluster('demo');
}

const isPrepared = async ({ kube }: TestUserCluster): Promise<boolean> =>
  (await kube.find(crdKind, { name: BASE })) !== undefined;

const peeringIn = ({ kube }: TestUserCluster): Promise<KubeObject | undefined> =>
  kube.find<KubeObject>(awsVpcPeeringKind, { name: 'partner' });

async function madeInControlPlane(): Promise<readonly string[]> {
  const lists = [networkKind, vpcPeeringKind, ipRangeKind, redisInstanceKind].map((kind) =>
    environment.kube.list<KubeObject>(kind, { namespace: NAMESPACE }),
  );
  const objects = (await Promise.all(lists)).flatMap(({ items }) => items);
  return objects.filter(({ metadata }) => !metadata.name.endsWith('--kyma')).map(({ kind }) => kind);
}

describe('a cluster of users', () => {
  it('is served from when the control plane has a Scope for it, and nothing is asked of one without', async () => {
    const demo = await start();
    const other = environment.userCluster('other');
    await environment.settle();
    expect([demo.api.journal.entries.length, other.api.journal.entries.length]).toEqual([0, 0]);
    await environment.apply(aScopeManifest('demo'));
    await environment.until(() => isPrepared(demo));
    expect(other.api.journal.entries).toEqual([]);
    await environment.restartOperator();
    const served = () => environment.operator.users.clusterOf({ namespace: NAMESPACE, name: 'demo' });
    await environment.until(() => served() === demo.key);
    await environment.kube.delete(secretKind, { namespace: NAMESPACE, name: 'kubeconfig-demo' });
    await environment.until(() => served() === undefined);
  });

  it('gets what its users ask for in AWS, through the control plane, and hears of it; all goes when they delete it', async () => {
    const demo = await start();
    await environment.apply(aScopeManifest('demo'));
    await environment.until(() => isPrepared(demo));
    await activate(environment, demo);
    const manifest = await anAwsPeeringWithPartner(environment);
    await demo.user.apply(manifest);
    await environment.until(async () => {
      const peering = await peeringIn(demo);
      return peering !== undefined && isConditionTrue(peering, 'Ready');
    });
    expect((await madeInControlPlane()).toSorted()).toEqual(['Network', 'VpcPeering']);
    await demo.user.delete(manifest);
    await environment.until(async () => (await peeringIn(demo)) === undefined);
    expect(await madeInControlPlane()).toEqual([]);
  });

  it('keeps what it has, with its data, while the kubeconfig of its Scope is that of another, empty cluster', async () => {
    const demo = await start();
    await environment.apply(aScopeManifest('demo'));
    await environment.until(() => isPrepared(demo));
    await activate(environment, demo);
    await demo.user.apply(aRedis());
    const isReady = async (): Promise<boolean> => {
      const redis = await demo.kube.find(awsRedisInstanceKind, REDIS);
      return redis !== undefined && isConditionTrue(redis, 'Ready');
    };
    await environment.until(isReady);
    const made = async () => (await environment.kube.list(redisInstanceKind)).items;
    const before = await made();
    // It is not waited for there any more.
    demo.written.clear();
    await environment.setKubeconfig('demo', environment.userCluster('other').kubeconfig);
    await environment.advance(HOUR_MS);
    expect([before.length, await made()]).toEqual([1, before]);
    await environment.setKubeconfig('demo', demo.kubeconfig);
    const isServed = () => environment.operator.users.clusterOf({ namespace: NAMESPACE, name: 'demo' }) === demo.key;
    await environment.until(async () => isServed());
    await demo.user.delete(aRedis());
    await environment.until(async () => (await made()).length === 0);
  });
});

interface Refused {
  readonly manifest: Manifest;
  readonly verb: string;
  readonly resource: string;
  /** What the control plane has meanwhile. */
  readonly made: readonly string[];
}

/** Requests of the operator alone. *Returns* what permits them. */
function forbid({ api }: TestUserCluster, { verb, resource }: Refused): () => void {
  return api.faults.intercept((request) => {
    const isMeant = request.verb === verb && request.resource === resource && request.subresource === undefined;
    return request.userAgent !== USER_AGENT && isMeant ? { status: 403 } : undefined;
  });
}

async function refusals(): Promise<readonly Refused[]> {
  const module = { ...aRedis({ namespace: 'default', name: 'module' }), kind: 'CloudResources', spec: {} };
  const range = aUserIpRangeManifest();
  const redis = aRedis(REDIS, { ipRange: { name: range.metadata.name } });
  const peering = await anAwsPeeringWithPartner(environment);
  const made = ['IpRange', 'RedisInstance'];
  return [
    { manifest: module, verb: 'patch', resource: 'customresourcedefinitions', made: [] },
    { manifest: range, verb: 'patch', resource: 'ipranges', made: [] },
    { manifest: redis, verb: 'create', resource: 'secrets', made },
    { manifest: peering, verb: 'patch', resource: 'awsvpcpeerings', made },
  ];
}

describe('a cluster of users that does not let Cloud Manager write', () => {
  it('learns from each object what to grant, and has what that asks for by itself then', async () => {
    const demo = await start({ userClusters: ['demo'] });
    await environment.apply(aScopeManifest('demo'));
    await environment.until(() => isPrepared(demo));
    const find = (manifest: Manifest) => demo.kube.find<Reported>(kindOf(manifest), manifest.metadata);
    const readyOf = async (manifest: Manifest) =>
      findCondition((await find(manifest))?.status?.conditions, 'Ready') ?? { reason: '' };
    const [before, cases] = [await peeredParts(environment), await refusals()];
    for (const refused of cases) {
      const { manifest, verb, resource, made } = refused;
      const permit = forbid(demo, refused);
      await demo.user.apply(manifest);
      await environment.until(async () => (await readyOf(manifest)).reason === 'KubernetesRefused');
      expect(await readyOf(manifest)).toMatchObject({
        message: expect.stringMatching(
          new RegExp(`^Kubernetes does not permit this: .* Grant the operator ${verb} on ${resource}[., ]`),
        ),
      });
      const { metadata = {}, status = {} } = (await find(manifest)) ?? {};
      expect({ state: status.state, progress: progressOf({ metadata, status }) }).toEqual(STALLED);
      expect(findCondition(status.conditions, 'Error')).toMatchObject({ reason: 'KubernetesRefused' });
      expect(await madeInControlPlane()).toEqual(made);
      permit();
      await environment.until(async () => (await readyOf(manifest)).reason === 'Ready');
    }
    await demo.user.delete(...cases.map(({ manifest }) => manifest).toReversed());
    // With the module, the last to go, its kinds are gone.
    const [module] = cases;
    await environment.until(async () => module !== undefined && (await find(module.manifest)) === undefined);
    expect([await madeInControlPlane(), await peeredParts(environment)]).toEqual([[], before]);
  });
});
