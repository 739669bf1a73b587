import type {
  AvailabilityZone,
  DescribeAvailabilityZonesRequest,
  DescribeAvailabilityZonesResult,
} from '@aws-sdk/client-ec2';
import { AwsFault } from '../fault.ts';
import type { Partition, RequestContext } from '../service.ts';
import { filtersOnNothing, listed, type FilterTable } from './filters.ts';

const DIRECTIONS: Readonly<Record<string, string>> = {
  north: 'n',
  south: 's',
  east: 'e',
  west: 'w',
  central: 'c',
  northeast: 'ne',
  northwest: 'nw',
  southeast: 'se',
  southwest: 'sw',
};

/** The id of a zone, `euc1-az1` of `eu-central-1a`. In AWS letters and ids differ by account; here `a` is always 1. */
export function zoneIdOf(zone: string): string {
  const letter = zone.slice(-1);
  const parts = zone.slice(0, -1).split('-');
  const short = parts.map((part) => DIRECTIONS[part] ?? part).join('');
  return `${short}-az${letter.charCodeAt(0) - 'a'.charCodeAt(0) + 1}`;
}

interface ZoneRow {
  readonly name: string;
  readonly tags: Map<string, string>;
}

function zoneView(zone: string, { region }: Partition): AvailabilityZone {
  return {
    ZoneName: zone,
    ZoneId: zoneIdOf(zone),
    RegionName: region,
    GroupName: region,
    NetworkBorderGroup: region,
    ZoneType: 'availability-zone',
    OptInStatus: 'opt-in-not-required',
    State: 'available',
    Messages: [],
  };
}

const ZONE_FILTERS: FilterTable<ZoneRow> = {
  'zone-name': ({ name }) => [name],
  'zone-id': ({ name }) => [zoneIdOf(name)],
  'zone-type': () => ['availability-zone'],
  'opt-in-status': () => ['opt-in-not-required'],
  state: () => ['available'],
  ...filtersOnNothing('group-long-name', 'message', 'parent-zone-id', 'parent-zone-name'),
};

function describeAvailabilityZones(
  input: DescribeAvailabilityZonesRequest,
  { partition }: RequestContext,
): DescribeAvailabilityZonesResult {
  const { zones } = partition.settings;
  const byId = new Map(zones.map((zone) => [zoneIdOf(zone), zone]));
  const names = [...(input.ZoneNames ?? []), ...(input.ZoneIds ?? []).map((id) => byId.get(id) ?? id)];
  const page = listed(
    {
      items: zones.map((name) => ({ name, tags: new Map<string, string>() })),
      idOf: ({ name }) => name,
      table: { ...ZONE_FILTERS, 'region-name': () => [partition.region], 'group-name': () => [partition.region] },
      notFound: (name) => new AwsFault('InvalidParameterValue', `Invalid availability zone: [${name}]`),
    },
    { Filters: input.Filters, ids: names },
  );
  return { AvailabilityZones: page.items.map(({ name }) => zoneView(name, partition)) };
}

export const availabilityZoneOperations = { DescribeAvailabilityZones: describeAvailabilityZones };
