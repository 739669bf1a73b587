import type { Http2ServerResponse } from 'node:http2';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type AwsVpcPeering,
  awsRedisInstanceKind,
  awsVpcPeeringKind,
  redisInstanceKind,
  scopeKind,
  userIpRangeKind,
} from '../../src/api/index.ts';
import { ANNOTATIONS, LABELS, MODULE_LABEL, USER_LABELS } from '../../src/api/names.ts';
import {
  clusterConfigFromText,
  eventKind,
  findCondition,
  type KubeObject,
  mergePatch,
  namespaceKind,
  type ResourceKind,
  secretKind,
} from '../../src/kube/index.ts';
import { systemClock } from '../../src/util/clock.ts';
import { activate } from '../support/activation.ts';
import { type Answer, AnsweringApi } from '../support/answering-api.ts';
import { isFollowed } from '../support/environment.ts';
import { NAMESPACE } from '../support/namespace.ts';
import { PARTNER } from '../support/peering-world.ts';
import { kubeconfigOf } from '../support/roster-world.ts';
import { TestUserCluster } from '../support/user-cluster.ts';
import { aRedis, REDIS, scopeOf, Tenants } from '../support/tenants.ts';
import { until } from '../support/virtual-time.ts';
import type { Manifest } from '../support/manifests.ts';

/*
 * The administrator of one user's cluster, who may write there whatever they like, against another user of the same operator:
 * what is of that one stays as it is, nothing of its Secrets is told, and it is served as before.
 */

const MINUTE_MS = 60_000;

let tenants: Tenants;
beforeAll(async () => {
  tenants = await Tenants.start();
}, 60_000);
afterAll(() => tenants.stop());

/** Whatever `attack` does, `other` does not notice. What comes back ends the attack, in the middle of which `other` is served. */
async function expectNoHarm(attack: () => Promise<void | (() => Promise<void>)>): Promise<void> {
  const [before, secrets] = [await tenants.ofOther(), await tenants.secretsOfOther()];
  const end = await attack();
  await tenants.environment.settle();
  expect(await tenants.ofOther()).toEqual(before);
  const told = await tenants.textOfHostile();
  expect(secrets.filter((secret) => told.includes(secret))).toEqual([]);
  expect(await tenants.serveOther()).toBeLessThan(MINUTE_MS);
  await end?.();
}

type Key = { readonly namespace?: string; readonly name: string };

const readyIn = async (kind: ResourceKind, key: Key) => {
  const found = (await tenants.hostile.kube.find(kind, key)) as Pick<AwsVpcPeering, 'status'> | undefined;
  return findCondition(found?.status?.conditions, 'Ready');
};

const untilReason = (kind: ResourceKind, key: Key, reason: string): Promise<number> =>
  tenants.environment.until(async () => (await readyIn(kind, key))?.reason === reason, {
    describe: async () => JSON.stringify(await readyIn(kind, key)),
  });

async function untilGone(kind: ResourceKind, key: Key): Promise<void> {
  await tenants.environment.until(async () => (await tenants.hostile.kube.find(kind, key)) === undefined);
}

/** Names of the Redis instances that the control plane has for `hostile`. */
async function madeForHostile(): Promise<readonly string[]> {
  const { items } = await tenants.environment.kube.list(redisInstanceKind, { namespace: NAMESPACE });
  return items.filter(({ spec }) => spec.scope.name === 'hostile').map(({ metadata }) => metadata.name);
}

const patch = (kind: ResourceKind, key: Key, change: object): Promise<unknown> =>
  tenants.hostile.kube.patch(kind, key, mergePatch(change));

