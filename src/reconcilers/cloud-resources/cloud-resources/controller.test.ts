import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { restingControlPlane } from '../../../../test/support/control-plane-kinds.ts';
import { type PlanesApis, PlanesWorld, startPlanesApis } from '../../../../test/support/planes-world.ts';
import { USER_CLUSTER } from '../../../../test/support/user-world.ts';
import { cloudResourcesKind } from '../../../api/cloud-resources/v1beta1/cloud-resources.ts';
import { userIpRangeKind } from '../../../api/cloud-resources/v1beta1/ip-range.ts';
import { USER_KINDS } from '../../../api/crd.ts';
import { FINALIZER, INSTALL_ANNOTATIONS, USER_LABELS } from '../../../api/names.ts';
import {
  clusterRoleKind,
  crdKind,
  findCondition,
  type KubeObject,
  mergePatch,
  resourceNameOf,
} from '../../../kube/index.ts';
import { MODULE_ROLE, USER_ROLE } from '../common/planes.ts';
import { createInstaller, type Installer } from './installer.ts';
import { BASE_MANIFESTS, MODULE_MANIFESTS } from './manifests.ts';
import { cloudResourcesController, type Modules } from './reconciler.ts';

let apis: PlanesApis;
beforeAll(async () => {
  apis = await startPlanesApis([]);
});
afterAll(() => apis.stop());

const installer = createInstaller('0.1.0');

let world: PlanesWorld;
/** What was asked of the runtime, in order. */
let switched: string[];
/** Happens just before the module is off. */
let beforeDisabled: () => Promise<unknown>;

beforeEach(async () => {
  switched = [];
  beforeDisabled = async () => undefined;
  world = aWorld(installer);
  await installer.applyBase(world.user);
});

afterEach(async () => {
  await world.stop();
  await installer.uninstall([...BASE_MANIFESTS, ...MODULE_MANIFESTS], world.user);
  world.userApi.faults.clear();
  // oxlint-disable-next-line vitest/no-standalone-expect -- every test is to leave no timer behind
  expect(world.clock.pending).toBe(0);
});

function modulesOf(self: PlanesWorld): Modules {
  const set = (what: string, ...roles: readonly string[]): Promise<void> => {
    if (switched.at(-1) !== what) switched.push(what);
    return self.manager.setRoles(USER_CLUSTER, roles);
  };
  return {
    enable: () => void set('on', USER_ROLE, MODULE_ROLE),
    disable: async () => {
      await beforeDisabled();
      await set('off', USER_ROLE);
    },
  };
}

function aWorld(own: Installer | undefined): PlanesWorld {
  return new PlanesWorld(apis, (planes, self) => [
    cloudResourcesController({ planes, orphanGraceMs: 0, modules: modulesOf(self), installer: own }, 10),
    ...restingControlPlane(),
  ]);
}

const start = () => world.start([USER_ROLE]);
const at = (name: string) => ({ namespace: 'default', name });
const read = (name = 'default') => world.user.find(cloudResourcesKind, at(name));
const conditionOf = async (type: string, name = 'default') =>
  findCondition((await read(name))?.status?.conditions, type);

async function write(name = 'default'): Promise<void> {
  await world.user.create(cloudResourcesKind, { metadata: at(name), spec: {} });
  await world.settle();
}

async function remove(name = 'default'): Promise<void> {
  await world.user.delete(cloudResourcesKind, at(name));
  await world.settle();
}

async function installed(): Promise<string[]> {
  const crds = await world.user.list(crdKind);
  const roles = await world.user.list(clusterRoleKind, { labelSelector: `${USER_LABELS.managed}=true` });
  return [...crds.items, ...roles.items].map(({ metadata }) => metadata.name).toSorted();
}

const namesOf = (...manifests: readonly { readonly name: string }[]) => manifests.map(({ name }) => name).toSorted();

