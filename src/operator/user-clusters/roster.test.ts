import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ApiWorld } from '../../../test/support/managed-world.ts';
import {
  kubeconfigOf,
  RosterWorld,
  type RosterServers,
  startRosterServers,
} from '../../../test/support/roster-world.ts';
import { Passage } from '../../../test/support/passage.ts';
import { startTlsServer } from '../../../test/support/tls-server.ts';
import { turns, until } from '../../../test/support/virtual-time.ts';
import { type CloudResources, cloudResourcesKind } from '../../api/index.ts';
import { crdKind, type KubeObject, namespaceKind } from '../../kube/index.ts';
import { unlimitedAuthority } from '../../util/call.ts';
import { createInstaller } from '../../reconcilers/cloud-resources/cloud-resources/installer.ts';
import type { BaseInstaller } from './user-cluster.ts';

const TOKEN = 'a-token-that-nobody-may-see';

let servers: RosterServers;
let demo: ApiWorld;
let other: ApiWorld;
beforeAll(async () => {
  servers = await startRosterServers(2);
  [demo, other] = servers.users as [ApiWorld, ApiWorld];
});
afterAll(() => Promise.all([servers.controlPlane, ...servers.users].map((world) => world.stop())));

let world: RosterWorld;
const cleanUps: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  await world.stop();
  // oxlint-disable-next-line vitest/no-standalone-expect -- every test is to leave no timer behind
  expect(world.clock.pending).toBe(0);
  for (const { api } of servers.users) {
    api.faults.clear();
    await api.start();
  }
  const { items } = await demo.client().list<KubeObject>(crdKind);
  for (const { metadata } of items) await demo.client().delete(crdKind, metadata);
});

/** A roster of a control plane in which these clusters are known. */
async function aRoster(
  clusters: Readonly<Record<string, string>> = {},
  installer?: BaseInstaller,
): Promise<RosterWorld> {
  world = new RosterWorld(servers, installer);
  for (const [scope, kubeconfig] of Object.entries(clusters)) {
    await world.createScope(scope);
    await world.setKubeconfig(scope, kubeconfig);
  }
  await world.start();
  return world;
}

const lists = (): number => world.reports.filter(({ verb, code }) => verb === 'list' && code === 200).length;

function activate(api: ApiWorld, name = 'default'): Promise<CloudResources> {
  return api
    .client()
    .create<CloudResources>(cloudResourcesKind, { metadata: { name, namespace: 'default' }, spec: {} });
}

/** An API server by another address. */
async function anotherWayTo({ api }: ApiWorld) {
  const passage = await Passage.to(Number(new URL(api.url).port));
  cleanUps.push(() => passage.close());
  return { url: `https://127.0.0.1:${passage.port}`, caPem: api.caPem, token: api.token };
}

