import { LifeCycle } from '../../life-cycle.ts';
import type { Partition } from '../../service.ts';
import type { PeeringConnection, PeeringEnd, PeeringState, Tags, VpcPeering } from '../model.ts';
import { ec2Slot } from '../state.ts';
import { endPeering, isShownTo } from './life-cycle.ts';

/** Puts the connection where an account and region sees it, and drops what is shown there no longer. */
function addTo(partition: Partition, connection: PeeringConnection, tags: Tags): VpcPeering {
  const { vpcPeerings } = partition.get(ec2Slot);
  for (const { id, isShown } of vpcPeerings.values()) if (!isShown()) vpcPeerings.delete(id);
  const peering: VpcPeering = {
    id: connection.id,
    tags,
    createdAtMs: partition.clock.now(),
    connection,
    isShown: () => isShownTo(connection, partition),
  };
  vpcPeerings.set(peering.id, peering);
  return peering;
}

interface NewPeering {
  readonly requester: PeeringEnd;
  readonly accepter: PeeringEnd;
  readonly tags: Tags;
  /** What becomes of the request; `rejected`: the other side rejects it at once. */
  readonly outcome: 'pending-acceptance' | 'failed' | 'rejected';
}

/** Sends a request: the accepter sees it once it is pending. */
export function addPeering(home: Partition, { requester, accepter, tags, outcome }: NewPeering): VpcPeering {
  const { clock, ids, wallClock } = home;
  const next = outcome === 'failed' ? 'failed' : 'pending-acceptance';
  const transitions = {
    'initiating-request': { lastsMs: home.durationMs('ec2.peering.initiating'), next },
    provisioning: { lastsMs: home.durationMs('ec2.peering.provisioning'), next: 'active' },
    deleting: { lastsMs: home.durationMs('ec2.peering.deleting'), next: 'deleted' },
  } as const;
  const onEnter = (state: PeeringState): void => {
    if (state !== 'pending-acceptance') return;
    const other = home.sibling(accepter.account, accepter.region);
    if (other && other !== home) addTo(other, connection, new Map());
    if (outcome === 'rejected') endPeering(connection, 'rejected', accepter.account);
  };
  const connection: PeeringConnection = {
    id: ids.ec2('pcx'),
    home,
    requester,
    accepter,
    expirationTimeMs: wallClock.now() + home.durationMs('ec2.peering.pendingAcceptance'),
    cycle: new LifeCycle<PeeringState>(clock, 'initiating-request', transitions, onEnter),
    endedBy: undefined,
  };
  return addTo(home, connection, tags);
}