/** An object of the module that does not go at once. */
async function writeRange(name = 'default'): Promise<void> {
  await world.user.create(userIpRangeKind, { metadata: { name, finalizers: ['example.com/hold'] }, spec: {} });
}

async function removeRange(name = 'default'): Promise<void> {
  await world.user.patch(userIpRangeKind, { name }, mergePatch({ metadata: { finalizers: null } }));
  await world.user.delete(userIpRangeKind, { name });
}

describe('CloudResources', () => {
  it('brings the other kinds, with roles for users, and has them worked on', async () => {
    await start();
    expect(await installed()).toEqual(namesOf(...BASE_MANIFESTS));
    expect(switched).toEqual([]);
    await write();
    expect(await read()).toMatchObject({
      metadata: { finalizers: [FINALIZER] },
      status: { state: 'Ready', served: 'True', observedGeneration: 1 },
    });
    expect(await installed()).toEqual(namesOf(...BASE_MANIFESTS, ...MODULE_MANIFESTS));
    expect(switched).toEqual(['on']);
    await writeRange();
    await removeRange();
  });

  it('costs no request when all is as it has to be, also of a program that begins anew', async () => {
    await start();
    await write();
    await world.manager.stop();
    const writes = world.userApi.journal.writes.length;
    const gets = world.userApi.journal.entries.filter(({ verb }) => verb === 'get').length;
    const later = aWorld(installer);
    await later.start([USER_ROLE]);
    await later.advance(24 * 3_600_000);
    expect(later.userApi.journal.writes).toHaveLength(writes);
    expect(later.userApi.journal.entries.filter(({ verb }) => verb === 'get')).toHaveLength(gets);
    await later.manager.stop();
  });

  it('says what a later version has installed, and leaves it', async () => {
    const ipRanges = resourceNameOf(userIpRangeKind);
    await createInstaller('0.2.0').install(MODULE_MANIFESTS, { client: world.user });
    const annotations = { [INSTALL_ANNOTATIONS.version]: '0.2.0' };
    const versions = (await world.user.get(crdKind, { name: ipRanges })).spec.versions;
    const changed = versions.map((one) => ({ ...one, additionalPrinterColumns: [] }));
    await world.user.patch(
      crdKind,
      { name: ipRanges },
      mergePatch({ metadata: { annotations }, spec: { versions: changed } }),
    );
    await start();
    await write();
    expect(await conditionOf('Ready')).toMatchObject({
      status: 'True',
      message: `Ready; left as a later version of Cloud Manager has made it: ${ipRanges}`,
    });
  });
});

describe('what is installed', () => {
  it.each([
    { what: 'a role', kind: clusterRoleKind, name: 'cloud-resources-edit' },
    { what: 'a kind', kind: crdKind, name: resourceNameOf(userIpRangeKind) },
    { what: 'the kind by which all others are asked for', kind: crdKind, name: resourceNameOf(cloudResourcesKind) },
  ])('is put right at once when somebody changes $what', async ({ kind, name }) => {
    await start();
    await write();
    const before = await world.user.get<KubeObject>(kind, { name });
    const change = kind === crdKind ? await withoutColumns(name) : { rules: [] };
    await world.user.patch<KubeObject>(kind, { name }, mergePatch(change));
    await world.settle();
    const { metadata: _now, ...content } = await world.user.get<KubeObject>(kind, { name });
    const { metadata: _before, ...expected } = before;
    expect(content).toEqual(expected);
  });

  async function withoutColumns(name: string): Promise<object> {
    const { spec } = await world.user.get(crdKind, { name });
    return { spec: { versions: spec.versions.map((one) => ({ ...one, additionalPrinterColumns: [] })) } };
  }

  it('is made again when somebody deletes it, the first kind also where nothing asks for it', async () => {
    await start();
    for (const { kind, name } of BASE_MANIFESTS) await world.user.delete(kind, { name });
    await world.settle();
    expect(await installed()).toEqual(namesOf(...BASE_MANIFESTS));
    await write();
    await world.user.delete(clusterRoleKind, { name: 'cloud-resources-view' });
    await world.user.delete(crdKind, { name: resourceNameOf(userIpRangeKind) });
    await world.settle();
    expect(await installed()).toEqual(namesOf(...BASE_MANIFESTS, ...MODULE_MANIFESTS));
    expect((await read())?.status?.state).toBe('Ready');
  });
});

