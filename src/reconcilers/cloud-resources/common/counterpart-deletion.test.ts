import { beforeEach, describe, expect, it } from 'vitest';
import { aCondition, anIpRange } from '../../../../test/support/cloud-control.ts';
import { aUserIpRange } from '../../../../test/support/cloud-resources.ts';
import { createUserWorld, type UserWorld } from '../../../../test/support/user-world.ts';
import { type IpRange, ipRangeKind } from '../../../api/cloud-control/v1beta1/ip-range.ts';
import { type UserIpRange, userIpRangeKind } from '../../../api/cloud-resources/v1beta1/ip-range.ts';
import { FINALIZER, LABELS, LEGACY_FINALIZERS, MODULE_LABEL } from '../../../api/names.ts';
import { enter, sequence } from '../../../composed/index.ts';
import { KubeApiError, type ObjectMeta } from '../../../kube/index.ts';
import { deleteFinalizer } from '../../common/finalizer.ts';
import { deleteCounterparts } from './counterpart-deletion.ts';
import { type InScope, loadClusterScope, type UserObjectState } from './user-object.ts';

const ID = 'aaaaaaaa-1111-4111-8111-111111111111';
const OTHER_ID = 'bbbbbbbb-2222-4222-8222-222222222222';

const remove = enter(
  loadClusterScope<UserIpRange, UserObjectState<UserIpRange>>(),
  sequence<InScope<UserIpRange>>('delete', deleteCounterparts(ipRangeKind), deleteFinalizer()),
);

let world: UserWorld;
beforeEach(() => {
  world = createUserWorld();
});

function make(name = ID, metadata: Partial<ObjectMeta> = {}, status?: IpRange['status']): void {
  const labels = { [LABELS.module]: MODULE_LABEL };
  world.controlPlane.put(
    anIpRange({
      metadata: { name, labels, finalizers: [FINALIZER], ...metadata },
      spec: { remoteRef: { namespace: '', name: 'default' } },
      ...(status !== undefined && { status }),
    }),
  );
}

/** The user deletes the object. */
function deleted(id: string | undefined = ID, finalizers: readonly string[] = [FINALIZER]): void {
  const metadata = { finalizers, deletionTimestamp: '2026-01-01T00:00:00Z' };
  world.user.put(aUserIpRange({ metadata, status: id === undefined ? {} : { id } }));
}

const pass = () => world.pass(world.stateOf(userIpRangeKind, 'default'), remove);
const isGone = () => world.user.find(userIpRangeKind, 'default') === undefined;
const isGoing = (name: string) => world.controlPlane.find(ipRangeKind, name)?.metadata.deletionTimestamp !== undefined;

/** The control plane has taken it down. */
function release(name = ID): void {
  const found = world.controlPlane.find(ipRangeKind, name);
  if (found !== undefined) world.controlPlane.put({ ...found, metadata: { ...found.metadata, finalizers: [] } });
}

