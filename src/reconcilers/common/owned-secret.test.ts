import { describe, expect, it } from 'vitest';
import { createMemoryCluster } from '../../../test/support/memory-cluster.ts';
import { aPass } from '../../../test/support/pass.ts';
import { aRedisInstance } from '../../../test/support/redis-objects.ts';
import { redisInstanceKind } from '../../api/index.ts';
import { type KubeSecret, secretKind } from '../../kube/index.ts';
import { createContests } from './contest.ts';
import {
  type AskedSecret,
  deleteOwnedSecret,
  encoded,
  ensureOwnedSecret,
  ForeignSecretError,
  isAsAsked,
  PUBLISHED_LABELS,
  type SecretContent,
} from './owned-secret.ts';

const owner = aRedisInstance();
const pass = aPass();

/** What is ours of a Secret in these tests: what begins with `our`, and the label by which it is watched. */
function ourPart({ labels, annotations, data }: SecretContent): SecretContent {
  const only = (texts: object) =>
    Object.fromEntries(Object.entries(texts).filter(([key]) => key.startsWith('our') || key in PUBLISHED_LABELS));
  return { labels: only(labels), annotations: only(annotations), data: only(data) };
}

function asked(data: Readonly<Record<string, string>> = { ourHost: 'a' }): AskedSecret {
  const content = { labels: PUBLISHED_LABELS, annotations: { ours: 'yes' }, data: encoded(data) };
  return { name: 'one', content, ownedOf: ourPart };
}

function aSecret(metadata: object = {}, data: Readonly<Record<string, string>> = { ourHost: 'a' }): KubeSecret {
  const ownerReferences = [
    { apiVersion: 'x/v1', kind: 'RedisInstance', name: 'demo', uid: owner.metadata.uid },
  ] as const;
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: 'one',
      namespace: 'kcp-system',
      uid: 'uid-secret',
      resourceVersion: '1',
      labels: PUBLISHED_LABELS,
      annotations: { ours: 'yes' },
      ownerReferences,
      ...metadata,
    },
    data: encoded(data),
  };
}

const foreign = aSecret({ ownerReferences: [], labels: undefined }, { mine: 'mine' });

function aWorld(stored?: KubeSecret, { isCached = true } = {}) {
  const cluster = createMemoryCluster({});
  if (stored !== undefined) cluster.put(stored);
  if (!isCached) cluster.hide(secretKind, 'one');
  const told: string[] = [];
  const contests = createContests();
  const announce = ({ reason, message }: { reason: string; message: string }) =>
    void told.push(`${reason}: ${message}`);
  const deps = { ownerKind: redisInstanceKind, cluster, contests, announce };
  return { cluster, contests, told, deps, stored: () => cluster.find(secretKind, 'one') };
}