describe('a second CloudResources', () => {
  it('does nothing while another one is served, and takes over when that goes, without a moment between', async () => {
    await start();
    await write('first');
    await write('second');
    expect(await read('second')).toMatchObject({ status: { state: 'Warning', served: 'False' } });
    expect((await read('second'))?.metadata.finalizers).toBeUndefined();
    expect(await conditionOf('Warning', 'second')).toMatchObject({
      reason: 'OtherIsServed',
      message: expect.stringContaining('CloudResources default/first stands for the module in this cluster'),
    });
    await writeRange();
    await remove('first');
    expect(await read('first')).toBeUndefined();
    expect((await read('second'))?.status).toMatchObject({ state: 'Ready', served: 'True' });
    expect(switched).toEqual(['on']);
    expect(await installed()).toEqual(namesOf(...BASE_MANIFESTS, ...MODULE_MANIFESTS));
    await removeRange();
  });

  it('just goes when it is deleted', async () => {
    await start();
    await write('first');
    await write('second');
    await remove('second');
    expect(await read('second')).toBeUndefined();
    expect((await read('first'))?.status?.state).toBe('Ready');
    expect(switched).toEqual(['on']);
  });
});

describe('the deletion of CloudResources', () => {
  it('takes the module away, and leaves what every cluster has', async () => {
    await start();
    await write();
    await remove();
    expect(await read()).toBeUndefined();
    expect(await installed()).toEqual(namesOf(...BASE_MANIFESTS));
    expect(switched).toEqual(['on', 'off']);
    await write();
    expect((await read())?.status?.state).toBe('Ready');
  });

  it('is refused while there are objects, which it names and has worked on, and goes on when they are gone', async () => {
    await start();
    await write();
    for (const name of ['a', 'b']) await writeRange(name);
    await remove();
    const message = 'Can not be removed while these exist: IpRange: [a b]';
    expect(await conditionOf('Warning')).toMatchObject({ reason: 'ResourcesExist', message });
    expect((await read())?.status).toMatchObject({ state: 'Warning', served: 'True' });
    expect(switched).toEqual(['on']);
    await removeRange('a');
    await world.settle();
    expect((await conditionOf('Warning'))?.message).toBe('Can not be removed while these exist: IpRange: [b]');
    await removeRange('b');
    await world.settle();
    expect(await read()).toBeUndefined();
  });

  it('waits, with the module on, also for a program that begins anew', async () => {
    await start();
    await write();
    await writeRange();
    await remove();
    await world.manager.stop();
    switched = [];
    const later = aWorld(installer);
    await later.start([USER_ROLE]);
    expect(switched).toEqual(['on']);
    await later.user.patch(userIpRangeKind, { name: 'default' }, mergePatch({ metadata: { finalizers: null } }));
    await later.user.delete(userIpRangeKind, { name: 'default' });
    await later.settle();
    expect(await read()).toBeUndefined();
    await later.manager.stop();
  });

  it.each([
    { answer: 'an error', status: 500 },
    { answer: 'a refusal', status: 403 },
    { answer: 'that the kind is not served, although it is there', status: 404 },
  ])('goes not on when whether there are objects is answered with $answer', async ({ status }) => {
    await start();
    await write();
    world.userApi.faults.add({ verb: 'list', resource: 'awsredisclusters', status, count: 1_000 });
    await remove();
    await world.advance(600_000);
    expect((await read())?.metadata.finalizers).toEqual([FINALIZER]);
    expect(await installed()).toEqual(namesOf(...BASE_MANIFESTS, ...MODULE_MANIFESTS));
    expect(switched).toEqual(['on']);
    world.userApi.faults.clear();
    await world.advance(600_000);
    expect(await read()).toBeUndefined();
  });

  it('looks once more when nothing is worked on any more', async () => {
    await start();
    await write();
    // In the very moment between: it may have something in AWS already.
    beforeDisabled = () => writeRange('late');
    await remove();
    expect((await conditionOf('Warning'))?.message).toBe('Can not be removed while these exist: IpRange: [late]');
    expect(switched).toEqual(['on', 'off', 'on']);
    beforeDisabled = async () => undefined;
    await removeRange('late');
    await world.settle();
    expect(await read()).toBeUndefined();
  });

  it('comes to its end where somebody has taken kinds away', async () => {
    await start();
    await write();
    await world.manager.stop();
    for (const kind of USER_KINDS.slice(1)) await world.user.delete(crdKind, { name: resourceNameOf(kind) });
    await world.user.delete(cloudResourcesKind, at('default'));
    const later = aWorld(installer);
    await later.start([USER_ROLE]);
    expect(await read()).toBeUndefined();
    await later.manager.stop();
  });
});