describe('the deletion of an object of a user', () => {
  it('deletes what stands for it, waits until that is gone, and lets the object go', async () => {
    make();
    deleted();
    const { stop, state } = await pass();
    expect(stop.kind).toBe('stopAndForget');
    expect(state.finding).toMatchObject({ state: 'Deleting', message: 'What stands for it in AWS is being deleted.' });
    expect(isGoing(ID)).toBe(true);
    expect(isGone()).toBe(false);
    await pass();
    expect(world.controlPlane.writes).toEqual([`delete IpRange ${ID}`]);
    release();
    await pass();
    expect(isGone()).toBe(true);
  });

  it('takes finalizers of earlier releases too', async () => {
    deleted(ID, [...LEGACY_FINALIZERS, FINALIZER]);
    await pass();
    expect(isGone()).toBe(true);
  });

  it('deletes all that was made for it', async () => {
    make();
    make(OTHER_ID);
    deleted();
    await pass();
    expect([isGoing(ID), isGoing(OTHER_ID)]).toEqual([true, true]);
    release();
    await pass();
    expect(isGone()).toBe(false);
    release(OTHER_ID);
    await pass();
    expect(isGone()).toBe(true);
  });

  it('asks the API server before it lets go: the cache may not know what was made', async () => {
    make();
    deleted();
    world.controlPlane.hide(ipRangeKind, ID);
    await pass();
    expect(isGoing(ID)).toBe(true);
    expect(isGone()).toBe(false);
  });

  it('leaves alone what its id names and was made for another one', async () => {
    world.controlPlane.put(
      anIpRange({ metadata: { name: ID }, spec: { remoteRef: { namespace: '', name: 'another' } } }),
    );
    deleted();
    await pass();
    expect(isGoing(ID)).toBe(false);
    expect(isGone()).toBe(true);
  });

  it('tells what the control plane waits for, and what is in its way', async () => {
    const ready = (message: string) => aCondition({ status: 'False', reason: 'Deleting', message });
    const going = { deletionTimestamp: '2026-01-01T00:00:00Z', generation: 2 };
    make(ID, going, { observedGeneration: 2, conditions: [ready(`IpRange kcp-system/${ID} waits`)] });
    deleted();
    expect((await pass()).state.finding).toMatchObject({ state: 'Deleting', message: 'IpRange default waits' });
    const message = 'UnauthorizedOperation: ec2:DeleteSubnet';
    const error = aCondition({ type: 'Error', reason: 'CloudProviderError', message });
    make(ID, going, { observedGeneration: 2, conditions: [ready('waits'), error] });
    expect((await pass()).state.finding).toMatchObject({ state: 'Error', reason: 'CloudProviderError', message });
  });

  it('says nothing of troubles from before the deletion', async () => {
    const error = aCondition({ type: 'Error', reason: 'CloudProviderError', message: 'old' });
    make(ID, {}, { observedGeneration: 1, conditions: [error] });
    deleted();
    expect((await pass()).state.finding?.state).toBe('Deleting');
    make(
      ID,
      { deletionTimestamp: '2026-01-01T00:00:00Z', generation: 2 },
      { observedGeneration: 1, conditions: [error] },
    );
    expect((await pass()).state.finding?.state).toBe('Deleting');
  });

  it('goes on when the control plane refuses it no longer', async () => {
    make();
    deleted();
    const at = { verb: 'delete', resource: 'ipranges', cluster: 'kcp', namespace: 'kcp-system', name: ID };
    world.controlPlane.failNextWrite(new KubeApiError({ code: 403, reason: 'Forbidden', ...at }));
    const { stop, state } = await pass();
    expect(stop.kind).toBe('stopWithRequeueDelay');
    expect(state.finding).toMatchObject({ state: 'Error', reason: 'SubmissionFailed' });
    await pass();
    expect(isGoing(ID)).toBe(true);
  });
});

describe('without a Scope', () => {
  beforeEach(() => {
    world.scope = undefined;
  });

  it('an object is told so, and gets no finalizer', async () => {
    world.user.put(aUserIpRange());
    const { stop, state } = await pass();
    expect(stop.kind).toBe('stopAndForget');
    expect(state.finding).toMatchObject({ state: 'Processing', reason: 'MissingScope' });
    expect(world.user.writes).toEqual([]);
  });

  it.each([undefined, ID])('an object for which nothing was made goes when it is deleted (id: %s)', async (id) => {
    deleted(id);
    expect((await pass()).stop.kind).toBe('stopAndForget');
    expect(isGone()).toBe(true);
  });

  it('an object stays for which something was made', async () => {
    make();
    world.controlPlane.hide(ipRangeKind, ID);
    deleted();
    expect((await pass()).state.finding?.reason).toBe('MissingScope');
    expect(isGone()).toBe(false);
    expect(isGoing(ID)).toBe(false);
  });
});
