import { describe, expect, it } from 'vitest';
import { aClusterConfig, type FakeAnswer, FakeTransport, FakeWatch } from '../../test/support/fake-transport.ts';
import { aWidget, type Widget, widgets } from '../../test/support/kube-object.ts';
import { keptLog } from '../../test/support/kept-log.ts';
import { turns } from '../../test/support/virtual-time.ts';
import { KubeConnection } from '../kube/index.ts';
import { VirtualClock } from '../util/virtual-clock.ts';
import { Activity } from './activity.ts';
import { Informer, type InformerSelection } from './informer.ts';

const at = (resourceVersion: string, name = 'w'): Widget => aWidget({ metadata: { name, resourceVersion } });
const refused = (code: number, reason: string): FakeAnswer => ({
  status: code,
  json: { kind: 'Status', code, reason },
});

/** An informer whose server is a script: what lists answer, and the watches it opened, in order. */
function anInformer(
  options: {
    lists?: (FakeAnswer | readonly Widget[])[];
    watches?: FakeAnswer[];
    longestList?: number;
  } & InformerSelection<Widget> = {},
) {
  const { log, troubles } = keptLog();
  const clock = new VirtualClock();
  const wire = new VirtualClock();
  const opened: FakeWatch[] = [];
  const { lists: answers = [[]], watches = [], longestList = Infinity, ...selection } = options;
  const lists = [...answers];
  const refusals = [...watches];
  const transport = new FakeTransport(({ path }) => {
    if (path.includes('watch=true')) {
      const refusal = refusals.shift();
      if (refusal !== undefined) return refusal;
      const watch = new FakeWatch();
      opened.push(watch);
      return { body: watch.body };
    }
    const answer = (lists.length > 1 ? lists.shift() : lists[0]) ?? [];
    if (!Array.isArray(answer)) return answer as FakeAnswer;
    return { json: { items: answer, metadata: { resourceVersion: '10' } } };
  });
  const reasons: string[] = [];
  const following: boolean[] = [];
  const activity = new Activity();
  const limits = { longestLine: 10_000, longestAnswer: 10_000, longestList };
  const connection = new KubeConnection(aClusterConfig(), { clock: wire, transport, random: () => 1, limits });
  const informer = new Informer(widgets, {
    connection,
    clock,
    log,
    activity,
    random: () => 1,
    onList: (reason) => reasons.push(reason),
    onFollowing: (isFollowing) => following.push(isFollowing),
    ...selection,
  });
  const ending = new AbortController();
  const done = informer.run(ending.signal);
  const seen: string[] = [];
  informer.subscribe(({ after }) => seen.push(after?.metadata.resourceVersion ?? '-'));
  return {
    informer,
    connection,
    troubles,
    activity,
    wire,
    opened,
    reasons,
    following,
    seen,
    /** The requests, as far as they tell lists from watches and where watches begin. */
    requests: () => transport.requests.map(({ path }) => /[?&]resourceVersion=(\d+)/.exec(path)?.[1] ?? 'list'),
    paths: () => transport.requests.map(({ path }) => path),
    end: async () => {
      ending.abort(new Error('the end'));
      await done;
      expect([clock.pending, wire.pending]).toEqual([0, 0]);
    },
  };
}

