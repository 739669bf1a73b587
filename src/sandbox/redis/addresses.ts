import type { Address, Deployment, DeploymentSpec } from '../aws/elasticache/data-plane.ts';

export const HOST = '127.0.0.1';

/** The endpoints of a group whose nodes answer on addresses of their own. */
export function addressesOf({ shards, isClustered }: DeploymentSpec, nodeAddress: (id: string) => Address): Deployment {
  const byShard = (pick: (nodeIds: readonly string[]) => string | undefined): Map<string, Address> =>
    new Map(
      shards.flatMap(({ id, nodeIds }) => {
        const node = pick(nodeIds);
        return node === undefined ? [] : [[id, nodeAddress(node)] as const];
      }),
    );
  const primaries = byShard(([primary]) => primary);
  return {
    nodes: new Map(shards.flatMap(({ nodeIds }) => nodeIds.map((id) => [id, nodeAddress(id)] as const))),
    primaries,
    // AWS spreads readers over the replicas by DNS; here it is the first one.
    readers: byShard(([primary, replica]) => replica ?? primary),
    configuration: isClustered ? primaries.values().next().value : undefined,
  };
}
