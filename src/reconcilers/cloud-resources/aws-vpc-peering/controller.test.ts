import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { anAwsVpcPeering } from '../../../../test/support/cloud-resources.ts';
import { type PlanesApis, PlanesWorld, scopeInput, startPlanesApis } from '../../../../test/support/planes-world.ts';
import { type Network, networkKind } from '../../../api/cloud-control/v1beta1/network.ts';
import { scopeKind } from '../../../api/cloud-control/v1beta1/scope.ts';
import { type VpcPeering, vpcPeeringKind } from '../../../api/cloud-control/v1beta1/vpc-peering.ts';
import { awsVpcPeeringKind } from '../../../api/cloud-resources/v1beta1/aws-vpc-peering.ts';
import { ANNOTATIONS } from '../../../api/names.ts';
import { stopAndForget } from '../../../composed/index.ts';
import { findCondition, mergePatch } from '../../../kube/index.ts';
import { controller, type Controller } from '../../../runtime/index.ts';
import { REMOTE_INDEX, remoteIndexValues, SCOPE_INDEX, scopeIndexValues } from '../../common/indexes.ts';
import type { Planes } from '../common/planes.ts';
import { awsVpcPeeringController } from './reconciler.ts';

let apis: PlanesApis;
beforeAll(async () => {
  apis = await startPlanesApis();
});
afterAll(() => apis.stop());

let world: PlanesWorld;
beforeEach(() => {
  world = new PlanesWorld(apis, controllers);
});
afterEach(() => world.stop());

/** That of the peerings of users, and what the controllers of other kinds index. */
function controllers(planes: Planes): readonly Controller[] {
  const rest = async () => ({ outcome: stopAndForget('not tested here') });
  const indexes = { [REMOTE_INDEX]: remoteIndexValues, [SCOPE_INDEX]: scopeIndexValues };
  return [
    awsVpcPeeringController({ planes, orphanGraceMs: 600_000 }, 10),
    controller<Network>({ kind: networkKind, indexes, reconcile: rest }),
    controller<VpcPeering>({ kind: vpcPeeringKind, indexes, reconcile: rest }),
  ];
}

const KEY = { name: 'partner' };
const read = () => world.user.find(awsVpcPeeringKind, KEY);
const made = async (): Promise<VpcPeering | undefined> => (await world.operator.list(vpcPeeringKind)).items[0];

it('a peering of a user comes to be when the Scope of its cluster comes later', async () => {
  await world.start();
  await world.user.create(awsVpcPeeringKind, { metadata: KEY, spec: anAwsVpcPeering().spec });
  await world.settle();
  expect(findCondition((await read())?.status?.conditions, 'Ready')).toMatchObject({ reason: 'MissingScope' });
  await world.operator.create(scopeKind, scopeInput());
  await world.settle();
  expect((await made())?.spec.remoteRef).toEqual({ namespace: '', name: 'partner' });
});

it('an annotation by which a user steers is passed on at once', async () => {
  await world.operator.create(scopeKind, scopeInput());
  await world.start();
  await world.user.create(awsVpcPeeringKind, { metadata: KEY, spec: anAwsVpcPeering().spec });
  await world.settle();
  const metadata = { annotations: { [ANNOTATIONS.pause]: 'true' } };
  await world.user.patch(awsVpcPeeringKind, KEY, mergePatch({ metadata }));
  await world.settle();
  expect((await made())?.metadata.annotations).toMatchObject({ [ANNOTATIONS.pause]: 'true' });
});
