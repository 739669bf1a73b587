import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { restingControlPlane } from '../../../../test/support/control-plane-kinds.ts';
import { type PlanesApis, PlanesWorld, scopeInput, startPlanesApis } from '../../../../test/support/planes-world.ts';
import { USER_CLUSTER } from '../../../../test/support/user-world.ts';
import { ipRangeKind } from '../../../api/cloud-control/v1beta1/ip-range.ts';
import { scopeKind } from '../../../api/cloud-control/v1beta1/scope.ts';
import { cloudResourcesKind } from '../../../api/cloud-resources/v1beta1/cloud-resources.ts';
import { userIpRangeKind } from '../../../api/cloud-resources/v1beta1/ip-range.ts';
import { crdFrom } from '../../../api/crd.ts';
import { ANNOTATIONS, LABELS, MODULE_LABEL } from '../../../api/names.ts';
import { crdKind } from '../../../kube/index.ts';
import { MODULE_ROLE, USER_ROLE } from '../common/planes.ts';
import { createInstaller } from './installer.ts';
import { BASE_MANIFESTS, MODULE_MANIFESTS } from './manifests.ts';
import { cloudResourcesController, type Modules } from './reconciler.ts';

const GRACE_MS = 600_000;
const ID = 'aaaaaaaa-1111-4111-8111-111111111111';

let apis: PlanesApis;
beforeAll(async () => {
  apis = await startPlanesApis([]);
});
afterAll(() => apis.stop());

const installer = createInstaller('0.1.0');
let world: PlanesWorld;

beforeEach(async () => {
  world = new PlanesWorld(apis, (planes, self) => [
    cloudResourcesController({ planes, orphanGraceMs: GRACE_MS, modules: modulesOf(self), installer }, 10),
    ...restingControlPlane(),
  ]);
  await installer.applyBase(world.user);
});

afterEach(async () => {
  world.userApi.faults.clear();
  await world.stop();
  await installer.uninstall([...BASE_MANIFESTS, ...MODULE_MANIFESTS], world.user);
});

function modulesOf({ manager }: Pick<PlanesWorld, 'manager'>): Modules {
  return {
    enable: () => void manager.setRoles(USER_CLUSTER, [USER_ROLE, MODULE_ROLE]),
    disable: () => manager.setRoles(USER_CLUSTER, [USER_ROLE]),
  };
}

describe('what the control plane has for a cluster without the module', () => {
  /** As a control plane that came back from a backup of when the cluster had the module. */
  async function leaveBehind(): Promise<void> {
    await world.operator.create(scopeKind, scopeInput());
    const metadata = { namespace: 'kcp-system', name: ID, labels: { [LABELS.module]: MODULE_LABEL } };
    const remoteRef = { namespace: '', name: 'default' };
    const spec = { scope: { name: 'demo' }, remoteRef, network: { name: 'demo--kyma' } };
    await world.operator.create(ipRangeKind, { metadata, spec });
  }

  const left = () => world.operator.find(ipRangeKind, { namespace: 'kcp-system', name: ID });

  it('is kept for a while, and deleted then: a kind that the cluster does not have has no objects', async () => {
    await world.start([USER_ROLE]);
    await leaveBehind();
    await world.settle();
    expect((await left())?.metadata.annotations).toHaveProperty([ANNOTATIONS.orphanedSince]);
    await world.advance(GRACE_MS);
    expect(await left()).toBeUndefined();
  });

  it('is found at the start', async () => {
    await leaveBehind();
    await world.start([USER_ROLE]);
    await world.settle();
    expect((await left())?.metadata.annotations).toHaveProperty([ANNOTATIONS.orphanedSince]);
  });

  it('stays where the kind is installed and its objects cannot be asked for', async () => {
    await world.start([USER_ROLE]);
    // Not labelled, so that nobody follows it.
    await apis.user.client().create(crdKind, { ...crdFrom(userIpRangeKind) });
    world.userApi.faults.add({ verb: 'list', resource: 'ipranges', status: 404, count: 1_000 });
    await leaveBehind();
    await world.advance(2 * GRACE_MS);
    expect(await left()).toBeDefined();
  });

  it('stays while there is a CloudResources, whose module looks after it', async () => {
    await world.user.create(cloudResourcesKind, { metadata: { namespace: 'default', name: 'default' }, spec: {} });
    await world.start([USER_ROLE]);
    await leaveBehind();
    await world.advance(2 * GRACE_MS);
    expect(await left()).toBeDefined();
  });
});
