import { afterEach, beforeEach, expect, it } from 'vitest';
import { aCall } from '../../test/support/pass.ts';
import { RestorableKube, type Restoration } from '../../test/support/restorable-kube.ts';
import { until } from '../../test/support/virtual-time.ts';
import {
  clusterConfigFromText,
  createKubeClient,
  type KubeClient,
  KubeConnection,
  type KubeSecret,
  mergePatch,
  secretKind,
} from '../kube/index.ts';
import { systemClock } from '../util/clock.ts';
import { silentLogger } from '../util/log.ts';
import { Activity } from './activity.ts';
import { Informer } from './informer.ts';

/* An informer on a real wire, under whose server the etcd is restored to what it was some writes ago. */

let server: RestorableKube;
let connection: KubeConnection;
let client: KubeClient;
let activity: Activity;
let informer: Informer<KubeSecret>;
let end: () => Promise<void>;

beforeEach(async () => {
  server = await RestorableKube.start({ clock: systemClock, log: silentLogger });
  connection = new KubeConnection(clusterConfigFromText(server.api.kubeconfig));
  activity = new Activity();
  const deps = { connection, clock: systemClock, log: silentLogger, activity, random: () => 0 };
  informer = new Informer(secretKind, { ...deps, onList: () => {}, onFollowing: () => {} });
  client = createKubeClient(connection, aCall({ clock: systemClock }), (_kind, object) => informer.absorb(object));
  const ending = new AbortController();
  const done = informer.run(ending.signal);
  end = async () => {
    ending.abort(new Error('the end'));
    await done;
  };
});

afterEach(async () => {
  await end();
  connection.close();
  await server.stop();
});

const keyOf = (name: string) => ({ namespace: 'default', name });
const shown = (): readonly string[] =>
  informer
    .list('default')
    .map(({ metadata, data }) => `${metadata.name} ${data?.['value']}`)
    .toSorted();

it.each<Restoration>(['set back', 'put forward'])(
  'knows what there was at the time of the backup, whose revisions are %s, and rests',
  async (how) => {
    for (const name of ['changed', 'deleted']) {
      await client.create(secretKind, { metadata: keyOf(name), data: { value: 'b2xk' } });
    }
    await server.backUp();
    await client.list(secretKind);
    await client.patch(secretKind, keyOf('changed'), mergePatch({ data: { value: 'bmV3' } }));
    await client.delete(secretKind, keyOf('deleted'));
    await client.create(secretKind, { metadata: keyOf('made'), data: { value: 'bmV3' } });
    await until('all of that is known', () => shown().join() === 'changed bmV3,made bmV3');
    await server.restore(how);
    await until('it is known as it was', () => shown().join() === 'changed b2xk,deleted b2xk');
    await activity.whenIdle(AbortSignal.timeout(60_000));
    expect(shown()).toEqual(['changed b2xk', 'deleted b2xk']);
  },
);
