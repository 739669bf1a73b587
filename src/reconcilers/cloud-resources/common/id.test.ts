import { beforeEach, describe, expect, it } from 'vitest';
import { anIpRange } from '../../../../test/support/cloud-control.ts';
import { aUserIpRange } from '../../../../test/support/cloud-resources.ts';
import { createUserWorld, type UserWorld } from '../../../../test/support/user-world.ts';
import { type IpRange, ipRangeKind } from '../../../api/cloud-control/v1beta1/ip-range.ts';
import { type UserIpRange, userIpRangeKind } from '../../../api/cloud-resources/v1beta1/ip-range.ts';
import { LABELS, MODULE_LABEL } from '../../../api/names.ts';
import { enter, sequence, stopAndForget } from '../../../composed/index.ts';
import { isConflict, KubeApiError, type ObjectMeta } from '../../../kube/index.ts';
import { counterpartsOf, ensureId } from './id.ts';
import { type InScope, loadClusterScope, type UserObjectState } from './user-object.ts';

const ID = 'aaaaaaaa-1111-4111-8111-111111111111';
const OTHER_ID = 'bbbbbbbb-2222-4222-8222-222222222222';
const RANDOM_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

let world: UserWorld;
beforeEach(() => {
  world = createUserWorld();
});

/** What was made for the user's IpRange `default`, unless a test says otherwise. */
function made(
  name: string,
  { spec, ...metadata }: Partial<ObjectMeta> & { readonly spec?: Partial<IpRange['spec']> } = {},
) {
  const labels = { [LABELS.module]: MODULE_LABEL };
  return anIpRange({ metadata: { name, labels, ...metadata }, spec: { remoteRef: own, ...spec } });
}

const own = { namespace: '', name: 'default' };

const ensure = enter(
  loadClusterScope<UserIpRange, UserObjectState<UserIpRange>>(),
  sequence<InScope<UserIpRange>>('ensure', ensureId(ipRangeKind), () => stopAndForget('ensured')),
);

async function ensuredId(recorded?: string): Promise<string> {
  world.user.put(aUserIpRange(recorded === undefined ? {} : { status: { id: recorded } }));
  await world.pass(world.stateOf(userIpRangeKind, 'default'), ensure);
  return world.user.find(userIpRangeKind, 'default')?.status?.id ?? '';
}

describe('the id of an object', () => {
  it('is random, and recorded before anything is made', async () => {
    expect(await ensuredId()).toMatch(RANDOM_ID);
    expect(world.controlPlane.writes).toEqual([]);
  });

  it.each([
    { reason: 'nothing was made yet', there: [] },
    { reason: 'it names what was made', there: [made(ID)] },
    { reason: 'it names what was made, and somebody took the label away', there: [made(ID, { labels: {} })] },
    {
      reason: 'it names what is being deleted',
      there: [made(ID, { finalizers: ['x'], deletionTimestamp: '2026-01-01T00:00:00Z' })],
    },
    { reason: 'it names one of two', there: [made(OTHER_ID, { creationTimestamp: '2020-01-01T00:00:00Z' }), made(ID)] },
  ])('stays when $reason', async ({ there }) => {
    for (const one of there) world.controlPlane.put(one);
    expect(await ensuredId(ID)).toBe(ID);
    expect(world.user.writes).toEqual([]);
  });

  it.each([
    {
      reason: 'was made for another object',
      foreign: made(ID, { spec: { remoteRef: { namespace: '', name: 'other' } } }),
    },
    { reason: 'was made for another cluster', foreign: made(ID, { spec: { scope: { name: 'other' } } }) },
    {
      reason: 'a person wrote',
      foreign: made(ID, { labels: {}, spec: { remoteRef: { namespace: 'default', name: 'default' } } }),
    },
  ])('is replaced when it names what $reason', async ({ foreign }) => {
    world.controlPlane.put(foreign);
    const id = await ensuredId(ID);
    expect(id).toMatch(RANDOM_ID);
    expect(id).not.toBe(ID);
  });

  it.each(['', 'default', '../../scopes/demo', `${ID}/status`, ID.toUpperCase(), 'x'.repeat(64)])(
    'is replaced when it is none: %j',
    async (hostile) => {
      expect(await ensuredId(hostile)).toMatch(RANDOM_ID);
    },
  );

  it('is found again when it was lost, or is that of an earlier life', async () => {
    world.controlPlane.put(made(ID));
    expect(await ensuredId()).toBe(ID);
    expect(await ensuredId(OTHER_ID)).toBe(ID);
  });

  it('is not that of what a person wrote about an object of the name', async () => {
    world.controlPlane.put(made(ID, { labels: {} }));
    expect(await ensuredId()).not.toBe(ID);
  });

  it('is recorded by one of two passes; the other fails, and begins anew', async () => {
    world.user.put(aUserIpRange());
    const state = world.stateOf(userIpRangeKind, 'default');
    const key = { cluster: 'user', namespace: '', name: 'default' };
    world.user.failNextWrite(
      new KubeApiError({ code: 409, reason: 'Conflict', verb: 'patch', resource: 'ipranges', ...key }),
    );
    await expect(world.pass(state, ensure)).rejects.toSatisfy(isConflict);
  });
});

it('tells all that was made for an object, what its id names first and what is being deleted last', () => {
  const gone = { finalizers: ['x'], deletionTimestamp: '2026-01-01T00:00:00Z' };
  const names = ['named', 'old', 'new', 'going'];
  world.user.put(aUserIpRange({ status: { id: ID } }));
  world.controlPlane.put(made('going', { creationTimestamp: '2019-01-01T00:00:00Z', ...gone }));
  world.controlPlane.put(made('new', { creationTimestamp: '2021-01-01T00:00:00Z' }));
  world.controlPlane.put(made('old', { creationTimestamp: '2020-01-01T00:00:00Z' }));
  world.controlPlane.put(made(ID, { creationTimestamp: '2022-01-01T00:00:00Z' }));
  world.controlPlane.put(made('elsewhere', { spec: { scope: { name: 'other' } } }));
  const { object, controlPlane } = world.stateOf(userIpRangeKind, 'default');
  const scope = world.scope;
  const found = scope === undefined ? [] : counterpartsOf({ object, controlPlane, scope }, ipRangeKind);
  expect(found.map(({ metadata }) => metadata.name)).toEqual(names.map((name) => (name === 'named' ? ID : name)));
});
