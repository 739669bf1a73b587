import { DescribeCacheParameterGroupsCommand, DescribeReplicationGroupsCommand } from '@aws-sdk/client-elasticache';
import {
  awsRedisInstanceKind,
  awsVpcPeeringKind,
  CONTROL_PLANE_KINDS,
  redisInstanceKind,
  USER_KINDS,
  userIpRangeKind,
} from '../../src/api/index.ts';
import {
  eventKind,
  isConditionTrue,
  type KubeClient,
  type KubeObject,
  mergePatch,
  type ResourceKind,
  secretKind,
} from '../../src/kube/index.ts';
import { withoutManagedFields } from '../../src/kube/resource.ts';
import { decoded } from '../../src/reconcilers/common/owned-secret.ts';
import type { WorldOptions } from '../../src/sandbox/aws/world-options-schema.ts';
import { activate } from './activation.ts';
import { Environment } from './environment.ts';
import { aScopeManifest, changed, type Manifest } from './manifests.ts';
import { NAMESPACE } from './namespace.ts';
import { type Owner, ownerOf, PARTNER, PARTNER_KEY, PEERING_ROLE } from './peering-world.ts';
import { USER_AGENT } from './user.ts';
import type { TestUserCluster } from './user-cluster.ts';
import { subnetsIn, vpcPartsIn } from './vpc-parts.ts';

/*
 * Two users of one operator: `hostile`, whose administrator has all rights in their cluster, and `other`, which has an account,
 * a VPC, an IpRange and a Redis of its own, all called as those of the first one.
 */

export const REDIS = { namespace: 'default', name: 'cache' };
const OTHERS_REGION = 'eu-west-1';
const OTHERS_VPC = 'shoot--sandbox--other';

function worldOfBoth(): WorldOptions {
  const trusts = [{ principal: 'arn:aws:iam::123456789012:root' }];
  const roles = [PEERING_ROLE, 'CloudManagerRole'].map((name) => ({ name, trusts }));
  const vpc = { region: OTHERS_REGION, cidrBlock: '10.180.0.0/22', tags: { Name: OTHERS_VPC } };
  return {
    accounts: [
      { id: '123456789012', roles },
      { id: PARTNER, roles, accessKeys: [PARTNER_KEY], defaultVpc: false, vpcs: [vpc] },
    ],
  };
}

function scopeOfOther(): Manifest {
  const zones = ['a', 'b', 'c'].map((letter) => ({ name: `${OTHERS_REGION}${letter}` }));
  const network = {
    nodes: '10.180.0.0/22',
    pods: '10.96.0.0/13',
    services: '10.104.0.0/13',
    vpc: { id: '', cidr: '10.180.0.0/22' },
    zones,
  };
  const aws = { accountId: PARTNER, vpcNetwork: OTHERS_VPC, network };
  const manifest = changed(aScopeManifest('other'), 'spec.scope.aws', aws);
  return changed(changed(manifest, 'spec.region', OTHERS_REGION), 'spec.shootName', 'other');
}

/** The Scope of somebody who is in the account of the operator. */
export function scopeOf(name: string): Manifest {
  return changed(aScopeManifest(name), 'spec.shootName', name);
}

/** As `cache` of both is asked for. */
export function aRedis(metadata: Manifest['metadata'] = REDIS, spec: object = {}): Manifest {
  const apiVersion = 'cloud-resources.kyma-project.io/v1beta1';
  return { apiVersion, kind: 'AwsRedisInstance', metadata, spec: { redisTier: 'S1', authEnabled: true, ...spec } };
}

export class Tenants {
  readonly environment: Environment;
  readonly hostile: TestUserCluster;
  readonly other: TestUserCluster;
  /** The VPC of `other`. */
  readonly owner: Owner;
  #edits = 0;

  private constructor(environment: Environment, owner: Owner) {
    this.environment = environment;
    this.owner = owner;
    this.hostile = environment.userCluster('hostile');
    this.other = environment.userCluster('other');
  }

  static async start(): Promise<Tenants> {
    const environment = await Environment.start({
      world: worldOfBoth(),
      flags: { awsPeeringRoleName: PEERING_ROLE },
      userClusters: ['hostile', 'other'],
    });
    const ec2 = environment.aws.ec2({ region: OTHERS_REGION, credentials: PARTNER_KEY });
    const tenants = new Tenants(environment, await ownerOf(PARTNER, OTHERS_REGION, OTHERS_VPC, ec2));
    await environment.apply(scopeOf('hostile'), scopeOfOther());
    for (const cluster of [tenants.hostile, tenants.other]) {
      await tenants.untilServed(cluster);
      await activate(environment, cluster);
      await cluster.user.apply(aRedis());
    }
    await tenants.untilReady(tenants.hostile, awsRedisInstanceKind, REDIS);
    await tenants.untilReady(tenants.other, awsRedisInstanceKind, REDIS);
    return tenants;
  }

  async untilServed({ name, key }: Pick<TestUserCluster, 'name' | 'key'>): Promise<void> {
    const { users } = this.environment.operator;
    await this.environment.until(async () => users.clusterOf({ namespace: NAMESPACE, name }) === key);
  }

