import { type AwsError, isAlreadyExists, isNotFound, type PeeringClient } from '../../../aws/index.ts';
import { failuresIn, inLanes, throwAny } from '../../../util/settled.ts';
import { isRefusal } from '../../common/aws-error.ts';
import type { RouteDifferences, RouteKey } from './route.ts';

/** Of the writes that AWS allows at once (see rate-limits.ts), so many that a few tables are done in one go. */
const LANES = 10;

export interface RefusedRoute extends RouteKey {
  readonly error: AwsError;
}

export interface WrittenRoutes {
  readonly added: readonly RouteKey[];
  readonly removed: readonly RouteKey[];
  /** What AWS would not do as things are. */
  readonly refused: readonly RefusedRoute[];
  /** Whether a table was not as it was read: somebody else writes too, or the list lagged behind. */
  readonly isStale: boolean;
}

interface Write {
  readonly key: RouteKey;
  readonly what: 'added' | 'removed';
  readonly send: () => Promise<void>;
}

type Result = { readonly write: Write; readonly end: 'done' | 'stale' } | RefusedRoute;

/**
 * Makes the tables as asked, adding before it takes away. All is tried, whatever becomes of the rest; *throws* what is no
 * refusal after that.
 */
export async function writeRoutes(
  client: PeeringClient,
  connectionId: string,
  { create, replace, remove }: Omit<RouteDifferences, 'conflicts'>,
): Promise<WrittenRoutes> {
  const target = { kind: 'vpc-peering-connection', id: connectionId } as const;
  const added = await sendAll([
    ...create.map((key) => write('added', key, () => client.createRoute(key.tableId, key.destination, target))),
    ...replace.map((key) => write('added', key, () => client.replaceRoute(key.tableId, key.destination, target))),
  ]);
  return writtenOf([...added, ...(await sendAll(removals(client, remove)))]);
}

/** Takes routes away; *throws* as {@link writeRoutes}. */
export async function deleteRoutes(client: PeeringClient, routes: readonly RouteKey[]): Promise<WrittenRoutes> {
  return writtenOf(await sendAll(removals(client, routes)));
}

function removals(client: PeeringClient, routes: readonly RouteKey[]): readonly Write[] {
  return routes.map((key) => write('removed', key, () => client.deleteRoute(key.tableId, key.destination)));
}

function write(what: Write['what'], key: RouteKey, send: () => Promise<void>): Write {
  return { what, key, send };
}

function sendAll(writes: readonly Write[]): Promise<PromiseSettledResult<Result>[]> {
  return inLanes(writes, LANES, async (one): Promise<Result> => {
    try {
      await one.send();
      return { write: one, end: 'done' };
    } catch (error) {
      if (isNotFound(error)) return { write: one, end: one.what === 'removed' ? 'done' : 'stale' };
      if (isAlreadyExists(error)) return { write: one, end: 'stale' };
      if (isRefusal(error)) return { ...one.key, error };
      throw error;
    }
  });
}

function writtenOf(settled: readonly PromiseSettledResult<Result>[]): WrittenRoutes {
  throwAny(failuresIn(settled), 'Some routes could not be written');
  return summaryOf(settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])));
}

function summaryOf(results: readonly Result[]): WrittenRoutes {
  const done = (what: Write['what']): readonly RouteKey[] =>
    results.flatMap((one) => ('write' in one && one.end === 'done' && one.write.what === what ? [one.write.key] : []));
  return {
    added: done('added'),
    removed: done('removed'),
    refused: results.flatMap((one) => ('error' in one ? [one] : [])),
    isStale: results.some((one) => 'end' in one && one.end === 'stale'),
  };
}