describe('an informer', () => {
  it('lists, then watches from the revision of the list', async () => {
    const { informer, requests, seen, opened, end } = anInformer({ lists: [[at('5')]] });
    expect(informer.isSynced).toBe(false);
    await turns();
    expect([informer.isSynced, requests(), seen]).toEqual([true, ['list', '10'], ['5']]);
    opened[0]?.tell('MODIFIED', at('11'));
    opened[0]?.tell('DELETED', at('12'));
    await turns();
    expect(seen).toEqual(['5', '11', '-']);
    await end();
  });

  it('lists and watches what its label selector chooses, and nothing else', async () => {
    const { paths, end } = anInformer({ labelSelector: 'a=b' });
    await turns();
    expect(paths().filter((path) => path.includes('labelSelector=a%3Db'))).toHaveLength(2);
    await end();
  });

  it('lists and watches one namespace when it is told to', async () => {
    const { paths, end } = anInformer({ namespace: 'a' });
    await turns();
    expect(paths().filter((path) => path.startsWith('/apis/example.io/v1/namespaces/a/widgets?'))).toHaveLength(2);
    await end();
  });

  it('knows of objects what is kept of them, and nothing of those of which nothing is', async () => {
    const keep = (widget: Widget): Widget | undefined =>
      widget.spec.size > 1 ? { ...widget, spec: { size: 0 } } : undefined;
    const sized = (resourceVersion: string, size: number): Widget => ({ ...at(resourceVersion), spec: { size } });
    const { informer, opened, seen, end } = anInformer({ lists: [[at('5', 'small')]], keep });
    await turns();
    expect([informer.isSynced, informer.size]).toEqual([true, 0]);
    opened[0]?.tell('ADDED', sized('11', 1));
    opened[0]?.tell('MODIFIED', sized('12', 2));
    await turns();
    expect(informer.list()).toEqual([{ ...at('12'), spec: { size: 0 } }]);
    opened[0]?.tell('MODIFIED', sized('13', 1));
    await turns();
    expect([informer.size, seen]).toEqual([0, ['12', '-']]);
    informer.absorb(sized('14', 1));
    informer.absorb(sized('15', 3));
    expect(informer.list()).toEqual([{ ...at('15'), spec: { size: 0 } }]);
    await end();
  });

  it('asks for no more than a watch in an hour when nothing happens', async () => {
    const { paths, end } = anInformer();
    await turns();
    const seconds = Number(/timeoutSeconds=(\d+)/.exec(paths()[1] ?? '')?.[1]);
    expect(seconds).toBeGreaterThanOrEqual(3_600);
    await end();
  });

  it('goes on from a bookmark, without a pause, when the server ends the watch', async () => {
    const { wire, opened, requests, end } = anInformer();
    await turns();
    opened[0]?.bookmark('90');
    await turns();
    wire.advance(60_000);
    opened[0]?.end();
    await turns();
    expect(requests()).toEqual(['list', '10', '90']);
    await end();
  });

  it('pauses before it watches again when the connection breaks, ever longer', async () => {
    const { informer, wire, opened, requests, following, end } = anInformer();
    await turns();
    for (const pauseMs of [200, 400, 800]) {
      opened.at(-1)?.break();
      await turns();
      expect(informer.problem).toContain('ConnectionFailed');
      const before = requests().length;
      wire.advance(pauseMs - 1);
      await turns();
      expect(requests()).toHaveLength(before);
      wire.advance(1);
      await turns();
      expect(requests()).toHaveLength(before + 1);
      expect(informer.problem).toBeUndefined();
    }
    expect(new Set(requests().slice(1))).toEqual(new Set(['10']));
    expect(following).toEqual([true, false, true, false, true, false, true]);
    await end();
  });

  it('pauses as briefly as at first when the watch had told something in between', async () => {
    const { wire, opened, end } = anInformer();
    await turns();
    opened[0]?.break();
    await turns();
    wire.advance(200);
    await turns();
    opened[1]?.bookmark('11');
    await turns();
    opened[1]?.break();
    await turns();
    wire.advance(200);
    await turns();
    expect(opened).toHaveLength(3);
    await end();
  });

  it('is not lured into a loop by a server that ends each watch at once', async () => {
    const { wire, opened, end } = anInformer();
    for (let i = 0; i < 20; i += 1) {
      await turns();
      opened.at(-1)?.end();
      await turns();
      wire.advance(100);
    }
    expect(opened.length).toBeLessThan(8);
    await end();
  });

  it('lists again when the revision is forgotten, and only then', async () => {
    const { wire, opened, reasons, requests, seen, end } = anInformer({ lists: [[at('5')], [at('5'), at('9', 'b')]] });
    await turns();
    opened[0]?.tell('ERROR', { kind: 'Status', code: 410, reason: 'Expired' });
    await turns();
    wire.advance(200);
    await turns();
    expect(requests()).toEqual(['list', '10', 'list', '10']);
    expect([reasons, seen]).toEqual([
      ['start', 'gone'],
      ['5', '9'],
    ]);
    await end();
  });

  it('lists again when a watch has told as much as a list may hold, and keeps no more than there is', async () => {
    const { informer, opened, reasons, end } = anInformer({ lists: [[], [at('15', 'w5')]], longestList: 1_000 });
    await turns();
    for (let i = 0; i < 6; i += 1) opened[0]?.tell('ADDED', at(`1${i}`, `w${i}`));
    await turns();
    expect([reasons, informer.list().map(({ metadata }) => metadata.name)]).toEqual([['start', 'full'], ['w5']]);
    await end();
  });

  it('keeps what it knows while the server refuses to be listed', async () => {
    const refusal = refused(403, 'Forbidden');
    const lists = [[at('5')], refusal, refusal, []];
    const { informer, wire, end } = anInformer({ lists, watches: [refused(410, 'Expired')] });
    await turns();
    wire.advance(200);
    await turns();
    expect([informer.size, informer.problem]).toEqual([1, 'list widgets.example.io: 403 Forbidden: no message']);
    wire.advance(400);
    await turns();
    wire.advance(800);
    await turns();
    expect([informer.size, informer.problem]).toEqual([0, undefined]);
    await end();
  });

  it('says so at once when it cannot begin, and what is missing when the server does not know the kind', async () => {
    const { informer, troubles, end } = anInformer({ lists: [refused(404, 'NotFound'), []] });
    await turns();
    expect(informer.problem).toBe(
      'the API server does not serve widgets.example.io: install its CustomResourceDefinition, and it is followed by itself',
    );
    expect(troubles).toEqual([expect.stringContaining('Cannot list yet, trying again after a pause')]);
    await end();
  });

  it('tells each trouble once, until the server is followed again', async () => {
    const missing = refused(404, 'NotFound');
    const lists = [missing, missing, missing, refused(403, 'Forbidden'), missing, []];
    const { wire, troubles, following, end } = anInformer({ lists });
    for (const pauseMs of [0, 200, 400, 800, 1600, 3200]) {
      wire.advance(pauseMs);
      await turns();
    }
    expect(following.at(-1)).toBe(true);
    expect(troubles.map((trouble) => trouble.includes('Forbidden'))).toEqual([false, true, false]);
    await end();
  });

  it('tells once that watches open and fail at their first line, until one has told something', async () => {
    const { wire, opened, troubles, end } = anInformer();
    const failTimes = async (times: number): Promise<void> => {
      for (let failed = 0; failed < times; failed += 1) {
        opened.at(-1)?.body.write('no JSON\n');
        await turns();
        wire.advance(60_000);
        await turns();
      }
    };
    await turns();
    await failTimes(8);
    const trouble = expect.stringContaining(
      'going on after a pause: KubeApiError: watch widgets.example.io: Malformed',
    );
    expect([opened.length, troubles]).toEqual([9, [trouble]]);
    opened.at(-1)?.bookmark('11');
    await turns();
    await failTimes(8);
    expect([opened.length, troubles]).toEqual([17, [trouble, trouble]]);
    await end();
  });

  it('tries again at once when there is another identity', async () => {
    const { connection, wire, requests, following, end } = anInformer({
      lists: [refused(401, 'Unauthorized'), refused(401, 'Unauthorized'), []],
    });
    await turns();
    // The connection itself tries once more, with the identity read anew.
    wire.advance(0);
    await turns();
    const before = requests().length;
    connection.renew();
    await turns();
    expect([requests().length > before, following.at(-1)]).toEqual([true, true]);
    await end();
  });

  it('gives up a watch that has fallen silent and goes on from where it was', async () => {
    const { wire, opened, requests, end } = anInformer();
    await turns();
    opened[0]?.bookmark('20');
    await turns();
    wire.advance(150_000);
    await turns();
    wire.advance(200);
    await turns();
    expect(requests()).toEqual(['list', '10', '20']);
    await end();
  });
});

