import type { Call } from '../../util/call.ts';
import type { Connection, ServiceDeps } from '../connection.ts';
import { batchersWith, createVpcShared } from './batchers.ts';
import type { PeeringContext, PeeringRequester, PeeringShared } from './context.ts';
import type { PeeringClient } from './peering-client.ts';
import { routeTableCalls } from './route-table-calls.ts';
import { peeringService } from './service.ts';
import { tagCalls } from './tag-calls.ts';
import { vpcReadCalls } from './vpc-calls.ts';
import { findVpcPeerings, readVpcPeering, readVpcPeerings, vpcPeeringCalls } from './vpc-peering-calls.ts';

/** Gives the client for peerings of one connection, for one call. */
export function createPeeringClient(connection: Connection, call: Call, deps: ServiceDeps): PeeringClient {
  const shared = connection.keep('peering', () => createShared(connection, deps));
  const context: PeeringContext = { aws: connection.requester(peeringService, call), call, shared };
  return {
    ...vpcReadCalls(context),
    ...routeTableCalls(context),
    ...vpcPeeringCalls(context),
    ...tagCalls(context.aws),
  };
}

function createShared(connection: Connection, deps: ServiceDeps): PeeringShared {
  const requesterOf = (call: Call): PeeringRequester => connection.requester(peeringService, call);
  const batcher = batchersWith(deps);
  return {
    ...createVpcShared(batcher, requesterOf),
    peerings: batcher('DescribeVpcPeeringConnections', {
      readOne: (id, call) => readVpcPeering(requesterOf(call), id),
      list: (ids, call) => readVpcPeerings(requesterOf(call), ids),
    }),
    peeringQueries: batcher('DescribeVpcPeeringConnections', {
      list: (questions, call) => findVpcPeerings(requesterOf(call), questions),
    }),
  };
}
