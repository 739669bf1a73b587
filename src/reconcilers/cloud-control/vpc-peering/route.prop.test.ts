import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aRoute, aRouteTable } from '../../../../test/support/route-tables.ts';
import type { Route, RouteTable } from '../../../aws/index.ts';
import { cidrOf, overlaps } from '../../../util/cidr.ts';
import { type AskedRoutes, type RouteDifferences, routeDifferencesOf } from './route.ts';

const DESTINATIONS = ['10.0.0.0/16', '10.1.0.0/16', '10.1.4.0/24', '10.2.0.0/16', '10.3.0.0/20', '0.0.0.0/0'];
const local: Route = { ...aRoute('172.16.0.0/16', 'local', { kind: 'gateway' }), origin: 'CreateRouteTable' };

const route = fc
  .record({
    destination: fc.constantFrom(...DESTINATIONS),
    id: fc.constantFrom('pcx-new', 'pcx-old', 'pcx-theirs', 'tgw-1', 'local'),
    state: fc.constantFrom('active' as const, 'blackhole' as const),
  })
  .map(({ destination, id, state }) => {
    const kind = id === 'tgw-1' ? 'transit-gateway' : id === 'local' ? 'gateway' : 'vpc-peering-connection';
    return aRoute(destination, id, { kind, state });
  });
/** In a table a destination has one route. */
const routes = fc.uniqueArray(route, { selector: ({ destination }) => destination });
const tables = fc
  .array(routes, { maxLength: 4 })
  .map((all) => all.map((some, index) => aRouteTable(`rtb-${index}`, [local, ...some])));
const asked = fc.record({
  connectionId: fc.constant('pcx-new'),
  formerIds: fc.constantFrom<readonly string[]>([], ['pcx-old']),
  destinations: fc.uniqueArray(fc.constantFrom(...DESTINATIONS)),
});

/** What AWS makes of the writes. */
function applied(
  before: readonly RouteTable[],
  { create, replace, remove }: RouteDifferences,
  id: string,
): RouteTable[] {
  return before.map((table) => {
    const here = (keys: RouteDifferences['create']) =>
      keys.filter(({ tableId }) => tableId === table.id).map(({ destination }) => destination);
    const gone = [...here(replace), ...here(remove)];
    const added = [...here(create), ...here(replace)].map((destination) => aRoute(destination, id));
    const kept = table.routes.filter(({ destination }) => !gone.includes(destination));
    return { ...table, routes: [...kept, ...added] };
  });
}

const isOurs = ({ formerIds }: AskedRoutes, { target, state }: Route): boolean =>
  target?.id === 'pcx-new' || (state === 'blackhole' && formerIds.includes(target?.id ?? ''));

describe('the differences of routes', () => {
  it('lead to the asked routes, but where somebody else stands in the way', () => {
    fc.assert(
      fc.property(asked, tables, (want, before) => {
        const differences = routeDifferencesOf(want, before);
        for (const table of applied(before, differences, want.connectionId)) {
          const own = table.routes.filter((one) => one.target?.id === want.connectionId);
          const taken = differences.conflicts.filter(({ tableId }) => tableId === table.id);
          const expected = want.destinations.filter((one) => !taken.some(({ destination }) => destination === one));
          expect(own.map(({ destination }) => destination).toSorted()).toEqual(expected.toSorted());
        }
      }),
    );
  });

  it('touch nothing of others, and write no destination twice', () => {
    fc.assert(
      fc.property(asked, tables, (want, before) => {
        const after = applied(before, routeDifferencesOf(want, before), want.connectionId);
        for (const [index, table] of before.entries()) {
          const { routes: now = [] } = after[index] ?? {};
          expect(now).toEqual(expect.arrayContaining(table.routes.filter((one) => !isOurs(want, one))));
          expect(new Set(now.map(({ destination }) => destination)).size).toBe(now.length);
        }
      }),
    );
  });

  it('are none after they were applied', () => {
    fc.assert(
      fc.property(asked, tables, (want, before) => {
        const differences = routeDifferencesOf(want, before);
        const again = routeDifferencesOf(want, applied(before, differences, want.connectionId));
        expect(again).toEqual({ create: [], replace: [], remove: [], conflicts: differences.conflicts });
      }),
    );
  });

  it('name as conflicts only what has the same destination or is of the VPC itself', () => {
    fc.assert(
      fc.property(asked, tables, (want, before) => {
        for (const { tableId, destination, target } of routeDifferencesOf(want, before).conflicts) {
          const obstacles = before
            .filter(({ id }) => id === tableId)
            .flatMap((table) => table.routes)
            .filter((one) => one.target?.id === target);
          const isObstacle = (one: Route): boolean =>
            one.destination === destination ||
            (target === 'local' && overlaps(cidrOf(one.destination), cidrOf(destination)));
          expect(obstacles.some(isObstacle)).toBe(true);
        }
      }),
    );
  });
});
