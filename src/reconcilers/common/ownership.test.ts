import { describe, expect, it } from 'vitest';
import { anIpRange } from '../../../test/support/cloud-control.ts';
import { aFakeCluster } from '../../../test/support/fake-cluster.ts';
import { aPass } from '../../../test/support/pass.ts';
import { ipRangeKind } from '../../api/cloud-control/v1beta1/ip-range.ts';
import { FINALIZER, LEGACY_FINALIZERS } from '../../api/names.ts';
import { runPipeline } from '../../composed/index.ts';
import { deleteFinalizer, ensureFinalizer } from './finalizer.ts';
import { createObjectState } from './object-state.ts';
import { isOwnedBy, isOwnedByOther, ownershipTags, TAG_KEYS } from './tags.ts';
import { missingTexts } from '../../util/missing-texts.ts';

describe('tags', () => {
  const owner = anIpRange();

  it('say whose a resource is', () => {
    expect(ownershipTags(owner)).toEqual({
      'cloud-manager.kyma-project.io/name': 'kcp-system/range',
      'cloud-manager.kyma-project.io/remote-name': 'default--range',
      'cloud-manager.kyma-project.io/scope': 'demo',
    });
  });

  it.each([
    { tags: ownershipTags(owner), owned: true, reason: 'its own' },
    { tags: { ...ownershipTags(owner), extra: 'x' }, owned: true, reason: 'others may add tags' },
    { tags: {}, owned: false, reason: 'no tags' },
    { tags: ownershipTags(anIpRange({ metadata: { name: 'other' } })), owned: false, reason: 'of another object' },
    { tags: ownershipTags(anIpRange({ spec: { scope: { name: 'x' } } })), owned: false, reason: 'of another scope' },
    { tags: { [TAG_KEYS.ipRange]: '1' }, owned: false, reason: 'the kind alone proves nothing' },
  ])('prove ownership ($owned): $reason', ({ tags, owned }) => {
    expect(isOwnedBy(tags, owner)).toBe(owned);
  });

  it('of an object outside of a Scope name its Subscription', () => {
    const network = { metadata: { name: 'range', namespace: 'kcp-system' }, spec: { subscription: 'demo' } };
    expect(ownershipTags(network)).toEqual({
      'cloud-manager.kyma-project.io/name': 'kcp-system/range',
      'cloud-manager.kyma-project.io/subscription': 'demo',
    });
    expect(isOwnedBy(ownershipTags(network), network)).toBe(true);
    // An IpRange of the same name, in a Scope of the same name.
    expect(isOwnedBy(ownershipTags(owner), network)).toBe(false);
    expect(isOwnedBy(ownershipTags(network), owner)).toBe(false);
  });

  it("say whether a resource is somebody else's", () => {
    const other = ownershipTags(anIpRange({ metadata: { name: 'other' } }));
    expect(
      [other, ownershipTags(owner), { [TAG_KEYS.awsName]: 'x' }].map((tags) => isOwnedByOther(tags, owner)),
    ).toEqual([true, false, false]);
  });

  it('that are missing or changed are found', () => {
    expect(missingTexts({ a: '1', b: '2', c: '3' }, { a: '1', b: 'x', d: '4' })).toEqual({ b: '2', c: '3' });
  });
});

describe('the finalizer', () => {
  const stateOf = (...finalizers: string[]) =>
    createObjectState(ipRangeKind, anIpRange({ metadata: { finalizers } }), aFakeCluster());

  it('is added once, and the pass goes on with the newer object', async () => {
    const state = stateOf('other/finalizer');
    await runPipeline(ensureFinalizer(), state, aPass());
    await runPipeline(ensureFinalizer(), state, aPass());
    expect(state.object.metadata.finalizers).toEqual(['other/finalizer', FINALIZER]);
    expect(state.cluster).toMatchObject({ writes: [`addFinalizer ${FINALIZER}`] });
  });

  it('goes together with those of earlier releases, and with no other', async () => {
    const state = stateOf(FINALIZER, 'other/finalizer', LEGACY_FINALIZERS[0]);
    await runPipeline(deleteFinalizer(), state, aPass());
    expect(state.cluster).toMatchObject({ writes: [`removeFinalizers ${FINALIZER} ${LEGACY_FINALIZERS[0]}`] });
  });

  it('that is not there is not removed', async () => {
    const state = stateOf('other/finalizer');
    await runPipeline(deleteFinalizer(), state, aPass());
    expect(state.cluster).toMatchObject({ writes: [] });
  });
});