describe('names', () => {
  const LONG = 'long-'.repeat(38);

  it('that are those of the other one, or of what the control plane has for it, are names of one’s own', async () => {
    const { hostile, environment } = tenants;
    const before = await madeForHostile();
    for (const name of ['other', NAMESPACE]) {
      if ((await hostile.kube.find(namespaceKind, { name })) === undefined)
        await hostile.kube.create(namespaceKind, { metadata: { name } });
    }
    await expectNoHarm(async () => {
      const keys = [
        { namespace: 'default', name: await tenants.idOfOther() },
        { namespace: 'default', name: 'other--kyma' },
        { namespace: 'default', name: `cm-${await tenants.idOfOther()}` },
        { namespace: 'other', name: 'cache' },
        { namespace: NAMESPACE, name: 'kubeconfig-other' },
        { namespace: 'default', name: `${LONG}a` },
        { namespace: 'default', name: `${LONG}b` },
      ];
      await hostile.user.apply(...keys.map((key) => aRedis(key)));
      for (const key of keys) await tenants.untilReady(hostile, awsRedisInstanceKind, key);
      expect(await madeForHostile()).toHaveLength(before.length + keys.length);
      await hostile.user.delete(...keys.map((key) => aRedis(key)));
      for (const key of keys) await untilGone(awsRedisInstanceKind, key);
    });
    await environment.settle();
    expect(await madeForHostile()).toEqual(before);
  });

  it('of IpRanges of the other one name none', async () => {
    const { hostile } = tenants;
    const key = { namespace: 'default', name: 'lost' };
    await expectNoHarm(async () => {
      for (const name of [await tenants.idOfOther(userIpRangeKind, { name: 'default' }), 'other--kyma']) {
        await hostile.user.apply(aRedis(key, { ipRange: { name } }));
        await untilReason(awsRedisInstanceKind, key, 'IpRangeNotFound');
        await hostile.user.delete(aRedis(key));
        await untilGone(awsRedisInstanceKind, key);
      }
    });
  });
});

describe('an id of the other one', () => {
  const IP_RANGE = { name: 'default' };

  const cases: {
    of: string;
    kind: ResourceKind;
    key: Key;
    othersOf: ResourceKind;
    others: Key;
  }[] = [
    { of: 'a Redis', kind: awsRedisInstanceKind, key: REDIS, othersOf: awsRedisInstanceKind, others: REDIS },
    { of: 'an IpRange', kind: userIpRangeKind, key: IP_RANGE, othersOf: userIpRangeKind, others: IP_RANGE },
    { of: 'another kind', kind: userIpRangeKind, key: IP_RANGE, othersOf: awsRedisInstanceKind, others: REDIS },
  ];

  it.each(cases)('of $of in a status is replaced', async ({ kind, key, othersOf, others }) => {
    const { hostile, environment } = tenants;
    const idOf = async () =>
      ((await hostile.kube.get<KubeObject>(kind, key)) as { status?: { id?: string } }).status?.id;
    const own = await idOf();
    await expectNoHarm(async () => {
      const id = await tenants.idOfOther(othersOf, others);
      await hostile.kube.patchStatus(kind, key, mergePatch({ status: { id } }));
      // A status alone wakes nobody.
      await patch(kind, key, { metadata: { annotations: { [ANNOTATIONS.reconcileNow]: `after ${id}` } } });
      await environment.until(async () => (await idOf()) === own);
    });
  });

  it('does not take along what is of the other one when it is deleted', async () => {
    const { hostile } = tenants;
    const key = { namespace: 'default', name: 'thief' };
    await expectNoHarm(async () => {
      const finalizers = ['example.com/held'];
      await hostile.user.apply(aRedis(key));
      await patch(awsRedisInstanceKind, key, { metadata: { finalizers } });
      await hostile.user.delete(aRedis(key));
      const id = await tenants.idOfOther();
      await hostile.kube.patchStatus(awsRedisInstanceKind, key, mergePatch({ status: { id, authSecret: REDIS } }));
      await patch(awsRedisInstanceKind, key, { metadata: { finalizers: null } });
      await untilGone(awsRedisInstanceKind, key);
    });
  });
});

it('labels and annotations that speak of the other one are not believed', async () => {
  const { environment } = tenants;
  const id = await tenants.idOfOther();
  const names = { [LABELS.kymaName]: 'other', [LABELS.remoteName]: id, [LABELS.remoteNamespace]: NAMESPACE };
  await expectNoHarm(async () => {
    await patch(awsRedisInstanceKind, REDIS, {
      metadata: {
        labels: { ...names, [LABELS.module]: MODULE_LABEL },
        annotations: {
          ...names,
          [ANNOTATIONS.orphanedSince]: '2000-01-01T00:00:00Z',
          [ANNOTATIONS.reconcileNow]: 'whose are you',
        },
      },
    });
    await patch(secretKind, REDIS, { metadata: { labels: { [USER_LABELS.redisInstanceStatusId]: id } } });
    await environment.settle();
    const { items } = await environment.kube.list(redisInstanceKind, { namespace: NAMESPACE });
    const [own] = items.filter(({ spec }) => spec.scope.name === 'hostile');
    expect(own?.metadata.labels).toMatchObject({ [LABELS.kymaName]: 'hostile', [LABELS.remoteName]: 'cache' });
    expect(own?.metadata.annotations).not.toHaveProperty([ANNOTATIONS.orphanedSince]);
    await tenants.untilReady(tenants.hostile, awsRedisInstanceKind, REDIS);
  });
});

