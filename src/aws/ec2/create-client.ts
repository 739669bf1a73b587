import type { Call } from '../../util/call.ts';
import { Batcher } from '../batcher.ts';
import type { Connection, ServiceDeps } from '../connection.ts';
import { sdkFromTags } from '../tags.ts';
import type { AvailabilityZoneOperations } from './availability-zone.ts';
import type { Ec2Client } from './client.ts';
import type { Ec2Context, Ec2Requester, Ec2Shared } from './context.ts';
import { holderCalls } from './holder-calls.ts';
import {
  findSecurityGroups,
  readSecurityGroup,
  readSecurityGroups,
  securityGroupCalls,
} from './security-group-calls.ts';
import { ec2Service } from './service.ts';
import { readSubnets, subnetCalls } from './subnet-calls.ts';
import { readVpc, readVpcs, vpcCalls } from './vpc-calls.ts';

/** Gives the client of EC2 of one connection, for one call. */
export function createEc2Client(connection: Connection, call: Call, deps: ServiceDeps): Ec2Client {
  const shared = connection.keep('ec2', () => createShared(connection, deps));
  const context: Ec2Context = { aws: connection.requester(ec2Service, call), call, shared };
  return {
    ...vpcCalls(context),
    ...subnetCalls(context),
    ...securityGroupCalls(context),
    ...holderCalls(context),
    ...availabilityZoneCalls(context),
    createTags: async (resourceIds, tags) => {
      await context.aws.send('CreateTags', { Resources: [...resourceIds], Tags: sdkFromTags(tags) });
    },
  };
}

function createShared(connection: Connection, { clock, log }: ServiceDeps): Ec2Shared {
  const requesterOf = (call: Call): Ec2Requester => connection.requester(ec2Service, call);
  return {
    vpcs: new Batcher(clock, log, {
      service: 'ec2',
      operation: 'DescribeVpcs',
      readOne: (id, call) => readVpc(requesterOf(call), id),
      list: (ids, call) => readVpcs(requesterOf(call), ids),
    }),
    subnets: new Batcher(clock, log, {
      service: 'ec2',
      operation: 'DescribeSubnets',
      list: (vpcIds, call) => readSubnets(requesterOf(call), vpcIds),
    }),
    securityGroups: new Batcher(clock, log, {
      service: 'ec2',
      operation: 'DescribeSecurityGroups',
      readOne: (id, call) => readSecurityGroup(requesterOf(call), id),
      list: (ids, call) => readSecurityGroups(requesterOf(call), ids),
    }),
    securityGroupQueries: new Batcher(clock, log, {
      service: 'ec2',
      operation: 'DescribeSecurityGroups',
      list: (questions, call) => findSecurityGroups(requesterOf(call), questions),
    }),
  };
}

function availabilityZoneCalls({ aws }: Ec2Context): AvailabilityZoneOperations {
  return {
    describeAvailabilityZones: async () => {
      const Filters = [{ Name: 'zone-type', Values: ['availability-zone'] }];
      const { AvailabilityZones } = await aws.send('DescribeAvailabilityZones', { Filters });
      const zones = (AvailabilityZones ?? []).map(({ ZoneName, ZoneId, State }) => ({
        name: ZoneName ?? '',
        id: ZoneId ?? '',
        state: State ?? '',
      }));
      return zones.sort((left, right) => (left.name < right.name ? -1 : 1));
    },
  };
}
