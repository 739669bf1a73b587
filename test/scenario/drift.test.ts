import {
  DeleteReplicationGroupCommand,
  DescribeCacheParametersCommand,
  DescribeReplicationGroupsCommand,
  IncreaseReplicaCountCommand,
  ModifyCacheParameterGroupCommand,
  ModifyReplicationGroupCommand,
  RemoveTagsFromResourceCommand,
} from '@aws-sdk/client-elasticache';
import {
  AuthorizeSecurityGroupIngressCommand,
  DeleteTagsCommand,
  DescribeSecurityGroupsCommand,
  type IpPermission,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import { GetResourcesCommand } from '@aws-sdk/client-resource-groups-tagging-api';
import { GetSecretValueCommand, PutSecretValueCommand, UntagResourceCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { redisClusterKind } from '../../src/api/index.ts';
import { mergePatch, secretKind } from '../../src/kube/index.ts';
import { type DataPlane, noDataPlane } from '../../src/sandbox/aws/elasticache/data-plane.ts';
import { createAllServices } from '../../src/sandbox/aws/services.ts';
import { Environment } from '../support/environment.ts';
import { aRedisClusterManifest, changed } from '../support/manifests.ts';

/*
 * Somebody works on the AWS side by hand. What they changed is put back at the next look, or, where AWS has no list that
 * tells it, at the next full check: AWS has to hold what it held before, whatever was done to it.
 */

const MINUTE_MS = 60_000;
const ID = 'cm-demo-cluster';
const SECRET_NAME = `${ID}/authToken`;
const redis = changed(aRedisClusterManifest(), 'spec.instance.aws.authEnabled', true);

/** The tokens with which each group lets clients in. */
const tokens = new Map<string, readonly (string | undefined)[]>();
const dataPlane: DataPlane = {
  apply: (spec) => {
    tokens.set(spec.groupId, spec.tokens);
    return noDataPlane.apply(spec);
  },
  remove: (key) => noDataPlane.remove(key),
};

let environment: Environment;
beforeEach(async () => {
  // A full check every 30 minutes instead of every 6 hours: what lies between the two is looks, and they take time.
  const services = createAllServices(dataPlane);
  environment = await Environment.start({ services, flags: { fullCheckInterval: '30m' } });
  await environment.prepareNetwork();
  await environment.apply(redis);
  await environment.untilReady(redisClusterKind, 'demo-cluster');
  await environment.advance(15 * MINUTE_MS);
});
afterEach(() => environment.stop());

const BY_NAME = { Filters: [{ Name: 'group-name', Values: [ID] }] };
const cache = () => environment.aws.elastiCache();
const arn = (type: string): string => `arn:aws:elasticache:eu-central-1:123456789012:${type}:${ID}`;
const OWN_TAGS = ['name', 'scope', 'kind'].map((name) => `cloud-manager.kyma-project.io/${name}`);

/** What AWS holds of the Redis, as far as anything was asked of it. */
async function held(): Promise<unknown> {
  const { SecurityGroups: groups } = await environment.aws.ec2().send(new DescribeSecurityGroupsCommand(BY_NAME));
  const { ReplicationGroups: caches = [] } = await cache().send(new DescribeReplicationGroupsCommand({}));
  const names = { CacheParameterGroupName: ID, Source: 'user' };
  const { Parameters: parameters = [] } = await cache().send(new DescribeCacheParametersCommand(names));
  const { ResourceTagMappingList: tagged = [] } = await environment.aws.tagging().send(new GetResourcesCommand({}));
  return {
    rules: groups?.flatMap(({ IpPermissions: rules = [] }) => rules.flatMap(openingsOf)).sort(),
    caches: caches.map(({ Status, CacheNodeType, NodeGroups: shards = [] }) => ({
      Status,
      CacheNodeType,
      nodes: shards.map(({ NodeGroupMembers: nodes = [] }) => nodes.length),
    })),
    parameters: parameters.map(({ ParameterName, ParameterValue }) => `${ParameterName}=${ParameterValue}`),
    tags: tagged.map(({ ResourceARN, Tags = [] }) => [
      ResourceARN,
      ...Tags.map(({ Key, Value }) => `${Key}=${Value}`).sort(),
    ]),
  };
}

function openingsOf({ FromPort, ToPort, IpRanges = [] }: IpPermission): readonly string[] {
  return IpRanges.map(({ CidrIp }) => `${CidrIp} ${FromPort}-${ToPort}`);
}

const status = async () => (await environment.find(redisClusterKind, 'demo-cluster'))?.status;

async function securityGroupId(): Promise<string> {
  const { SecurityGroups: groups } = await environment.aws.ec2().send(new DescribeSecurityGroupsCommand(BY_NAME));
  return groups?.[0]?.GroupId ?? '';
}

/** Lets looks or a full check come, and whatever they set off in AWS end. */
async function restored(minutes = 11): Promise<void> {
  await environment.advance(minutes * MINUTE_MS);
  await environment.untilReady(redisClusterKind, 'demo-cluster');
}

it('puts rules, node type and members back at the next look', async () => {
  const before = await held();
  const ec2 = environment.aws.ec2();
  const GroupId = await securityGroupId();
  const wide = { IpProtocol: 'tcp', FromPort: 0, ToPort: 65_535, IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
  const ours = { IpProtocol: 'tcp', FromPort: 6379, ToPort: 6379, IpRanges: [{ CidrIp: '10.96.0.0/13' }] };
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [wide] }));
  await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: [ours] }));
  expect(await held()).not.toEqual(before);
  await restored();
  expect(await held()).toEqual(before);

  const larger = { ReplicationGroupId: ID, CacheNodeType: 'cache.r7g.xlarge', ApplyImmediately: true };
  await cache().send(new ModifyReplicationGroupCommand(larger));
  await restored();
  expect(await held()).toEqual(before);

  const replicas = { ReplicationGroupId: ID, NewReplicaCount: 2, ApplyImmediately: true };
  await cache().send(new IncreaseReplicaCountCommand(replicas));
  await restored();
  expect(await held()).toEqual(before);
});

