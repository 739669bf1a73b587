/** Replication groups on the SDK. */
import type * as Sdk from '@aws-sdk/client-elasticache';
import { answered, firstOf, type Named, orNotFound } from '../answers.ts';
import { type Paged, readPages } from '../paging.ts';
import { sdkFromTags } from '../tags.ts';
import { type ElastiCacheContext, type ElastiCacheRequester, PAGE_SIZE } from './context.ts';
import { replicationGroupFromSdk } from './replication-group-from-sdk.ts';
import type {
  CreateReplicationGroupRequest,
  ReplicationGroup,
  ReplicationGroupChange,
  ReplicationGroupOperations,
} from './replication-group.ts';

const NAMED: Named = { resource: 'replication group', codes: ['ReplicationGroupNotFoundFault'] };

export async function readReplicationGroup(aws: ElastiCacheRequester, id: string): Promise<ReplicationGroup> {
  const answer = await orNotFound(NAMED, id, aws.send('DescribeReplicationGroups', { ReplicationGroupId: id }));
  return replicationGroupFromSdk(firstOf(NAMED, id, answer.ReplicationGroups));
}

export async function readReplicationGroups(aws: ElastiCacheRequester): Promise<Paged<ReplicationGroup>> {
  const { items, requests } = await readPages(async (Marker) => {
    const page = await aws.send('DescribeReplicationGroups', { MaxRecords: PAGE_SIZE, ...(Marker && { Marker }) });
    return { items: page.ReplicationGroups, next: page.Marker };
  });
  return { items: items.map(replicationGroupFromSdk), requests };
}

function sdkFromCreate(request: CreateReplicationGroupRequest): Sdk.CreateReplicationGroupCommandInput {
  return {
    ReplicationGroupId: request.id,
    ReplicationGroupDescription: request.description,
    Engine: request.engine,
    EngineVersion: request.engineVersion,
    CacheNodeType: request.nodeType,
    ClusterMode: request.clusterMode ? 'enabled' : 'disabled',
    NumNodeGroups: request.shards,
    ReplicasPerNodeGroup: request.replicasPerShard,
    AutomaticFailoverEnabled: request.automaticFailover,
    MultiAZEnabled: request.multiAz,
    AutoMinorVersionUpgrade: request.autoMinorVersionUpgrade,
    CacheParameterGroupName: request.parameterGroupName,
    CacheSubnetGroupName: request.subnetGroupName,
    SecurityGroupIds: [...request.securityGroupIds],
    TransitEncryptionEnabled: true,
    AtRestEncryptionEnabled: true,
    ...(request.maintenanceWindow === undefined ? {} : { PreferredMaintenanceWindow: request.maintenanceWindow }),
    ...(request.authToken === undefined ? {} : { AuthToken: request.authToken }),
    Tags: sdkFromTags(request.tags),
  };
}

type Modification = Omit<Sdk.ModifyReplicationGroupCommandInput, 'ReplicationGroupId' | 'ApplyImmediately'>;

function sdkFromChange(change: ReplicationGroupChange): Modification {
  if ('nodeType' in change) return { CacheNodeType: change.nodeType };
  if ('autoMinorVersionUpgrade' in change) return { AutoMinorVersionUpgrade: change.autoMinorVersionUpgrade };
  if ('maintenanceWindow' in change) return { PreferredMaintenanceWindow: change.maintenanceWindow };
  if ('engineVersion' in change) {
    return {
      EngineVersion: change.engineVersion,
      ...(change.parameterGroupName === undefined ? {} : { CacheParameterGroupName: change.parameterGroupName }),
      ...(change.engine === undefined ? {} : { Engine: change.engine }),
    };
  }
  if ('parameterGroupName' in change) return { CacheParameterGroupName: change.parameterGroupName };
  if ('automaticFailover' in change) {
    return { AutomaticFailoverEnabled: change.automaticFailover, MultiAZEnabled: change.multiAz };
  }
  if ('authToken' in change) {
    const { token, strategy } = change.authToken;
    return { AuthToken: token, AuthTokenUpdateStrategy: strategy === 'set' ? 'SET' : 'ROTATE' };
  }
  if ('authTokenReplacedByUserGroups' in change) {
    return { AuthTokenUpdateStrategy: 'DELETE', UserGroupIdsToAdd: [...change.authTokenReplacedByUserGroups] };
  }
  if ('userGroupIdsToRemove' in change) return { UserGroupIdsToRemove: [...change.userGroupIdsToRemove] };
  return { SecurityGroupIds: [...change.securityGroupIds] };
}

export function replicationGroupCalls({ aws, call, shared }: ElastiCacheContext): ReplicationGroupOperations {
  const written = async (
    id: string,
    operation: string,
    promise: Promise<{ readonly ReplicationGroup?: Sdk.ReplicationGroup | undefined }>,
  ): Promise<ReplicationGroup> => {
    const answer = await orNotFound(NAMED, id, promise);
    return replicationGroupFromSdk(answered(answer.ReplicationGroup, { service: 'elasticache', operation }));
  };
  return {
    createReplicationGroup: (request) =>
      written(request.id, 'CreateReplicationGroup', aws.send('CreateReplicationGroup', sdkFromCreate(request))),
    describeReplicationGroup: (id) => shared.replicationGroups.ask(id, call),
    findReplicationGroup: (id) => shared.replicationGroups.find(id, call),
    listReplicationGroups: async () => (await readReplicationGroups(aws)).items,
    modifyReplicationGroup: (id, change) => {
      const input = { ReplicationGroupId: id, ApplyImmediately: true, ...sdkFromChange(change) };
      return written(id, 'ModifyReplicationGroup', aws.send('ModifyReplicationGroup', input));
    },
    changeShards: (id, count, nodeGroupsToRemove) => {
      const operation = 'ModifyReplicationGroupShardConfiguration';
      const input = {
        ReplicationGroupId: id,
        NodeGroupCount: count,
        ApplyImmediately: true,
        ...(nodeGroupsToRemove.length === 0 ? {} : { NodeGroupsToRemove: [...nodeGroupsToRemove] }),
      };
      return written(id, operation, aws.send(operation, input));
    },
    changeReplicas: (id, count, direction) => {
      const operation = direction === 'increase' ? 'IncreaseReplicaCount' : 'DecreaseReplicaCount';
      const input = { ReplicationGroupId: id, NewReplicaCount: count, ApplyImmediately: true };
      return written(id, operation, aws.send(operation, input));
    },
    deleteReplicationGroup: (id) => {
      const input = { ReplicationGroupId: id, RetainPrimaryCluster: false };
      return written(id, 'DeleteReplicationGroup', aws.send('DeleteReplicationGroup', input));
    },
  };
}