it('a peering with the VPC of the other one needs what only that one can give', async () => {
  const { hostile, owner } = tenants;
  const key = { name: 'joined' };
  const manifest: Manifest = {
    apiVersion: 'cloud-resources.kyma-project.io/v1beta1',
    kind: 'AwsVpcPeering',
    metadata: key,
    spec: { remoteVpcId: owner.vpcId, remoteRegion: owner.region, remoteAccountId: PARTNER, deleteRemotePeering: true },
  };
  await expectNoHarm(async () => {
    await hostile.user.apply(manifest);
    await untilReason(awsVpcPeeringKind, key, 'FailedLoadingRemoteVpcNetwork');
    expect((await readyIn(awsVpcPeeringKind, key))?.message).toContain('does not permit the peering');
    await hostile.user.delete(manifest);
    await untilGone(awsVpcPeeringKind, key);
  });
});

describe('a kubeconfig', () => {
  const API = { apiVersion: 'v1', kind: 'Config' };

  /** That of `hostile`, with other words in it. */
  const withUser = (user: object): string => {
    const own = JSON.parse(kubeconfigOf(tenants.hostile)) as { users: { user: object }[] };
    return JSON.stringify({ ...API, ...own, users: [{ name: 'c', user }] });
  };
  const withCluster = (cluster: object): string => {
    const own = JSON.parse(kubeconfigOf(tenants.hostile)) as { clusters: { cluster: object }[] };
    return JSON.stringify({ ...own, clusters: [{ name: 'c', cluster: { ...own.clusters[0]?.cluster, ...cluster } }] });
  };

  const cases: { what: string; kubeconfig: () => string; problem: string }[] = [
    {
      what: 'of the other one’s server',
      kubeconfig: () => withCluster(clusterOf(tenants.other.api.kubeconfig)),
      problem: 'its API server does not take the credentials (401)',
    },
    {
      what: 'that is the other one’s',
      kubeconfig: () => kubeconfigOf(tenants.other),
      problem: 'it is another cluster than the one that was served before',
    },
    {
      what: 'of the control plane itself',
      kubeconfig: () => withCluster(clusterOf(tenants.environment.api.kubeconfig)),
      problem: 'its API server does not take the credentials (401)',
    },
    {
      what: 'of the machine’s metadata',
      kubeconfig: () => withCluster({ server: 'http://169.254.169.254/latest/meta-data' }),
      problem: 'server: is not a URL that begins with https://',
    },
    {
      what: 'by a way of one’s own',
      kubeconfig: () => withCluster({ 'proxy-url': 'http://127.0.0.1:1' }),
      problem: 'proxy-url: proxies are not supported',
    },
    {
      what: 'with the token of the operator',
      kubeconfig: () => withUser({ tokenFile: '/var/run/secrets/kubernetes.io/serviceaccount/token' }),
      problem: 'tokenFile: files are not read',
    },
    {
      what: 'with a program',
      kubeconfig: () => withUser({ exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'sh' } }),
      problem: 'exec: programs are not run',
    },
    {
      what: 'in somebody else’s name',
      kubeconfig: () => withUser({ token: tenants.hostile.api.token, as: 'system:admin' }),
      problem: 'as: impersonation is not supported',
    },
  ];

  /** What the Scope of `hostile` was told last. */
  const told = async (): Promise<string | undefined> => {
    const { items } = await tenants.environment.kube.list(eventKind, { namespace: NAMESPACE });
    const own = items.filter(({ involvedObject: { kind, name } }) => kind === scopeKind.kind && name === 'hostile');
    return own.toSorted((a, b) => ((a.lastTimestamp ?? '') < (b.lastTimestamp ?? '') ? -1 : 1)).at(-1)?.message;
  };

  it.each(cases)('$what is refused', async ({ kubeconfig, problem }) => {
    const { environment, hostile } = tenants;
    await expectNoHarm(async () => {
      await environment.setKubeconfig('hostile', kubeconfig());
      await environment.until(async () => (await told())?.includes(problem) === true, {
        describe: async () => `${await told()}`,
      });
    });
    await environment.setKubeconfig('hostile', kubeconfigOf(hostile));
    await tenants.untilServed(hostile);
    // A second on, so that what is told next is the last.
    await environment.advance(1_000);
  });
});

