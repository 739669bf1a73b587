/**
 * The life of a VPC peering connection.
 *
 *     initiating-request -> pending-acceptance -> provisioning -> active -> (deleting, between regions) -> deleted
 *     initiating-request, pending-acceptance -> failed; pending-acceptance -> rejected, expired, deleted
 *
 * One connection is seen from two accounts and regions: both hold a {@link VpcPeering} of their own (tags, visibility)
 * around the same {@link PeeringConnection}. What has ended stays visible for a while, for how long depends on who ended
 * it and who looks: https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html#vpc-peering-lifecycle
 *
 * The states that last for days are no timers: they are computed when somebody looks. With the speed `max`, where every
 * timer is due at once, a request would otherwise expire before anybody could accept it.
 */
import type { Partition } from '../../service.ts';
import type { PeeringConnection, PeeringEnd, PeeringState } from '../model.ts';

export function isSameEnd(end: Pick<PeeringEnd, 'account' | 'region'>, { account, region }: Partition): boolean {
  return end.account === account && end.region === region;
}

export function isBetweenRegions({ requester, accepter }: PeeringConnection): boolean {
  return requester.region !== accepter.region;
}

function expiresAtMs({ cycle, home }: PeeringConnection): number {
  return cycle.sinceMs + home.durationMs('ec2.peering.pendingAcceptance');
}

function hasExpired(connection: PeeringConnection): boolean {
  const { cycle, home } = connection;
  return cycle.state === 'pending-acceptance' && home.clock.now() >= expiresAtMs(connection);
}

export function peeringState(connection: PeeringConnection): PeeringState {
  return hasExpired(connection) ? 'expired' : connection.cycle.state;
}

/** How long the present state is shown to `viewer`; undefined: as long as it lasts. */
function shownForMs(connection: PeeringConnection, viewer: Partition): number | undefined {
  switch (peeringState(connection)) {
    case 'failed':
      return isSameEnd(connection.requester, viewer) ? viewer.durationMs('ec2.peering.failed') : 0;
    case 'expired':
      return viewer.durationMs('ec2.peering.expired');
    case 'rejected':
    case 'deleted':
      return viewer.durationMs(
        connection.endedBy === viewer.account ? 'ec2.peering.endedByOwnAccount' : 'ec2.peering.endedByOtherAccount',
      );
    default:
      return undefined;
  }
}

export function isShownTo(connection: PeeringConnection, viewer: Partition): boolean {
  const lastsMs = shownForMs(connection, viewer);
  const sinceMs = hasExpired(connection) ? expiresAtMs(connection) : connection.cycle.sinceMs;
  return lastsMs === undefined || viewer.clock.now() < sinceMs + lastsMs;
}

export function endPeering(connection: PeeringConnection, how: 'rejected' | 'deleted', account: string): void {
  connection.endedBy = account;
  // Only between regions does a deletion take time.
  connection.cycle.enter(how === 'deleted' && isBetweenRegions(connection) ? 'deleting' : how);
}