it('puts parameters, tags and the token back at the next full check', async () => {
  const before = await held();
  const secrets = environment.aws.secretsManager();
  const parameters = [{ ParameterName: 'timeout', ParameterValue: '99' }];
  await cache().send(
    new ModifyCacheParameterGroupCommand({ CacheParameterGroupName: ID, ParameterNameValues: parameters }),
  );
  const [one] = OWN_TAGS;
  const lost = { replicationgroup: [one ?? ''], subnetgroup: OWN_TAGS, parametergroup: [one ?? ''] };
  for (const [type, TagKeys] of Object.entries(lost)) {
    await cache().send(new RemoveTagsFromResourceCommand({ ResourceName: arn(type), TagKeys }));
  }
  const Tags = OWN_TAGS.slice(1).map((Key) => ({ Key }));
  await environment.aws.ec2().send(new DeleteTagsCommand({ Resources: [await securityGroupId()], Tags }));
  await secrets.send(new UntagResourceCommand({ SecretId: SECRET_NAME, TagKeys: OWN_TAGS }));
  expect(await held()).not.toEqual(before);
  await restored(35);
  expect(await held()).toEqual(before);

  await secrets.send(new PutSecretValueCommand({ SecretId: SECRET_NAME, SecretString: 'somebody-wrote-this' }));
  await restored(35);
  const connection = await environment.find(secretKind, ID);
  expect(Buffer.from(connection?.data?.authString ?? '', 'base64').toString()).toBe('somebody-wrote-this');
  expect(tokens.get(ID)).toEqual(['somebody-wrote-this']);
});

it('puts back, at the next look, a token that somebody changed in ElastiCache alone', async () => {
  const { SecretString: token } = await environment.aws
    .secretsManager()
    .send(new GetSecretValueCommand({ SecretId: SECRET_NAME }));
  const change = { ReplicationGroupId: ID, AuthToken: 'theirs-and-not-ours', ApplyImmediately: true };
  await cache().send(new ModifyReplicationGroupCommand({ ...change, AuthTokenUpdateStrategy: 'ROTATE' }));
  await environment.until(() => tokens.get(ID)?.includes(change.AuthToken) === true);
  await restored();
  expect(tokens.get(ID)).toEqual([token]);
});

it('names its Secret again, at the next look, when somebody took the name out of the status', async () => {
  const object = await environment.find(redisClusterKind, 'demo-cluster');
  if (!object) throw new Error('The Redis is gone');
  await environment.kube.patchStatus(redisClusterKind, object.metadata, mergePatch({ status: { authSecret: null } }));
  expect(await status()).not.toHaveProperty('authSecret');
  await restored();
  expect(await status()).toEqual(object.status);
});

it('is deleted with all its parts, also where they have just lost a tag', async () => {
  const [one = ''] = OWN_TAGS;
  for (const type of ['subnetgroup', 'parametergroup']) {
    await cache().send(new RemoveTagsFromResourceCommand({ ResourceName: arn(type), TagKeys: [one] }));
  }
  const Resources = [await securityGroupId()];
  await environment.aws.ec2().send(new DeleteTagsCommand({ Resources, Tags: [{ Key: one }] }));
  await environment.delete(redis);
  await environment.untilGone(redisClusterKind, 'demo-cluster');
  expect(JSON.stringify(environment.aws.state())).not.toContain(ID);
});

it('sees at the next look that the group was deleted, and says so until it is made again, without its data', async () => {
  await cache().send(new DeleteReplicationGroupCommand({ ReplicationGroupId: ID }));
  const isReady = async () => (await status())?.state === 'Ready';
  const seenMs = await environment.until(async () => !(await isReady()));
  expect(seenMs).toBeLessThanOrEqual(10 * MINUTE_MS);
  const isLossTold = async () => (await status())?.conditions?.[0]?.message.includes('its data is lost') === true;
  await environment.until(isLossTold);
  expect(await status()).not.toHaveProperty('discoveryEndpoint');
  await environment.until(isReady);
  expect(await held()).toMatchObject({ caches: [{ Status: 'available', nodes: [2, 2, 2] }] });
});
