import type {
  CacheClusterMessage,
  CacheEngineVersionMessage,
  DescribeCacheClustersMessage,
  DescribeCacheEngineVersionsMessage,
} from '@aws-sdk/client-elasticache';
import type { RequestContext } from '../service.ts';
import { ENGINE_VERSIONS, majorOf } from './engine-versions.ts';
import { cacheClusterNotFound } from './faults.ts';
import { membersOf } from './group-life.ts';
import { memberView } from './member-view.ts';
import type { ElastiCacheState, Member, ReplicationGroup } from './model.ts';
import { folded } from './names.ts';
import { elastiCachePage } from './paging.ts';
import { elastiCacheSlot } from './state.ts';

interface Row {
  readonly member: Member;
  readonly group: ReplicationGroup;
}

/** Members that leave are shown until they are gone, although their group names them no more. */
export function allMembers(state: ElastiCacheState): readonly Row[] {
  return [...state.replicationGroups.values()].flatMap((group) =>
    [...membersOf(group), ...group.leaving].map((member) => ({ member, group })),
  );
}

function describeCacheClusters(
  input: DescribeCacheClustersMessage,
  { partition }: RequestContext,
): CacheClusterMessage {
  const rows = allMembers(partition.get(elastiCacheSlot));
  const id = folded(input.CacheClusterId);
  const found = id === undefined ? rows : rows.filter(({ member }) => member.id === id);
  if (id !== undefined && found.length === 0) throw cacheClusterNotFound(id);
  // The sandbox has no cluster outside of a replication group.
  const wanted = input.ShowCacheClustersNotInReplicationGroups ? [] : found;
  const page = elastiCachePage(wanted, input, ({ member }) => member.id);
  const showsNodes = input.ShowCacheNodeInfo ?? false;
  return {
    CacheClusters: page.items.map(({ member, group }) => memberView(member, group, partition, showsNodes)),
    Marker: page.next,
  };
}

function describeCacheEngineVersions(input: DescribeCacheEngineVersionsMessage): CacheEngineVersionMessage {
  const { Engine, EngineVersion, CacheParameterGroupFamily, DefaultOnly } = input;
  const listed = ENGINE_VERSIONS.map(({ version, family, aliases }) => ({
    // From 6 on the list has `major.minor`, as requests do.
    version: majorOf(version) >= 6 ? (aliases[0] ?? version) : version,
    full: version,
    family,
  }));
  const found = listed.filter(
    ({ version, full, family }) =>
      (Engine === undefined || Engine === 'redis') &&
      (EngineVersion === undefined || EngineVersion === version || EngineVersion === full) &&
      (CacheParameterGroupFamily === undefined || CacheParameterGroupFamily === family),
  );
  const page = elastiCachePage(DefaultOnly ? found.slice(-1) : found, input, ({ version }) => version);
  return {
    CacheEngineVersions: page.items.map(({ version, family }) => ({
      Engine: 'redis',
      EngineVersion: version,
      CacheParameterGroupFamily: family,
      CacheEngineDescription: 'Redis',
      CacheEngineVersionDescription: `redis version ${version}`,
    })),
    Marker: page.next,
  };
}

export const cacheClusterOperations = {
  DescribeCacheClusters: describeCacheClusters,
  DescribeCacheEngineVersions: describeCacheEngineVersions,
};