describe('whatever write of the program fails at first', () => {
  /** What has failed is tried again after a pause. */
  async function retryUntil(holds: () => Promise<boolean>): Promise<void> {
    for (let pauses = 0; pauses < 20 && !(await holds()); pauses += 1) await world.advance(600_000);
    // oxlint-disable-next-line vitest/no-standalone-expect -- for the tests below
    expect(await holds()).toBe(true);
  }

  it.each(['before', 'after'] as const)(
    'the module comes, and goes, when it fails %s it was carried out',
    async (when) => {
      const struck = new Set<string>();
      const endStrikes = world.userApi.faults.intercept(({ isWrite, verb, resource, subresource = '', name }) => {
        const what = [verb, resource, subresource, name].join(' ');
        // Those are the test's own.
        const isOfUser = resource === 'cloudresources' && verb !== 'patch';
        if (!isWrite || isOfUser || resource === 'events' || struck.has(what)) return undefined;
        struck.add(what);
        return { when, drop: true };
      });
      await start();
      await write();
      await retryUntil(async () => (await read())?.status?.state === 'Ready');
      expect(await installed()).toEqual(namesOf(...BASE_MANIFESTS, ...MODULE_MANIFESTS));
      await remove();
      await retryUntil(async () => (await read()) === undefined);
      expect(await installed()).toEqual(namesOf(...BASE_MANIFESTS));
      // Finalizer on and off, status, and each of the manifests on and off.
      expect(struck.size).toBeGreaterThan(2 * MODULE_MANIFESTS.length);
      endStrikes();
    },
  );
});

describe('in a cluster that has the kinds anyway', () => {
  it('nothing is installed or removed', async () => {
    await installer.install(MODULE_MANIFESTS, { client: world.user });
    const own = aWorld(undefined);
    await own.start([USER_ROLE]);
    await own.user.create(cloudResourcesKind, { metadata: at('default'), spec: {} });
    await own.settle();
    expect((await read())?.status?.state).toBe('Ready');
    const writes = own.userApi.journal.writes.length;
    own.userApi.faults.add({ verb: 'list', resource: 'awsredisclusters', status: 404, count: 1_000 });
    await own.user.delete(cloudResourcesKind, at('default'));
    await own.settle();
    expect((await read())?.status?.state).toBe('Deleting');
    own.userApi.faults.clear();
    await own.advance(600_000);
    expect(await read()).toBeUndefined();
    const since = own.userApi.journal.writes.slice(writes);
    expect(since.filter(({ resource }) => resource !== 'cloudresources' && resource !== 'events')).toEqual([]);
    expect(await installed()).toEqual(namesOf(...BASE_MANIFESTS, ...MODULE_MANIFESTS));
    await own.manager.stop();
  });
});