describe('a cluster of a user', () => {
  it('is served when it has a Scope and a kubeconfig: what it needs is installed, its objects are worked on', async () => {
    await aRoster({ demo: kubeconfigOf(demo) });
    expect(world.states()).toEqual({ demo: 'connected' });
    const { metadata } = await activate(demo);
    await world.manager.whenObserved(
      'kcp-system/demo',
      cloudResourcesKind,
      metadata.resourceVersion,
      AbortSignal.timeout(10_000),
    );
    await world.settle();
    expect(world.passes).toEqual(['kcp-system/demo/default']);
    expect(world.roster.scopeOf('kcp-system/demo')?.metadata.name).toBe('demo');
    expect(world.roster.clusterOf({ namespace: 'kcp-system', name: 'demo' })).toBe('kcp-system/demo');
    expect([world.events, world.troubles]).toEqual([[], []]);
  });

  it('is none while one of both is missing, and is served as soon as it has come', async () => {
    await aRoster({ b: kubeconfigOf(other) });
    await world.createScope('a');
    await world.setKubeconfig('c', kubeconfigOf(demo));
    await world.settle();
    expect(world.states()).toEqual({ b: 'connected' });
    expect(world.roster.clusterOf({ namespace: 'kcp-system', name: 'a' })).toBeUndefined();
    await world.setKubeconfig('a', kubeconfigOf(demo));
    await world.settle();
    expect(world.states()).toEqual({ a: 'connected', b: 'connected' });
  });

  it('is let go when its kubeconfig goes, and other clusters stay', async () => {
    await aRoster({ demo: kubeconfigOf(demo), other: kubeconfigOf(other) });
    await world.removeKubeconfig('demo');
    await world.settle();
    expect(world.states()).toEqual({ other: 'connected' });
    expect(() => world.manager.cluster('kcp-system/demo')).toThrow('not under management');
    expect(world.roster.clusterOf({ namespace: 'kcp-system', name: 'demo' })).toBeUndefined();
  });

  it('stays while its Scope is being deleted, so that what is in it can be taken down, and goes with it', async () => {
    await aRoster();
    await world.createScope('demo', ['example.com/held']);
    await world.setKubeconfig('demo', kubeconfigOf(demo));
    await world.deleteScope('demo');
    await world.settle();
    expect(world.states()).toEqual({ demo: 'connected' });
    await world.releaseScope('demo');
    await world.settle();
    expect(world.states()).toEqual({});
  });

  it('is looked at with no other in one turn of the event loop: a lease that was gained for all of them has to be renewed', async () => {
    await aRoster();
    world.authorityOf = () => undefined;
    const scopes = ['a', 'b', 'c'];
    for (const scope of scopes) {
      await world.createScope(scope);
      await world.setKubeconfig(scope, 'broken');
    }
    await world.settle();
    world.authorityOf = () => unlimitedAuthority;
    world.roster.review();
    const seen = new Set<number>();
    await until('all are refused', () => seen.add(world.roster.standings.size).has(scopes.length));
    expect(seen).toEqual(new Set([0, 1, 2, 3]));
    expect(world.states()).toEqual({ a: 'refused', b: 'refused', c: 'refused' });
    await world.settle();
  });

  it('is known in metrics by no name of its own', async () => {
    await aRoster({ demo: kubeconfigOf(demo) });
    const text = await world.manager.metrics.registry.metrics();
    expect(text).toContain('cluster="user",resource="cloudresources.cloud-resources.kyma-project.io"');
    expect(text).not.toContain('kcp-system/demo');
  });
});

describe('a new kubeconfig', () => {
  it('with other credentials is taken up without a break: nothing is listed anew', async () => {
    await aRoster({ demo: kubeconfigOf(demo) });
    const listed = lists();
    const renewed = JSON.parse(kubeconfigOf(demo)) as object;
    await world.setKubeconfig('demo', JSON.stringify({ ...renewed, preferences: {} }));
    await world.settle();
    demo.api.closeWatches();
    const { metadata } = await activate(demo, 'renewed');
    await world.manager.whenObserved(
      'kcp-system/demo',
      cloudResourcesKind,
      metadata.resourceVersion,
      AbortSignal.timeout(10_000),
    );
    expect([world.states(), lists()]).toEqual([{ demo: 'connected' }, listed]);
  });

  it('of another server of it is another connection', async () => {
    await aRoster({ demo: kubeconfigOf(demo) });
    const listed = lists();
    await world.setKubeconfig('demo', kubeconfigOf({ api: await anotherWayTo(demo) }));
    await world.settle();
    expect([world.states(), lists()]).toEqual([{ demo: 'connected' }, listed + 1]);
  });
});

describe('a kubeconfig that is refused', () => {
  it('is told once, by its Scope and in the log, and nothing is asked of anybody, until it is mended', async () => {
    const bad = kubeconfigOf(demo, { token: TOKEN, exec: { command: 'x' } });
    await aRoster({ demo: bad, other: kubeconfigOf(other) });
    expect(world.states()).toEqual({ demo: 'refused', other: 'connected' });
    const problem = 'Secret kcp-system/kubeconfig-demo: users[0].user.exec: programs are not run';
    expect(world.problemOf('demo')).toContain(problem);
    const told = {
      type: 'Warning',
      reason: 'ClusterRefused',
      scope: 'demo',
      message: expect.stringContaining(problem),
    };
    expect([world.events, world.troubles.length]).toEqual([[told], 1]);
    await world.advance(3_600_000);
    expect(world.events).toHaveLength(1);
    await world.setKubeconfig('demo', kubeconfigOf(demo));
    await world.settle();
    expect(world.states()).toEqual({ demo: 'connected', other: 'connected' });
    expect(world.events[1]).toMatchObject({ type: 'Normal', reason: 'ClusterConnected', scope: 'demo' });
  });

  it('is one that stands in another key of its Secret', async () => {
    await aRoster();
    await world.createScope('demo');
    await world.setKubeconfig('demo', kubeconfigOf(demo), 'kubeconfig');
    await world.settle();
    expect(world.problemOf('demo')).toBe(
      'Secret kcp-system/kubeconfig-demo: data.config: is missing; the kubeconfig has to be in this key',
    );
    await world.setKubeconfig('demo', kubeconfigOf(demo));
    await world.settle();
    expect(world.states()).toEqual({ demo: 'connected' });
  });
});

