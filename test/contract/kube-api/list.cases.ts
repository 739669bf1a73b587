import { expect, it } from 'vitest';
import type { Body } from './client.ts';
import type { World } from './world.ts';
import { GROUP } from './world.ts';

const names = (body: Body): string[] => body.items.map((item: Body) => item.metadata.name);

async function three(w: World): Promise<void> {
  await w.made('a', { size: 1, mode: 'a' }, { labels: { tier: 'front', rank: '1' } });
  await w.made('b', { size: 1, mode: 'b' }, { labels: { tier: 'back', rank: '5' } });
  await w.made('c', { size: 1, mode: 'b' });
}

export function listCases(world: () => Promise<World>): void {
  it('lists by name, with the version of the list', async () => {
    const w = await world();
    await three(w);
    const { code, body } = await w.get(w.widgets);
    expect(code).toBe(200);
    expect(body).toMatchObject({ kind: 'WidgetList', apiVersion: `${GROUP}/v1` });
    expect(names(body)).toEqual(['a', 'b', 'c']);
    expect(Number(body.metadata.resourceVersion)).toBeGreaterThanOrEqual(
      Number(body.items[2].metadata.resourceVersion),
    );
  });

  it('says the type in items of custom lists and leaves it out in built-in ones', async () => {
    const w = await world();
    await w.made('a');
    await w.madeConfigMap('a');
    expect((await w.get(w.widgets)).body.items[0]).toMatchObject({ kind: 'Widget', apiVersion: `${GROUP}/v1` });
    const [item] = (await w.get(w.configMaps)).body.items;
    expect([item.kind, item.apiVersion]).toEqual([undefined, undefined]);
  });

  it('lists all namespaces', async () => {
    const w = await world();
    await w.made('everywhere');
    const { body } = await w.get(`/apis/${GROUP}/v1/widgets`);
    expect(body.items.map((item: Body) => item.metadata.namespace)).toContain(w.namespace);
  });

  it('is empty where nothing is, even in a namespace that does not exist', async () => {
    const w = await world();
    expect(names((await w.get(w.widgets)).body)).toEqual([]);
    expect(names((await w.get('/api/v1/namespaces/missing/configmaps')).body)).toEqual([]);
  });

  it.each([
    ['tier=front', ['a']],
    ['tier==front', ['a']],
    ['tier!=front', ['b', 'c']],
    ['tier', ['a', 'b']],
    ['!tier', ['c']],
    ['tier in (front,back)', ['a', 'b']],
    ['tier notin (front)', ['b', 'c']],
    ['tier,rank=5', ['b']],
    ['rank>3', ['b']],
    ['rank<3', ['a']],
  ])('selects by labels: %s', async (selector, expected) => {
    const w = await world();
    await three(w);
    const { body } = await w.get(`${w.widgets}?labelSelector=${encodeURIComponent(selector)}`);
    expect(names(body)).toEqual(expected);
  });

  it.each(['a b', 'a in b', '!', 'a=b=c', '(a)', 'a,,b'])('refuses the label selector "%s"', async (selector) => {
    const w = await world();
    const { code, body } = await w.get(`${w.widgets}?labelSelector=${encodeURIComponent(selector)}`);
    expect({ code, reason: body.reason }).toEqual({ code: 400, reason: 'BadRequest' });
  });

  it.each([
    ['metadata.name=b', ['b']],
    ['metadata.name!=b', ['a', 'c']],
    ['spec.mode=b', ['b', 'c']],
    ['spec.mode=b,metadata.name=c', ['c']],
  ])('selects by fields: %s', async (selector, expected) => {
    const w = await world();
    await three(w);
    const { body } = await w.get(`${w.widgets}?fieldSelector=${encodeURIComponent(selector)}`);
    expect(names(body)).toEqual(expected);
  });

  it('refuses to select by other fields', async () => {
    const w = await world();
    const { code, body } = await w.get(`${w.widgets}?fieldSelector=spec.size%3D3`);
    expect(code).toBe(400);
    expect(body.message).toBe('field label not supported: spec.size');
  });

  it('selects secrets by their type', async () => {
    const w = await world();
    const secrets = `/api/v1/namespaces/${w.namespace}/secrets`;
    await w.post(secrets, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' } });
    expect(names((await w.get(`${secrets}?fieldSelector=type%3DOpaque`)).body)).toEqual(['s']);
    expect(names((await w.get(`${secrets}?fieldSelector=type%3Dother`)).body)).toEqual([]);
  });

  it('selects events by what they are about', async () => {
    const w = await world();
    const events = `/api/v1/namespaces/${w.namespace}/events`;
    const involvedObject = { kind: 'Widget', name: 'a', namespace: w.namespace, uid: 'u1' };
    const event = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'e' },
      involvedObject,
      reason: 'Made',
      message: 'm',
      type: 'Normal',
    };
    expect((await w.post(events, event)).code).toBe(201);
    expect(
      names((await w.get(`${events}?fieldSelector=involvedObject.name%3Da,involvedObject.uid%3Du1`)).body),
    ).toEqual(['e']);
    expect(names((await w.get(`${events}?fieldSelector=involvedObject.name%3Db`)).body)).toEqual([]);
    expect(names((await w.get(`${events}?fieldSelector=type%3DNormal,reason%3DMade`)).body)).toEqual(['e']);
  });

  it('shows the same events in both of their groups', async () => {
    const w = await world();
    const involvedObject = { kind: 'Widget', name: 'a', namespace: w.namespace };
    const event = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'e' },
      involvedObject,
      reason: 'Made',
      message: 'said',
      type: 'Normal',
      source: { component: 'me' },
    };
    await w.post(`/api/v1/namespaces/${w.namespace}/events`, event);
    const { body } = await w.get(`/apis/events.k8s.io/v1/namespaces/${w.namespace}/events/e`);
    expect(body).toMatchObject({
      apiVersion: 'events.k8s.io/v1',
      regarding: involvedObject,
      note: 'said',
      reason: 'Made',
      deprecatedSource: { component: 'me' },
    });
  });

  it('pages through a list', async () => {
    const w = await world();
    await three(w);
    const { body: first } = await w.get(`${w.widgets}?limit=2`);
    expect(names(first)).toEqual(['a', 'b']);
    expect(first.metadata.remainingItemCount).toBe(1);
    const { body: second } = await w.get(
      `${w.widgets}?limit=2&continue=${encodeURIComponent(first.metadata.continue)}`,
    );
    expect(names(second)).toEqual(['c']);
    expect(second.metadata.continue ?? '').toBe('');
    expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
  });

  it('shows on later pages what stood when the first was read', async () => {
    const w = await world();
    await three(w);
    const { body: first } = await w.get(`${w.widgets}?limit=1`);
    await w.ask('DELETE', `${w.widgets}/c`);
    await w.made('bb');
    const { body: rest } = await w.get(`${w.widgets}?continue=${encodeURIComponent(first.metadata.continue)}`);
    expect(names(rest)).toEqual(['b', 'c']);
  });

  it('does not count what is left when it selects', async () => {
    const w = await world();
    await three(w);
    const { body } = await w.get(`${w.widgets}?limit=1&labelSelector=tier`);
    expect(body.metadata.continue).not.toBe('');
    expect(body.metadata.remainingItemCount).toBeUndefined();
  });

  it('refuses a place in a list that it never gave', async () => {
    const w = await world();
    const { code, body } = await w.get(`${w.widgets}?continue=abc`);
    expect(code).toBe(400);
    expect(body.message).toMatch(/^invalid continue token: continue key is not valid/);
  });

  it('lists the state of an exact version', async () => {
    const w = await world();
    await w.made('a');
    const { body: before } = await w.get(w.widgets);
    await w.made('b');
    const { body } = await w.get(
      `${w.widgets}?resourceVersion=${before.metadata.resourceVersion}&resourceVersionMatch=Exact`,
    );
    expect(names(body)).toEqual(['a']);
  });

  it.each([
    'resourceVersionMatch=Exact',
    'resourceVersionMatch=Exact&resourceVersion=0',
    'resourceVersionMatch=Other&resourceVersion=1',
  ])('refuses options that do not go together: %s', async (query) => {
    const w = await world();
    const { code, body } = await w.get(`${w.widgets}?${query}`);
    expect({ code, kind: body.details?.kind }).toEqual({ code: 422, kind: 'ListOptions' });
  });

  it('refuses a version that is no number', async () => {
    const w = await world();
    const { code, body } = await w.get(`${w.widgets}?resourceVersion=abc`);
    expect(code).toBe(400);
    expect(body.message).toBe(
      'invalid resource version: resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax',
    );
  });

  it('refuses a limit that is no number', async () => {
    const w = await world();
    expect((await w.get(`${w.widgets}?limit=x`)).code).toBe(400);
  });
}