/** Where a server is, as a kubeconfig has it. */
function clusterOf(kubeconfig: string): object {
  const { server, certificateAuthority } = clusterConfigFromText(kubeconfig);
  const caPem = certificateAuthority !== undefined && 'text' in certificateAuthority ? certificateAuthority.text : '';
  return { server: server.href, 'certificate-authority-data': Buffer.from(caPem).toString('base64') };
}

describe('whoever answers in the place of an API server', () => {
  const MIB = 1024 * 1024;
  const redises = awsRedisInstanceKind;
  let liar: TestUserCluster;
  let front: AnsweringApi;
  let secrets: readonly string[] = [];
  let renewals = 0;

  /** One more cluster of users, which the environment does not wait for: nobody knows what it answers. */
  beforeAll(async () => {
    const { environment } = tenants;
    liar = await TestUserCluster.start('liar', { clock: environment.clock, wireClock: systemClock });
    front = await AnsweringApi.before(liar.api);
    await environment.apply(scopeOf('liar'));
    await environment.setKubeconfig('liar', kubeconfigOf({ api: front }));
    await tenants.untilServed(liar);
    await activate(environment, liar);
    secrets = await tenants.secretsOfOther();
  }, 30_000);
  afterAll(async () => {
    await front.stop();
    await liar.stop();
  });

  /** The list or the watch of a kind. */
  const following = ({ group, version, plural }: ResourceKind, verb: 'list' | 'watch'): RegExp =>
    new RegExp(`^GET /apis/${group}/${version}/${plural}[?]${verb === 'watch' ? '.*watch=true' : '(?!.*watch=true)'}`);

  /** Answers so until the operator has asked, and hung up if that is waited for; then the server answers again. */
  async function answering(which: RegExp, answer: Answer, { hangsUp = false } = {}): Promise<void> {
    const heard = Promise.withResolvers<void>();
    const end = front.answer(which, (request, response) => {
      if (hangsUp) response.once('close', () => heard.resolve());
      else response.once('finish', () => heard.resolve());
      answer(request, response);
    });
    await heard.promise;
    end();
    expect(front.sent.filter((text) => secrets.some((secret) => text.includes(secret)))).toEqual([]);
  }

  /** With new credentials nobody waits any longer before asking again. */
  async function renew(): Promise<void> {
    renewals += 1;
    const own = JSON.parse(kubeconfigOf({ api: front })) as object;
    await tenants.environment.setKubeconfig('liar', JSON.stringify({ ...own, preferences: { renewals } }));
  }
  /** What a test made the operator believe of this cluster is forgotten. */
  beforeEach(async () => {
    const { environment } = tenants;
    const { users, manager } = environment.operator;
    await environment.kube.delete(secretKind, { namespace: NAMESPACE, name: 'kubeconfig-liar' });
    await environment.until(async () => users.clusterOf({ namespace: NAMESPACE, name: 'liar' }) === undefined);
    await renew();
    await tenants.untilServed(liar);
    await until('its objects are followed', () => isFollowed(manager, liar.key, awsRedisInstanceKind));
  });

  /** Writes on until the other end hangs up. */
  function writingOn(response: Http2ServerResponse, more: () => string): void {
    const writeOn = (): void => {
      while (!response.destroyed && response.write(more()));
    };
    response.on('drain', writeOn);
    writeOn();
  }

  const endless =
    (first: string, more: string): Answer =>
    (_request, response) => {
      response.write(first);
      writingOn(response, () => more);
    };

  it('with objects of the other one has them taken for its own', async () => {
    const [redis] = (await tenants.other.kube.list(awsRedisInstanceKind)).items;
    const { items } = await tenants.environment.kube.list(redisInstanceKind, { namespace: NAMESPACE });
    const counterpart = items.find(({ spec }) => spec.scope.name === 'other');
    const resourceVersion = '999999';
    const claims: readonly unknown[] = [
      { ...redis, metadata: { ...redis?.metadata, resourceVersion } },
      { ...counterpart, metadata: { ...counterpart?.metadata, resourceVersion } },
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { ...redis?.metadata, name: '../../secrets/cache', resourceVersion },
      },
      { ...redis, metadata: { ...redis?.metadata, namespace: `${NAMESPACE}/other`, name: 'cache/x', resourceVersion } },
      { ...redis, metadata: { ...redis?.metadata, name: 'odd', resourceVersion }, spec: null, status: [] },
    ];
    await expectNoHarm(async () => {
      const lines = claims.map((object) => JSON.stringify({ type: 'ADDED', object }));
      await answering(following(redises, 'watch'), (_request, response) => response.end(`${lines.join('\n')}\n`));
    });
  });

  it.each([
    { what: 'null', line: 'null' },
    { what: 'no object', line: '{"type":"ADDED"}' },
    { what: 'an object without a name', line: '{"type":"ADDED","object":{"metadata":{"resourceVersion":"999999"}}}' },
    { what: 'lists in lists without an end', line: `{"type":"ADDED","object":${'['.repeat(MIB)}${']'.repeat(MIB)}}` },
  ])('tells $what', async ({ line }) => {
    await expectNoHarm(() => answering(following(redises, 'watch'), (_request, response) => response.end(`${line}\n`)));
  });

  it('tells an event that does not end', async () => {
    const line = endless('{"type":"ADDED","object":{"metadata":{"name":"', 'x'.repeat(64 * 1024));
    await expectNoHarm(() => answering(following(redises, 'watch'), line, { hangsUp: true }));
  });

  it('tells of objects without an end', async () => {
    let count = 0;
    const event = (): string => {
      count += 1;
      const annotations = { text: 'x'.repeat(MIB) };
      const metadata = {
        namespace: 'default',
        name: `x-${count}`,
        resourceVersion: `${1_000_000 + count}`,
        annotations,
      };
      return `${JSON.stringify({ type: 'ADDED', object: { metadata } })}\n`;
    };
    const ends = front.answer(following(redises, 'watch'), (_request, response) => writingOn(response, event));
    const nothing = JSON.stringify({ metadata: { resourceVersion: '1' }, items: [] });
    // Whether there is so much is asked before more is kept.
    await expectNoHarm(() => answering(following(redises, 'list'), (_request, response) => response.end(nothing)));
    ends();
    expect(count).toBeLessThan(100);
  });

  describe('lists', () => {
    const expired = JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } });
    const standing = (): string => tenants.environment.operator.users.problems.join();

    it.each([
      {
        what: 'in an answer that does not end',
        list: endless('{"metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"', 'x'.repeat(64 * 1024)),
      },
      {
        what: 'in pages that do not end',
        list: (_request, response) => {
          const metadata = { namespace: 'default', name: 'x', annotations: { text: 'x'.repeat(MIB) } };
          response.end(JSON.stringify({ metadata: { resourceVersion: '1', continue: 'x' }, items: [{ metadata }] }));
        },
      },
    ] satisfies { what: string; list: Answer }[])(
      '$what is not served, until it lists what there is',
      async ({ list }) => {
        await expectNoHarm(async () => {
          const ends = [
            front.answer(following(redises, 'list'), list),
            front.answer(following(redises, 'watch'), (_request, response) => response.end(`${expired}\n`)),
          ];
          await until('it is refused', () => standing().includes('1 refused (liar)'));
          for (const end of ends) end();
          await renew();
          await until('it is served again', () => standing() === '');
        });
      },
    );
  });

  it('sends on to another server sends nobody there', async () => {
    const { other } = tenants;
    const location = `${other.api.url}/stolen`;
    await expectNoHarm(() =>
      answering(/watch=true/, (_request, response) => {
        response.writeHead(307, { location });
        response.end();
      }),
    );
    expect(other.api.journal.entries.filter(({ path }) => path.includes('stolen'))).toEqual([]);
  });

  it('answers no write', async () => {
    const keys = ['a', 'b', 'c'].map((name) => ({ namespace: 'default', name }));
    await expectNoHarm(async () => {
      const asked = Promise.withResolvers<void>();
      const end = front.answer(/^PATCH /, () => asked.resolve());
      await liar.user.apply(...keys.map((key) => aRedis(key)));
      await asked.promise;
      return async () => {
        end();
        await liar.user.delete(...keys.map((key) => aRedis(key)));
      };
    });
  });
});
