import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aScope } from '../../../test/support/cloud-control.ts';
import { type ApiWorld, startApiWorld } from '../../../test/support/managed-world.ts';
import { type Scope, scopeKind } from '../../api/index.ts';
import { ANNOTATIONS } from '../../api/names.ts';
import type { KubeClient } from '../../kube/index.ts';
import { type RecognitionDeps, recognizeCluster } from './recognition.ts';

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
function recognize(known: Scope | undefined, deps: Partial<RecognitionDeps> = {}): Promise<string | undefined> {
  const kube = world.client();
  return recognizeCluster({
    there: kube,
    controlPlane: kube,
    servedAs: undefined,
    scope: () => known,
    ownerOf: () => undefined,
    ...deps,
  });
}

describe('the cluster of a Scope', () => {
  it('is recognized by a uid', async () => {
    await expect(recognize(scope)).resolves.toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is not its own when an older one is recorded while it is: its record is taken back', async () => {
    const records: (string | undefined)[] = [];
    const kube = world.client();
    const patch: KubeClient['patch'] = async (...args) => {
      const answer = await kube.patch(...args);
      records.push(answer.metadata.annotations?.[ANNOTATIONS.clusterUid]);
      return answer;
    };
    const ownerOf = (): string | undefined => (records.length > 0 ? 'older' : undefined);
    const recognition = recognize(scope, { controlPlane: { ...kube, patch }, ownerOf });
    await expect(recognition).rejects.toThrow('it is the cluster of the Scope older');
    expect(records).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), undefined]);
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