describe('a Secret that belongs to an object', () => {
  it('is created with all that is asked, and owned by the object', async () => {
    const { deps, told, stored } = aWorld();
    await ensureOwnedSecret(owner, asked(), deps, pass);
    expect(stored()).toMatchObject({
      type: 'Opaque',
      metadata: {
        labels: PUBLISHED_LABELS,
        annotations: { ours: 'yes' },
        ownerReferences: [
          {
            apiVersion: 'cloud-control.kyma-project.io/v1beta1',
            kind: 'RedisInstance',
            name: 'demo',
            uid: owner.metadata.uid,
            controller: true,
            blockOwnerDeletion: false,
          },
        ],
      },
      data: encoded({ ourHost: 'a' }),
    });
    expect(told).toEqual(['SecretPublished: Secret kcp-system/one says how to connect']);
    expect(isAsAsked(stored(), owner, asked())).toBe(true);
  });

  it('is not written when it is as asked', async () => {
    const { cluster, deps } = aWorld(aSecret());
    await ensureOwnedSecret(owner, asked(), deps, pass);
    expect(cluster.writes).toEqual([]);
  });

  it('is corrected in what is ours, and keeps what others have added', async () => {
    const theirs = { labels: { team: 'a' }, annotations: { ours: 'no', note: 'x' } };
    const { cluster, deps, told, stored } = aWorld(aSecret(theirs, { ourHost: 'b', ourOld: 'c', theirs: 'd' }));
    await ensureOwnedSecret(owner, asked({ ourHost: 'a', ourNew: 'e' }), deps, pass);
    expect(stored()?.metadata).toMatchObject({
      labels: { team: 'a', ...PUBLISHED_LABELS },
      annotations: { ours: 'yes', note: 'x' },
    });
    expect(stored()?.data).toEqual(encoded({ ourHost: 'a', ourNew: 'e', theirs: 'd' }));
    expect(cluster.writes).toHaveLength(1);
    expect(told).toEqual([
      'SecretUpdated: Secret kcp-system/one is brought up to date: ourHost, ourNew, ourOld changed',
    ]);
  });

  it('is corrected by what differs alone: what others add meanwhile is not in the way', async () => {
    const { cluster, deps } = aWorld(aSecret({ labels: { ...PUBLISHED_LABELS, team: 'a' } }, { ourHost: 'b' }));
    await ensureOwnedSecret(owner, asked(), deps, pass);
    expect(cluster.writes).toEqual([`merge one ${JSON.stringify({ metadata: {}, data: encoded({ ourHost: 'a' }) })}`]);
  });

  it('tells nothing of an Event when labels alone are put right', async () => {
    const { deps, told, stored } = aWorld(aSecret({ labels: {} }));
    await ensureOwnedSecret(owner, asked(), deps, pass);
    expect(isAsAsked(stored(), owner, asked())).toBe(true);
    expect(told).toEqual([]);
  });

  it('is made anew when it is wrong and immutable', async () => {
    const { cluster, deps, stored } = aWorld({ ...aSecret({}, { ourHost: 'b' }), immutable: true });
    await ensureOwnedSecret(owner, asked(), deps, pass);
    expect(cluster.writes).toEqual(['delete Secret one', 'create Secret one']);
    expect(stored()?.immutable).toBeUndefined();
    expect(isAsAsked(stored(), owner, asked())).toBe(true);
  });

  it('stays immutable where that is right, and its labels are still put right', async () => {
    const { cluster, deps, stored } = aWorld({ ...aSecret({ labels: {} }), immutable: true });
    await ensureOwnedSecret(owner, asked(), deps, pass);
    expect(cluster.writes).toHaveLength(1);
    expect(stored()).toMatchObject({ immutable: true, metadata: { uid: 'uid-secret', labels: PUBLISHED_LABELS } });
  });

  it('is found where the cache does not show it: without its label it is not followed', async () => {
    const { cluster, deps, stored } = aWorld(aSecret({ labels: { team: 'a' } }), { isCached: false });
    await ensureOwnedSecret(owner, asked(), deps, pass);
    expect(cluster.writes).toHaveLength(2);
    expect(stored()?.metadata.labels).toEqual({ team: 'a', ...PUBLISHED_LABELS });
  });

  it.each([true, false])('is never taken over from somebody else (cached: %s)', async (isCached) => {
    const { cluster, deps, stored } = aWorld(foreign, { isCached });
    await expect(ensureOwnedSecret(owner, asked(), deps, pass)).rejects.toThrow(ForeignSecretError);
    await deleteOwnedSecret(owner, 'one', deps, pass);
    expect(stored()).toEqual(foreign);
    expect(cluster.writes.filter((write) => !write.startsWith('create'))).toEqual([]);
  });

  it('is not that of an object that had the same name before', async () => {
    const { deps } = aWorld(aSecret());
    const successor = { ...owner, metadata: { ...owner.metadata, uid: 'uid-of-the-next' } };
    await expect(ensureOwnedSecret(successor, asked(), deps, pass)).rejects.toThrow(
      'Secret kcp-system/one exists and does not belong to this object; it is left as it is',
    );
  });

  it('goes, and what others did to it is forgotten', async () => {
    const { contests, deps, stored } = aWorld(aSecret({}, { ourHost: 'b' }));
    for (const host of ['c', 'd', 'e', 'f']) {
      await ensureOwnedSecret(owner, asked({ ourHost: host }), deps, pass);
      deps.cluster.put(aSecret({}, { ourHost: 'theirs' }));
    }
    expect(contests.restMs(owner.metadata.uid, 0)).toBe(60_000);
    await deleteOwnedSecret(owner, 'one', deps, pass);
    expect(stored()).toBeUndefined();
    expect(contests.restMs(owner.metadata.uid, 0)).toBe(0);
  });
});

describe('a contest', () => {
  it('is not what others do beside what is ours', async () => {
    const { contests, deps } = aWorld();
    for (const host of ['a', 'b', 'c', 'd', 'e']) {
      await ensureOwnedSecret(owner, asked({ ourHost: host }), deps, pass);
      deps.cluster.put(aSecret({ resourceVersion: host, annotations: { ours: 'yes', note: host } }, { ourHost: host }));
    }
    expect(contests.restMs(owner.metadata.uid, 0)).toBe(0);
  });

  it('is that somebody takes the Secret away again and again', async () => {
    const { cluster, contests, deps } = aWorld();
    for (let time = 0; time < 4; time++) {
      await ensureOwnedSecret(owner, asked(), deps, pass);
      cluster.remove(secretKind, 'one');
    }
    expect(contests.restMs(owner.metadata.uid, 0)).toBe(60_000);
  });
});