describe('a cluster that is away', () => {
  const isAway = (): boolean => world.states()['demo'] === 'unreachable';

  it('at the start holds up no other, is told once, and is served when it comes', async () => {
    await demo.api.stop();
    await aRoster({ demo: kubeconfigOf(demo), other: kubeconfigOf(other) });
    await until('it is known to be away', isAway);
    expect(world.states()).toEqual({ demo: 'unreachable', other: 'connected' });
    expect(world.events).toEqual([
      {
        type: 'Warning',
        reason: 'ClusterUnreachable',
        scope: 'demo',
        message: 'The cluster is not served: cannot connect (ECONNREFUSED)',
      },
    ]);
    await demo.api.start();
    await until('it is served', () => world.states()['demo'] === 'connected');
    expect(world.events.map(({ reason }) => reason)).toEqual(['ClusterUnreachable', 'ClusterConnected']);
    expect(world.troubles).toHaveLength(1);
  });

  it('later is followed on when it is back, without a new list', async () => {
    await aRoster({ demo: kubeconfigOf(demo) });
    const listed = lists();
    await demo.api.stop();
    await until('it is known to be away', isAway);
    expect(world.roster.clusterOf({ namespace: 'kcp-system', name: 'demo' })).toBe('kcp-system/demo');
    await demo.api.start();
    await until('it is served again', () => world.states()['demo'] === 'connected');
    expect(lists()).toBe(listed);
  });
});

describe('a cluster that refuses', () => {
  it('the credentials is told so, and served with new ones', async () => {
    await aRoster({ demo: kubeconfigOf(demo, { token: TOKEN }) });
    expect(world.states()).toEqual({ demo: 'refused' });
    expect(world.problemOf('demo')).toBe('its API server does not take the credentials (401)');
    await until('it pauses', () => world.clock.nextDueInMs === 1_000);
    await world.setKubeconfig('demo', kubeconfigOf(demo));
    await world.settle();
    expect(world.states()).toEqual({ demo: 'connected' });
  });

  it('one token after the other is told so once', async () => {
    await aRoster({ demo: kubeconfigOf(demo) });
    for (const token of ['wrong', 'wrong-too', 'as-wrong']) {
      await world.setKubeconfig('demo', kubeconfigOf(demo, { token }));
      await until('it is refused', () => world.states()['demo'] === 'refused');
      await world.settle();
    }
    expect(world.events.map(({ reason }) => reason)).toEqual(['ClusterRefused']);
    await world.setKubeconfig('demo', kubeconfigOf(demo));
    await until('it is served', () => world.states()['demo'] === 'connected');
    expect(world.events.map(({ reason }) => reason)).toEqual(['ClusterRefused', 'ClusterConnected']);
  });

  it('to have installed what it needs is asked again, ever later', async () => {
    demo.api.faults.add({ verb: 'patch', resource: 'customresourcedefinitions', status: 403, count: 3 });
    await aRoster({ demo: kubeconfigOf(demo) });
    const what = 'patch customresourcedefinitions.apiextensions.k8s.io';
    expect(world.problemOf('demo')).toBe(`its API server does not permit or accept ${what} (403)`);
    for (const pauseMs of [1_000, 2_000]) {
      await until('it pauses', () => world.clock.nextDueInMs === pauseMs);
      await world.advance(pauseMs);
      expect(world.states()).toEqual({ demo: 'refused' });
    }
    await until('it pauses', () => world.clock.nextDueInMs === 4_000);
    await world.advance(4_000);
    await until('it is served', () => world.states()['demo'] === 'connected');
    expect(world.events.map(({ reason }) => reason)).toEqual(['ClusterRefused', 'ClusterConnected']);
  });

  /** A kubeconfig of a server that refuses all, and repeats in each answer what it was sent. */
  async function anEcho(): Promise<string> {
    const echo = await startTlsServer({
      onRequest: ({ headers, url }, response) => {
        const { authorization } = headers;
        const refusal =
          url === '/api/v1/namespaces/kube-system'
            ? { code: 404, reason: 'NotFound' }
            : { code: 403, reason: authorization };
        response.statusCode = refusal.code;
        response.end(JSON.stringify({ kind: 'Status', ...refusal, message: authorization }));
      },
    });
    cleanUps.push(() => echo.close());
    const { server, certificateAuthority } = echo.config;
    const caPem = certificateAuthority !== undefined && 'text' in certificateAuthority ? certificateAuthority.text : '';
    return kubeconfigOf({ api: { url: server.origin, caPem, token: TOKEN } });
  }

  it('and repeats what it was sent has nothing of it shown', async () => {
    await aRoster({ demo: await anEcho() });
    expect(world.states()).toEqual({ demo: 'refused' });
    expect(JSON.stringify([world.events, world.troubles, world.problemOf('demo')])).not.toContain(TOKEN);
  });

  it('and repeats it where the log has the words of a server has all but that shown', async () => {
    await aRoster({ demo: await anEcho() }, { applyBase: () => Promise.resolve() });
    const repeated = (): boolean => world.troubles.some((trouble) => trouble.includes('Bearer [credentials]'));
    await until('the log says why its objects cannot be listed', repeated);
    expect(world.states()).toEqual({ demo: 'refused' });
    expect(JSON.stringify([world.events, world.troubles, world.problemOf('demo')])).not.toContain(TOKEN);
  });

  it('all that it is asked at once is told by one of it, and is no fault of the program', async () => {
    for (const resource of ['customresourcedefinitions', 'clusterroles']) {
      demo.api.faults.add({ verb: 'get', resource, status: 403, count: 1 });
    }
    await aRoster({ demo: kubeconfigOf(demo) });
    expect(world.problemOf('demo')).toMatch(/^its API server does not permit or accept get .* \(403\)$/);
    expect(world.troubles).toEqual(['The cluster of a user is not served']);
  });
});

