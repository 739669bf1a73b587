import { beforeEach, describe, expect, it } from 'vitest';
import { aCondition } from '../../../../test/support/cloud-control.ts';
import { anAwsVpcPeering } from '../../../../test/support/cloud-resources.ts';
import { createUserWorld, type UserWorld } from '../../../../test/support/user-world.ts';
import { networkKind } from '../../../api/cloud-control/v1beta1/network.ts';
import { type VpcPeering, vpcPeeringKind } from '../../../api/cloud-control/v1beta1/vpc-peering.ts';
import { type AwsVpcPeering, awsVpcPeeringKind } from '../../../api/cloud-resources/v1beta1/aws-vpc-peering.ts';
import { findCondition, type KubeObject } from '../../../kube/index.ts';
import type { StartState } from './counterparts.ts';
import { reconcileAwsVpcPeering, statusOf } from './reconciler.ts';

let world: UserWorld;
beforeEach(() => {
  world = createUserWorld();
  world.user.put(anAwsVpcPeering());
});

const peering = (): AwsVpcPeering | undefined => world.user.find(awsVpcPeeringKind, 'peering', '');
const idOf = (): string => peering()?.status?.id ?? '';
const made = (): VpcPeering | undefined => world.controlPlane.find(vpcPeeringKind, idOf());

async function check(): Promise<void> {
  const state: StartState = Object.assign(world.stateOf(awsVpcPeeringKind, 'peering', ''), { counterpart: undefined });
  await world.pass(state, reconcileAwsVpcPeering, statusOf);
}

/** The control plane says how it stands with the connection. */
function tell(state: string, condition: Parameters<typeof aCondition>[0]): void {
  const { generation } = made()?.metadata ?? {};
  const status = { state, observedGeneration: generation, conditions: [aCondition(condition)] };
  world.controlPlane.setStatus(vpcPeeringKind, idOf(), status);
}

describe('a peering of a user', () => {
  it('is a Network for the remote VPC and a VpcPeering with that of the Scope, both of one name', async () => {
    await check();
    expect(world.controlPlane.find(networkKind, idOf())?.spec).toEqual({
      scope: { name: 'demo' },
      type: 'external',
      network: {
        reference: { aws: { awsAccountId: '210987654321', region: 'eu-west-1', vpcId: 'vpc-0fedcba9876543210' } },
      },
    });
    expect(made()?.spec).toEqual({
      scope: { name: 'demo' },
      remoteRef: { namespace: '', name: 'peering' },
      details: {
        localNetwork: { name: 'demo--kyma' },
        remoteNetwork: { name: idOf() },
        deleteRemotePeering: false,
        remoteRouteTableUpdateStrategy: 'AUTO',
      },
    });
    expect(peering()?.status).toMatchObject({ state: 'Creating' });
  });

  it('shows the code of the connection, and is ready when that is', async () => {
    await check();
    tell('pending-acceptance', { status: 'False', reason: 'Processing', message: 'waiting' });
    await check();
    expect(peering()?.status).toMatchObject({ state: 'pending-acceptance' });
    tell('active', {});
    await check();
    expect(peering()?.status?.state).toBe('active');
    expect(findCondition(peering()?.status?.conditions, 'Ready')?.status).toBe('True');
  });

  it('passes on what becomes of the remote routes, also later', async () => {
    await check();
    const edited: AwsVpcPeering = anAwsVpcPeering({
      spec: { deleteRemotePeering: true },
      status: peering()?.status ?? {},
    });
    world.user.put(edited);
    await check();
    expect(made()?.spec.details?.deleteRemotePeering).toBe(true);
  });

  it('goes when nothing is left of either in the control plane', async () => {
    await check();
    const id = idOf();
    const left = () => [vpcPeeringKind, networkKind].map((kind) => world.controlPlane.find<KubeObject>(kind, id)?.kind);
    expect(left()).toEqual(['VpcPeering', 'Network']);
    world.user.remove(awsVpcPeeringKind, 'peering');
    await check();
    await check();
    await check();
    expect(left()).toEqual([undefined, undefined]);
    expect(peering()).toBeUndefined();
  });
});
