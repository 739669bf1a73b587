import type { ROUTE_TABLE_UPDATE_STRATEGIES } from '../../../api/cloud-control/v1beta1/vpc-peering.ts';
import type { RouteTable } from '../../../aws/index.ts';

export type RouteTableUpdateStrategy = (typeof ROUTE_TABLE_UPDATE_STRATEGIES)[number];

/** The tables that get routes. The others are their owner's business: what leads through the peering there stays. */
export function tablesFor(
  strategy: RouteTableUpdateStrategy,
  tagKey: string,
  tables: readonly RouteTable[],
): readonly RouteTable[] {
  const isTagged = ({ tags }: RouteTable): boolean => Object.hasOwn(tags, tagKey);
  switch (strategy) {
    case 'AUTO':
      return tables;
    case 'NONE':
      return [];
    case 'MATCHED':
      return tables.filter(isTagged);
    case 'UNMATCHED':
      return tables.filter((table) => !isTagged(table));
  }
}
