/**
 * What stands behind a replication group's endpoints.
 *
 * The simulator says what should run ({@link DeploymentSpec}), the data plane makes it so and answers where. It is
 * declarative: every change of tokens, shards or replicas is the same call with the whole new picture. A group is
 * `available` only after the data plane has answered.
 */

export interface ShardSpec {
  readonly id: string;
  /** `0-8191`; means nothing unless clustered. */
  readonly slots: string;
  /** The first one is the primary. */
  readonly nodeIds: readonly string[];
}

export interface DeploymentSpec {
  /** `<account>/<region>/<group id>`, unique in a world. */
  readonly key: string;
  readonly groupId: string;
  readonly region: string;
  readonly port: number;
  readonly isClustered: boolean;
  readonly isTransitEncrypted: boolean;
  readonly engineVersion: string;
  readonly shards: readonly ShardSpec[];
  /** Each of these opens; `undefined` means that no token opens too. Empty: nobody but users of user groups. */
  readonly tokens: readonly (string | undefined)[];
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface Deployment {
  /** By node id. */
  readonly nodes: ReadonlyMap<string, Address>;
  /** Of the whole group, only when clustered. */
  readonly configuration: Address | undefined;
  /** By shard id. */
  readonly primaries: ReadonlyMap<string, Address>;
  readonly readers: ReadonlyMap<string, Address>;
}

export interface DataPlane {
  /** Makes what runs equal to `spec`. At once where nothing has to start. Safe to repeat. */
  apply(spec: DeploymentSpec): Deployment | Promise<Deployment>;
  /** Ends what runs for a group; nothing when there is none. */
  remove(key: string): void;
}

const SHORT_REGION = /(?:^|-)([a-z])[a-z]*/g;

/** `euc1` of `eu-central-1`, as it stands in the names of endpoints. */
function shortRegion(region: string): string {
  const [area = ''] = region.split('-');
  const rest = region.slice(area.length).replaceAll(SHORT_REGION, '$1').replaceAll('-', '');
  return area + rest;
}

/** No data plane: names such as AWS gives, behind which nothing answers. */
export const noDataPlane: DataPlane = {
  apply: ({ groupId, region, port, isClustered, isTransitEncrypted, shards }) => {
    const domain = `sandbox.${shortRegion(region)}.cache.amazonaws.com`;
    const name = (prefix: string, part: string): Address => ({ host: `${prefix}${part}.${domain}`, port });
    const prefix = isTransitEncrypted ? 'master.' : '';
    const ids = shards.map(({ id }) => id);
    return {
      nodes: new Map(shards.flatMap(({ nodeIds }) => nodeIds.map((id) => [id, name('', id)]))),
      configuration: isClustered ? name('clustercfg.', groupId) : undefined,
      primaries: new Map(ids.map((id) => [id, name(prefix, groupId)])),
      readers: new Map(ids.map((id) => [id, name('replica.', groupId)])),
    };
  },
  remove: () => {},
};