describe('which cluster it is', () => {
  const uidOf = async (api: ApiWorld): Promise<string> =>
    (await api.client().get(namespaceKind, { name: 'kube-system' })).metadata.uid;

  it('is recorded with its Scope when it is served first, and only then', async () => {
    await aRoster({ demo: kubeconfigOf(demo) });
    expect(await world.clusterUidOf('demo')).toBe(await uidOf(demo));
    const { metadata } = await world.scope('demo');
    await world.setKubeconfig('demo', kubeconfigOf({ api: await anotherWayTo(demo) }));
    await world.settle();
    expect(world.states()).toEqual({ demo: 'connected' });
    expect((await world.scope('demo')).metadata.resourceVersion).toBe(metadata.resourceVersion);
  });

  it('is recorded also when somebody changes the Scope meanwhile', async () => {
    servers.controlPlane.api.faults.add({ verb: 'patch', resource: 'scopes', status: 409, count: 2 });
    await aRoster({ demo: kubeconfigOf(demo) });
    expect(world.states()).toEqual({ demo: 'connected' });
    expect(await world.clusterUidOf('demo')).toBe(await uidOf(demo));
  });

  it('keeps another one from being served, and from being written to, until the Scope is said to be for it', async () => {
    await aRoster({ demo: kubeconfigOf(demo) });
    const untouched = other.api.resourceVersion();
    await world.setKubeconfig('demo', kubeconfigOf(other));
    await world.settle();
    expect(world.states()).toEqual({ demo: 'refused' });
    expect(world.roster.clusterOf({ namespace: 'kcp-system', name: 'demo' })).toBeUndefined();
    expect(world.problemOf('demo')).toMatch(/^it is another cluster .* cloud-manager.kyma-project.io\/cluster-uid off/);
    expect([await world.clusterUidOf('demo'), other.api.resourceVersion()]).toEqual([await uidOf(demo), untouched]);
    await world.forgetClusterUid('demo');
    await until('it is served', () => world.states()['demo'] === 'connected');
    expect(await world.clusterUidOf('demo')).toBe(await uidOf(other));
    expect(world.events.map(({ reason }) => reason)).toEqual(['ClusterRefused', 'ClusterConnected']);
  });

  it('is served by one Scope, also by another way to it, and by another one when that is gone', async () => {
    await aRoster({ a: kubeconfigOf(demo) });
    await world.createScope('b');
    await world.setKubeconfig('b', kubeconfigOf({ api: await anotherWayTo(demo) }));
    await world.settle();
    expect(world.states()).toEqual({ a: 'connected', b: 'refused' });
    expect(world.problemOf('b')).toMatch(/^it is the cluster of the Scope a, /);
    expect(await world.clusterUidOf('b')).toBeUndefined();
    await world.removeKubeconfig('a');
    await world.settle();
    expect(world.states()).toEqual({ b: 'refused' });
    await world.deleteScope('a');
    await until('the other one has it', () => world.states()['b'] === 'connected');
    expect(await world.clusterUidOf('b')).toBe(await uidOf(demo));
    expect(world.events.map(({ scope, reason }) => `${scope} ${reason}`)).toEqual([
      'b ClusterRefused',
      'b ClusterConnected',
    ]);
  });

  it('is served by one of two that come at once', async () => {
    await aRoster({ a: kubeconfigOf(demo), b: kubeconfigOf({ api: await anotherWayTo(demo) }) });
    await until('one has it', () => Object.values(world.states()).toSorted().join() === 'connected,refused');
    const managed = ['a', 'b'].map((name) => world.roster.clusterOf({ namespace: 'kcp-system', name }));
    expect(managed.filter((name) => name !== undefined)).toHaveLength(1);
  });

  it('is served by the older of two that two replicas have taken on at once', async () => {
    await aRoster();
    world.authorityOf = ({ metadata }) => (metadata.name === 'a' ? undefined : unlimitedAuthority);
    await world.createScope('a');
    await world.createScope('b');
    await world.setKubeconfig('b', kubeconfigOf(demo));
    await world.settle();
    expect(world.states()).toEqual({ b: 'connected' });
    await world.recordClusterUid('a', await uidOf(demo));
    await until('it is another one', () => world.states()['b'] === 'refused');
    expect(world.problemOf('b')).toMatch(/^it is the cluster of the Scope a, /);
    expect(world.roster.clusterOf({ namespace: 'kcp-system', name: 'b' })).toBeUndefined();
    // Else it would be held against the right cluster, when that comes.
    await world.advance(1_000);
    await expect.poll(() => world.clusterUidOf('b')).toBeUndefined();
    await world.setKubeconfig('b', kubeconfigOf(other));
    await until('the right one is served', () => world.states()['b'] === 'connected');
  });

  it('stays with the older one when a younger one is recorded with it, too', async () => {
    await aRoster({ a: kubeconfigOf(demo) });
    const looks = (): number => world.reports.filter(({ resource }) => resource === 'namespaces').length;
    expect(looks()).toBe(1);
    await world.createScope('b');
    await world.recordClusterUid('b', await uidOf(demo));
    await until('it is looked at again', () => looks() === 2);
    await turns();
    expect([world.states(), world.events]).toEqual([{ a: 'connected' }, []]);
  });

  it('is recorded again when that is taken off a Scope by which it is served', async () => {
    await aRoster({ demo: kubeconfigOf(demo) });
    await world.forgetClusterUid('demo');
    await expect.poll(() => world.clusterUidOf('demo')).toBe(await uidOf(demo));
    expect([world.states(), world.events]).toEqual([{ demo: 'connected' }, []]);
  });

  it('stays with the Scope by which it is served when that is taken off it, though another one waits for it', async () => {
    await aRoster({ b: kubeconfigOf(demo) });
    await world.createScope('a');
    await world.setKubeconfig('a', kubeconfigOf(demo));
    await world.settle();
    for (let times = 0; times < 5; times += 1) {
      await world.forgetClusterUid('b');
      await expect.poll(() => world.clusterUidOf('b')).toBe(await uidOf(demo));
      expect(world.states()).toEqual({ a: 'refused', b: 'connected' });
    }
    expect(await world.clusterUidOf('a')).toBeUndefined();
  });

  it('is not served any more when that is taken off its Scope, and another one has it by then', async () => {
    await aRoster({ a: kubeconfigOf(demo) });
    await world.createScope('b');
    await world.recordClusterUid('b', await uidOf(demo));
    await world.forgetClusterUid('a');
    await until('it is that of the other one', () => world.states()['a'] === 'refused');
    expect(world.problemOf('a')).toMatch(/^it is the cluster of the Scope b, /);
    expect(world.roster.clusterOf({ namespace: 'kcp-system', name: 'a' })).toBeUndefined();
  });

  it('is not served any more when it could not be recorded again, and another one has it by then', async () => {
    await aRoster({ a: kubeconfigOf(demo) });
    await world.createScope('b');
    await world.setKubeconfig('b', kubeconfigOf({ api: await anotherWayTo(demo) }));
    await world.settle();
    // The first one is that which takes the record off.
    let patches = 0;
    const refuse = servers.controlPlane.api.faults.intercept(({ verb, resource, name }) => {
      if (verb !== 'patch' || resource !== 'scopes' || name !== 'a') return undefined;
      patches += 1;
      return patches === 1 ? undefined : { status: 403 };
    });
    cleanUps.push(refuse);
    await world.forgetClusterUid('a');
    await until('it is refused', () => world.states()['a'] === 'refused');
    // The other one looks again.
    world.clock.advance(1_000);
    await until('it is that of the other one', () => world.problemOf('a')?.startsWith('it is the cluster of') === true);
    await until('the other one has it', () => world.states()['b'] === 'connected');
    expect(world.roster.clusterOf({ namespace: 'kcp-system', name: 'a' })).toBeUndefined();
  });

  it('is let go for the older Scope also when its server does not say any more which it is', async () => {
    await aRoster({ b: kubeconfigOf(demo) });
    const uid = await uidOf(demo);
    cleanUps.push(
      demo.api.faults.intercept(({ verb, resource }) =>
        verb === 'get' && resource === 'namespaces' ? { status: 403 } : undefined,
      ),
    );
    await world.createScope('a');
    await world.recordClusterUid('a', uid);
    await until('it is told', () => world.states()['b'] === 'refused');
    expect(world.roster.clusterOf({ namespace: 'kcp-system', name: 'b' })).toBeUndefined();
  });

  it('is told once, asked again ever later, and the right one is served when the kubeconfig is mended', async () => {
    await aRoster({ demo: kubeconfigOf(demo) });
    await world.setKubeconfig('demo', kubeconfigOf(other));
    await world.settle();
    for (const pauseMs of [1_000, 2_000]) {
      await until('it pauses', () => world.clock.nextDueInMs === pauseMs);
      await world.advance(pauseMs);
    }
    await until('it pauses', () => world.clock.nextDueInMs === 4_000);
    expect(world.events.map(({ reason }) => reason)).toEqual(['ClusterRefused']);
    await world.setKubeconfig('demo', kubeconfigOf(demo));
    await world.settle();
    expect(world.states()).toEqual({ demo: 'connected' });
  });

  it.each([
    {
      when: 'there are new credentials',
      happen: async () => {
        demo.api.faults.add({ verb: 'get', resource: 'namespaces', status: 404, count: 2 });
        await world.setKubeconfig('demo', kubeconfigOf(demo, { username: null }));
      },
    },
    {
      when: 'its server is back',
      happen: async () => {
        await demo.api.stop();
        await until('it is known to be away', () => world.states()['demo'] === 'unreachable');
        demo.api.faults.add({ verb: 'get', resource: 'namespaces', status: 404, count: 2 });
        await demo.api.start();
      },
    },
  ])('is looked at again when $when: another one behind the same address is let go', async ({ happen }) => {
    await aRoster({ demo: kubeconfigOf(demo) });
    await happen();
    await until('it is refused', () => world.states()['demo'] === 'refused');
    expect(world.problemOf('demo')).toMatch(/^it is another cluster /);
    expect(() => world.manager.cluster('kcp-system/demo')).toThrow('not under management');
    await until('it pauses', () => world.clock.nextDueInMs === 1_000);
    await world.advance(1_000);
    await until('it is served', () => world.states()['demo'] === 'connected');
  });

  it('stays served when it may not be read any more, which is told, and is asked again', async () => {
    await aRoster({ demo: kubeconfigOf(demo) });
    demo.api.faults.add({ verb: 'get', resource: 'namespaces', status: 403, count: 1 });
    await world.setKubeconfig('demo', kubeconfigOf(demo, { username: null }));
    await until('it is told', () => world.states()['demo'] === 'refused');
    expect(world.roster.clusterOf({ namespace: 'kcp-system', name: 'demo' })).toBe('kcp-system/demo');
    await until('it pauses', () => world.clock.nextDueInMs === 1_000);
    await world.advance(1_000);
    await until('it is as before', () => world.states()['demo'] === 'connected');
  });

  it('has to be readable', async () => {
    const untouched = demo.api.resourceVersion();
    demo.api.faults.add({ verb: 'get', resource: 'namespaces', status: 403, count: 1 });
    await aRoster({ demo: kubeconfigOf(demo) });
    expect(world.problemOf('demo')).toBe('its API server does not permit or accept get namespaces (403)');
    expect(demo.api.resourceVersion()).toBe(untouched);
  });

  it('is unknown of a server without that Namespace, which is served unless it was known before', async () => {
    const isMissing = { verb: 'get', resource: 'namespaces', status: 404, count: 1 } as const;
    demo.api.faults.add(isMissing);
    await aRoster({ demo: kubeconfigOf(demo) });
    expect([world.states(), await world.clusterUidOf('demo')]).toEqual([{ demo: 'connected' }, undefined]);
    await world.setKubeconfig('demo', kubeconfigOf({ api: await anotherWayTo(demo) }));
    await world.settle();
    expect(await world.clusterUidOf('demo')).toBe(await uidOf(demo));
    demo.api.faults.add(isMissing);
    await world.setKubeconfig('demo', kubeconfigOf(demo));
    await world.settle();
    expect(world.states()).toEqual({ demo: 'refused' });
  });

  it('that the control plane does not let it record is no fault of the cluster', async () => {
    servers.controlPlane.api.faults.add({ verb: 'patch', resource: 'scopes', status: 403, count: 1 });
    await aRoster({ demo: kubeconfigOf(demo) });
    expect(world.problemOf('demo')).toBe(
      'which cluster it is cannot be recorded with its Scope: patch scopes.cloud-control.kyma-project.io (403)',
    );
    await until('it pauses', () => world.clock.nextDueInMs === 1_000);
    await world.advance(1_000);
    await until('it is served', () => world.states()['demo'] === 'connected');
    expect(world.troubles).toEqual(['The cluster of a user is not served']);
  });
});

