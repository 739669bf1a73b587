import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aScope } from '../../../test/support/cloud-control.ts';
import { type ApiWorld, startApiWorld } from '../../../test/support/managed-world.ts';
import { type Scope, scopeKind } from '../../api/index.ts';
import { recognizeCluster } from './recognition.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld([scopeKind]);
});
afterAll(() => world.stop());

let scope: Scope;
beforeEach(async () => {
  const { spec } = aScope();
  const metadata = { generateName: 'demo-', namespace: 'default' };
  scope = await world.client().create<Scope>(scopeKind, { metadata, spec: { ...spec } });
});

/** Looks at a cluster that is the control plane as well, of a Scope as it is known. */
function recognize(known: Scope | undefined): Promise<string | undefined> {
  const kube = world.client();
  return recognizeCluster({
    there: kube,
    controlPlane: kube,
    servedAs: undefined,
    scope: () => known,
    ownerOf: () => undefined,
  });
}

describe('the cluster of a Scope', () => {
  it('is recognized by a uid', async () => {
    await expect(recognize(scope)).resolves.toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    ['is not known', () => undefined],
    ['goes before it is recorded', () => ({ ...scope, metadata: { ...scope.metadata, resourceVersion: '1' } })],
  ])('is not recognized when that Scope %s: what comes in its place has no record', async (_what, known) => {
    if (known() !== undefined) {
      world.api.faults.add({ verb: 'patch', resource: 'scopes', status: 409 });
      await world.client().delete(scopeKind, scope.metadata);
    }
    await expect(recognize(known())).rejects.toThrow('its Scope is not there');
  });
});
