import type { Call } from '../../util/call.ts';
import { Batcher, type BatchSource } from '../batcher.ts';
import type { ServiceDeps } from '../connection.ts';
import type { VpcReader, VpcShared } from './context.ts';
import { readRouteTables } from './route-table-calls.ts';
import { findVpcs, readVpc, readVpcs } from './vpc-calls.ts';
import { readVpcPeeringsOf } from './vpc-peering-calls.ts';

/** Makes batchers of EC2. */
export type CreateBatcher = <A>(operation: string, source: Pick<BatchSource<A>, 'list' | 'readOne'>) => Batcher<A>;

export function batchersWith({ clock, log }: ServiceDeps): CreateBatcher {
  return (operation, source) => new Batcher(clock, log, { service: 'ec2', operation, ...source });
}

/** What is kept for VPCs and where they lead, whatever the role. */
export function createVpcShared(batcher: CreateBatcher, requesterOf: (call: Call) => VpcReader): VpcShared {
  return {
    vpcs: batcher('DescribeVpcs', {
      readOne: (id, call) => readVpc(requesterOf(call), id),
      list: (ids, call) => readVpcs(requesterOf(call), ids),
    }),
    vpcQueries: batcher('DescribeVpcs', { list: (questions, call) => findVpcs(requesterOf(call), questions) }),
    routeTables: batcher('DescribeRouteTables', { list: (vpcIds, call) => readRouteTables(requesterOf(call), vpcIds) }),
    peeringsOfVpc: batcher('DescribeVpcPeeringConnections', {
      list: (vpcIds, call) => readVpcPeeringsOf(requesterOf(call), vpcIds),
    }),
  };
}