  async untilReady(
    { kube }: TestUserCluster,
    kind: ResourceKind,
    key: { readonly namespace?: string; readonly name: string },
  ): Promise<void> {
    const find = () => kube.find(kind, key);
    await this.environment.until(
      async () => {
        const found = await find();
        return found !== undefined && isConditionTrue(found, 'Ready');
      },
      { describe: async () => JSON.stringify(await find()) },
    );
  }

  /** The id of what stands for an object of `other` in the control plane. */
  async idOfOther(kind: ResourceKind = awsRedisInstanceKind, key: object = REDIS): Promise<string> {
    // All kinds of users show it alike.
    const { status } = (await this.other.kube.get(kind, key as typeof REDIS)) as { status?: { id?: string } };
    return status?.id ?? Promise.reject(new Error('It has no id'));
  }

  /** All that is of `other`: in its cluster, in the control plane and in AWS. */
  async ofOther(): Promise<unknown> {
    return {
      cluster: await objectsIn(this.other.kube, [awsRedisInstanceKind, userIpRangeKind, awsVpcPeeringKind, secretKind]),
      controlPlane: await this.#ofOtherInControlPlane(),
      aws: await this.#ofOtherInAws(),
    };
  }

  /** What nobody but `other` may know. */
  async secretsOfOther(): Promise<readonly string[]> {
    const { host = '', authString = '' } = decoded(await this.other.kube.get(secretKind, REDIS));
    return [host, authString].flatMap((text) => [text, Buffer.from(text).toString('base64')]);
  }

  /** All that users can read in `hostile`, as text. */
  async textOfHostile(): Promise<string> {
    const kinds = [...USER_KINDS, secretKind, eventKind];
    return JSON.stringify(await objectsIn(this.hostile.kube, kinds));
  }

  /** `other` is served: what its user changes is acted upon. Gives after how long, whatever else went on. */
  async serveOther(): Promise<number> {
    this.#edits += 1;
    const turn = `${this.#edits}`;
    const startMs = this.environment.clock.now();
    const { journal } = this.other.api;
    const { length } = journal.entries;
    const spec = { authSecret: { labels: { turn } } };
    await this.other.kube.patch(awsRedisInstanceKind, REDIS, mergePatch({ spec }));
    const isDone = async (): Promise<boolean> =>
      (await this.other.kube.get(secretKind, REDIS)).metadata.labels?.['turn'] === turn;
    await this.environment.until(isDone);
    await this.untilReady(this.other, awsRedisInstanceKind, REDIS);
    const written = journal.entries
      .slice(length)
      .find(({ verb, resource, userAgent }) => verb === 'patch' && resource === 'secrets' && userAgent !== USER_AGENT);
    return (written?.timeMs ?? Infinity) - startMs;
  }

  async stop(): Promise<void> {
    await this.environment.stop();
  }

  async #ofOtherInControlPlane(): Promise<unknown> {
    const { kube } = this.environment;
    const kinds = CONTROL_PLANE_KINDS.filter(({ kind }) => kind !== 'Subscription');
    const objects = await objectsIn(kube, kinds, NAMESPACE);
    const ofOther = objects.filter((object) => scopeNameOf(object) === 'other' || object.metadata.name === 'other');
    const { items } = await kube.list(redisInstanceKind, { namespace: NAMESPACE });
    const published = items
      .filter(({ spec }) => spec.scope.name === 'other')
      .map(({ status }) => kube.get(secretKind, { namespace: NAMESPACE, name: status?.authSecret?.name ?? '' }));
    return { ofOther, published: (await Promise.all(published)).map(withoutRevision) };
  }

  async #ofOtherInAws(): Promise<unknown> {
    const { ec2 } = this.owner;
    const caches = this.environment.aws.elastiCache({ region: OTHERS_REGION, credentials: PARTNER_KEY });
    return {
      vpc: [await vpcPartsIn(ec2), await subnetsIn(ec2)],
      routes: await this.owner.routes(),
      connections: await this.owner.connections(),
      groups: (await caches.send(new DescribeReplicationGroupsCommand({}))).ReplicationGroups,
      parameters: (await caches.send(new DescribeCacheParameterGroupsCommand({}))).CacheParameterGroups,
    };
  }
}

function scopeNameOf(object: KubeObject): string | undefined {
  return (object as { readonly spec?: { readonly scope?: { readonly name?: string } } }).spec?.scope?.name;
}

async function objectsIn(
  kube: KubeClient,
  kinds: readonly ResourceKind[],
  namespace?: string,
): Promise<readonly KubeObject[]> {
  const within = namespace === undefined ? {} : { namespace };
  const lists = await Promise.all(kinds.map((kind) => kube.list(kind, { ...within, withManagedFields: false })));
  return lists.flatMap(({ items }) => items.map(withoutRevision));
}

function withoutRevision<T extends KubeObject>(object: T): T {
  const plain = withoutManagedFields(object);
  const { resourceVersion: _revision, ...metadata } = plain.metadata;
  return { ...plain, metadata };
}