describe('whenObserved', () => {
  it('waits for the revision, and for the first list when none is named', async () => {
    const { informer, opened, end } = anInformer();
    const { signal } = new AbortController();
    await informer.whenObserved(undefined, signal);
    const order: string[] = [];
    const waits = ['11', '13'].map((revision) =>
      informer.whenObserved(revision, signal).then(() => order.push(revision)),
    );
    await turns();
    opened[0]?.tell('ADDED', at('12'));
    await turns();
    expect(order).toEqual(['11']);
    opened[0]?.bookmark('13');
    await Promise.all(waits);
    await end();
  });

  it('ends with its signal', async () => {
    const { informer, end } = anInformer();
    const ending = new AbortController();
    const waiting = informer.whenObserved('99', ending.signal);
    ending.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await end();
  });
});

it('is busy from a write of our own until the watch has told of it', async () => {
  const { informer, activity, opened, end } = anInformer();
  await turns();
  informer.absorb(at('15'));
  let isIdle = false;
  const idle = activity.whenIdle(new AbortController().signal).then(() => (isIdle = true));
  opened[0]?.bookmark('14');
  await turns();
  expect(isIdle).toBe(false);
  opened[0]?.tell('ADDED', at('15'));
  await idle;
  await end();
});

it('finds an object that cannot be indexed under no value, and follows the others', async () => {
  const { informer, opened, seen, end } = anInformer();
  informer.addIndex('uses', ({ spec }) => [(spec.uses ?? missing()).toUpperCase()]);
  await turns();
  opened[0]?.tell('ADDED', at('11'));
  opened[0]?.tell('ADDED', { ...at('12', 'b'), spec: { size: 1, uses: 'x' } });
  await turns();
  expect([seen, informer.byIndex('uses', 'X').length]).toEqual([['11', '12'], 1]);
  await end();
});

function missing(): never {
  throw new TypeError('uses is missing');
}
