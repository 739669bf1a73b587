import { describe, expect, it } from 'vitest';
import { aRoute, aRouteTable } from '../../../../test/support/route-tables.ts';
import { routeDifferencesOf, routesTo } from './route.ts';
import { tablesFor } from './route-strategy.ts';

const asked = { connectionId: 'pcx-new', formerIds: ['pcx-old'], destinations: ['10.1.0.0/16', '10.2.0.0/16'] };
const none = { create: [], replace: [], remove: [], conflicts: [] };
const at = (destination: string, tableId = 'rtb-1') => ({ tableId, destination });
const both = asked.destinations.map((destination) => aRoute(destination, 'pcx-new'));

describe('the differences of routes', () => {
  it('are none when each table leads to each block', () => {
    expect(routeDifferencesOf(asked, [aRouteTable('rtb-1', both)])).toEqual(none);
  });

  it('are all routes of a table that has none', () => {
    const tables = [aRouteTable('rtb-1', both), aRouteTable('rtb-2', [])];
    const create = asked.destinations.map((destination) => at(destination, 'rtb-2'));
    expect(routeDifferencesOf(asked, tables)).toEqual({ ...none, create });
  });

  it('are routes of ours to what is no block any more, living or not', () => {
    const routes = [
      ...both,
      aRoute('10.3.0.0/16', 'pcx-new'),
      aRoute('10.4.0.0/16', 'pcx-old', { state: 'blackhole' }),
    ];
    const remove = [at('10.3.0.0/16'), at('10.4.0.0/16')];
    expect(routeDifferencesOf(asked, [aRouteTable('rtb-1', routes)])).toEqual({ ...none, remove });
  });

  it('are routes to a connection of ours that has ended', () => {
    const routes = [aRoute('10.1.0.0/16', 'pcx-old', { state: 'blackhole' }), aRoute('10.2.0.0/16', 'pcx-new')];
    expect(routeDifferencesOf(asked, [aRouteTable('rtb-1', routes)])).toEqual({
      ...none,
      replace: [at('10.1.0.0/16')],
    });
  });

  it.each([
    {
      route: aRoute('10.1.0.0/16', 'tgw-1', { kind: 'transit-gateway' }),
      target: 'tgw-1',
      reason: 'it leads elsewhere',
    },
    { route: aRoute('10.1.0.0/16', 'pcx-theirs'), target: 'pcx-theirs', reason: 'it leads to a peering of others' },
    {
      route: aRoute('10.1.0.0/16', 'pcx-theirs', { state: 'blackhole' }),
      target: 'pcx-theirs',
      reason: 'theirs may wait for its acceptance',
    },
    { route: aRoute('10.1.0.0/16', 'pcx-old'), target: 'pcx-old', reason: 'AWS says that it leads somewhere' },
    {
      route: aRoute('10.1.0.0/20', 'local', { kind: 'gateway' }),
      target: 'local',
      reason: 'some of the addresses are in the VPC itself',
    },
    {
      route: aRoute('10.0.0.0/8', 'local', { kind: 'gateway' }),
      target: 'local',
      reason: 'all of the addresses are in the VPC itself',
    },
    {
      route: { ...aRoute('10.1.0.0/16', ''), target: undefined },
      target: 'something else',
      reason: 'it leads to what nobody here knows',
    },
  ])('are not written over what somebody else has set: $reason', ({ route, target }) => {
    const table = aRouteTable('rtb-1', [route, aRoute('10.2.0.0/16', 'pcx-new')]);
    expect(routeDifferencesOf(asked, [table])).toEqual({ ...none, conflicts: [{ ...at('10.1.0.0/16'), target }] });
  });

  it.each([
    { route: aRoute('10.1.4.0/24', 'tgw-1', { kind: 'transit-gateway' }), reason: 'it is about other addresses' },
    { route: aRoute('0.0.0.0/0', 'igw-1', { kind: 'gateway' }), reason: 'it is wider, and ours counts more' },
    {
      route: aRoute('10.1.0.0/16', 'vgw-1', { kind: 'gateway', origin: 'EnableVgwRoutePropagation' }),
      reason: 'it is propagated, and gives way',
    },
    {
      route: { ...aRoute('pl-1', 'pcx-new'), destinationKind: 'prefix-list' as const },
      reason: 'it is to a prefix list',
    },
    {
      route: { ...aRoute('fd00::/8', 'pcx-new'), destinationKind: 'cidr-ipv6' as const },
      reason: 'it is to IPv6 addresses',
    },
  ])('do not concern a route of others: $reason', ({ route }) => {
    expect(routeDifferencesOf(asked, [aRouteTable('rtb-1', [...both, route])])).toEqual(none);
  });
});

it('routes to connections are found whatever they lead to, and no others', () => {
  const tables = [
    aRouteTable('rtb-1', [aRoute('10.9.0.0/16', 'pcx-new'), aRoute('10.1.0.0/16', 'pcx-theirs')]),
    aRouteTable('rtb-2', [aRoute('10.1.0.0/16', 'pcx-old', { state: 'blackhole' }), aRoute('10.0.0.0/16', 'local')]),
  ];
  expect(routesTo(['pcx-new', 'pcx-old'], tables)).toEqual([at('10.9.0.0/16'), at('10.1.0.0/16', 'rtb-2')]);
});

describe('the route tables that are written', () => {
  const tables = [aRouteTable('rtb-tagged', [], { demo: '' }), aRouteTable('rtb-plain', [], { other: 'demo' })];

  it.each([
    { strategy: 'AUTO', ids: ['rtb-tagged', 'rtb-plain'] },
    { strategy: 'NONE', ids: [] },
    { strategy: 'MATCHED', ids: ['rtb-tagged'] },
    { strategy: 'UNMATCHED', ids: ['rtb-plain'] },
  ] as const)('are $ids for $strategy', ({ strategy, ids }) => {
    expect(tablesFor(strategy, 'demo', tables).map(({ id }) => id)).toEqual(ids);
  });
});
