import { describe, expect, it } from 'vitest';
import { aCondition, aScope } from '../../../../test/support/cloud-control.ts';
import { aFakeCluster } from '../../../../test/support/fake-cluster.ts';
import { aPass } from '../../../../test/support/pass.ts';
import { type Network, networkKind } from '../../../api/cloud-control/v1beta1/network.ts';
import { type VpcPeering, vpcPeeringKind } from '../../../api/cloud-control/v1beta1/vpc-peering.ts';
import { type AwsVpcPeering, awsVpcPeeringKind } from '../../../api/cloud-resources/v1beta1/aws-vpc-peering.ts';
import { FINALIZER } from '../../../api/names.ts';