describe('with several replicas', () => {
  it('a cluster is served by that whose its Scope is, as long as it is', async () => {
    await aRoster();
    const ending = new AbortController();
    let isOurs = false;
    world.authorityOf = () => (isOurs ? { expiresAtMs: () => Infinity, ended: ending.signal } : undefined);
    await world.createScope('demo');
    await world.setKubeconfig('demo', kubeconfigOf(demo));
    await world.settle();
    expect(world.states()).toEqual({});
    isOurs = true;
    world.roster.review();
    await world.settle();
    expect(world.states()).toEqual({ demo: 'connected' });
    isOurs = false;
    ending.abort(new Error('The lease is lost'));
    await until('it is let go', () => world.roster.standings.size === 0);
    expect(() => world.manager.cluster('kcp-system/demo')).toThrow('not under management');
  });
});

it('does not make more than some clusters ready at once', async () => {
  let [running, most] = [0, 0];
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const installer: BaseInstaller = {
    applyBase: async (client) => {
      running += 1;
      most = Math.max(most, running);
      await gate;
      await createInstaller('0.1.0').applyBase(client);
      running -= 1;
    },
  };
  // Else they would be one.
  demo.api.faults.add({ verb: 'get', resource: 'namespaces', status: 404, count: 24 });
  world = new RosterWorld(servers, installer);
  for (let index = 0; index < 24; index += 1) {
    await world.createScope(`c${index}`);
    await world.setKubeconfig(`c${index}`, kubeconfigOf({ api: await anotherWayTo(demo) }));
  }
  const started = world.start();
  await until('as many as may are at it', () => running === 20);
  open();
  await started;
  expect(new Set(Object.values(world.states()))).toEqual(new Set(['connected']));
  expect([most, world.roster.standings.size]).toEqual([20, 24]);
});
