import { describe, expect, it } from 'vitest';
import { aCondition } from '../../../../test/support/cloud-control.ts';
import {
  type AwsRedisWorld,
  controlPlaneSecret,
  createAwsRedisWorld,
  REDIS_CASES,
  TOKEN,
} from '../../../../test/support/aws-redis-world.ts';
import { ignoreDeath } from '../../../../test/support/memory-cluster.ts';
import { FINALIZER } from '../../../api/names.ts';
import { findCondition, secretKind } from '../../../kube/index.ts';
import { type Contests, contestsIn, createContests } from '../../common/contest.ts';
import { REMOTE_INDEX, remoteIndexValue } from '../../common/indexes.ts';
import { encoded } from '../../common/owned-secret.ts';
import { DEFAULT_TIERS } from './tiers.ts';

const PAUSE = 'cloud-manager.kyma-project.io/pause';

function ready(world: AwsRedisWorld) {
  const { state, conditions } = world.object().status ?? {};
  const { status, reason, message } = findCondition(conditions, 'Ready') ?? {};
  return { state, status, reason, message };
}

describe.each(REDIS_CASES)('an %s', (_kind, redis) => {
  const aWorld = (parts?: Parameters<typeof createAwsRedisWorld>[1], contests?: Contests): AwsRedisWorld =>
    createAwsRedisWorld(redis, parts, contests);

  /** One that is ready, with its Secret. */
  const aReadyWorld = async (...parts: Parameters<typeof aWorld>): Promise<AwsRedisWorld> => {
    const world = aWorld(...parts);
    await world.pass();
    world.provide();
    await world.pass();
    return world;
  };

  describe('in the control plane', () => {
    it('is asked for as the user asks', async () => {
      const world = aWorld({
        spec: {
          engineVersion: '7.1',
          autoMinorVersionUpgrade: true,
          authEnabled: true,
          authTokenRotationDays: 30,
          preferredMaintenanceWindow: 'sun:23:00-mon:01:30',
          parameters: { 'maxmemory-policy': 'allkeys-lru' },
        },
      });
      await world.pass();
      expect(world.counterpart().spec).toMatchObject({
        remoteRef: { namespace: 'default', name: 'cache' },
        ipRange: { name: 'aaaaaaaa-1111-4111-8111-111111111111' },
        scope: { name: 'demo' },
        instance: {
          aws: {
            cacheNodeType: 'cache.t4g.small',
            engineVersion: '7.1',
            autoMinorVersionUpgrade: true,
            authEnabled: true,
            authTokenRotationDays: 30,
            preferredMaintenanceWindow: 'sun:23:00-mon:01:30',
            parameters: { 'maxmemory-policy': 'allkeys-lru' },
          },
        },
      });
      expect(world.object().metadata.finalizers).toEqual([FINALIZER]);
      expect(ready(world)).toMatchObject({ state: 'Creating', reason: 'SubmissionSucceeded' });
    });

    it('is changed as the user changes it, also while it is in error', async () => {
      const world = aWorld({ spec: { parameters: { 'maxmemory-policy': 'nonsense' } } });
      await world.pass();
      const message = 'AWS does not take the value nonsense';
      world.tell({ type: 'Error', reason: 'CloudProviderError', message });
      await world.pass();
      expect(ready(world)).toMatchObject({ state: 'Error', reason: 'CloudProviderError', message });
      world.edit({ parameters: { 'maxmemory-policy': 'allkeys-lru' }, authEnabled: true });
      await world.pass();
      expect(world.counterpart().spec.instance.aws).toMatchObject({
        authEnabled: true,
        parameters: { 'maxmemory-policy': 'allkeys-lru' },
      });
      expect(ready(world)).toMatchObject({ state: 'Creating', status: 'False' });
    });

    it('has no more of what the user takes away, and keeps what is set there alone', async () => {
      const world = await aReadyWorld({
        spec: { preferredMaintenanceWindow: 'sun:23:00-mon:01:30', parameters: { a: 'b', c: 'd' } },
      });
      const { spec, ...rest } = world.counterpart();
      const aws = { ...spec.instance.aws, ofTheFuture: 'x' };
      world.controlPlane.put({ ...rest, spec: { ...spec, instance: { aws } } } as never);
      const { preferredMaintenanceWindow: _gone, ...asked } = world.object().spec;
      world.user.put({ ...world.object(), spec: { ...asked, parameters: { a: 'b' } } } as never);
      await world.pass();
      const changed = world.counterpart().spec.instance.aws;
      expect(changed).toMatchObject({ parameters: { a: 'b' }, ofTheFuture: 'x' });
      expect(changed.parameters).toEqual({ a: 'b' });
      expect(changed).not.toHaveProperty('preferredMaintenanceWindow');
    });

    it('is asked for no other token after days as long as there is none', async () => {
      const world = aWorld({ spec: { authEnabled: false, authTokenRotationDays: 30 } });
      await world.pass();
      expect(world.counterpart().spec.instance.aws).not.toHaveProperty('authTokenRotationDays');
    });

    it('becomes what its tier means by now', async () => {
      const world = await aReadyWorld();
      const larger = { nodeType: 'cache.r7g.large', readReplicas: 1 };
      world.tiers = { ...DEFAULT_TIERS, S1: larger, C1: larger };
      await world.pass();
      expect(world.counterpart().spec.instance.aws.cacheNodeType).toBe('cache.r7g.large');
      expect(ready(world)).toMatchObject({ state: 'Updating', status: 'False' });
    });

    it('is not asked for by a tier of a later version', async () => {
      const world = aWorld({ spec: { redisTier: 'X9' as 'S1' } });
      await world.pass();
      expect(ready(world)).toMatchObject({
        state: 'Error',
        reason: 'InvalidSpec',
        message: 'redisTier X9 is not known to this version of Cloud Manager',
      });
      expect(world.controlPlane.writes).toEqual([]);
    });

    it('is not written again when nothing changes', async () => {
      const world = await aReadyWorld();
      const before = [world.user.writes.length, world.controlPlane.writes.length];
      await world.pass();
      expect([world.user.writes.length, world.controlPlane.writes.length]).toEqual(before);
    });

    it('is not asked for in an IpRange that does not exist', async () => {
      const world = aWorld({ spec: { ipRange: { name: 'mine' } } });
      await world.pass();
      expect(ready(world)).toMatchObject({ state: 'Error', reason: 'IpRangeNotFound' });
    });
  });

  describe('with its Secret', () => {
    it('is ready, and shows what AWS has', async () => {
      const world = await aReadyWorld();
      expect(world.object().status).toMatchObject({
        state: 'Ready',
        observedGeneration: 1,
        authSecret: { name: 'cache' },
        nodeType: 'cache.t4g.small',
        engineVersion: '7.0.7',
        ...redis.endpoints,
      });
      expect(world.said()).toMatchObject({ host: 'h.example.com', port: '6379', authString: TOKEN });
      expect(world.secret()?.metadata).toMatchObject({
        namespace: 'default',
        labels: { 'app.kubernetes.io/managed-by': 'cloud-manager', 'cloud-resources.kyma-project.io/managed': 'true' },
        ownerReferences: [{ kind: redis.redis.kind.kind, name: 'cache', uid: 'uid-cache' }],
      });
    });

    it('is not ready without it, whatever the control plane says', async () => {
      const world = aWorld();
      await world.pass();
      world.tell({}, redis.endpoints);
      await world.pass();
      expect(ready(world)).toMatchObject({ state: 'Processing', status: 'False' });
    });

    it('has it as soon as there is something to say, also before it is ready', async () => {
      const world = aWorld();
      await world.pass();
      world.provide();
      const authSecret = { name: 'cm-it' };
      world.tell({ type: 'Error', reason: 'CloudProviderError', message: 'A parameter is wrong' }, { authSecret });
      await world.pass();
      expect(ready(world)).toMatchObject({ state: 'Error' });
      expect(world.said()).toMatchObject({ host: 'h.example.com', authString: TOKEN });
    });

    it('gets a token that was rotated, and one that is no more is gone', async () => {
      const world = await aReadyWorld();
      world.provide({ host: 'h.example.com', port: '6379', authString: 'the-next-token' });
      await world.pass();
      expect(world.said()).toMatchObject({ authString: 'the-next-token' });
      world.provide({ host: 'h.example.com', port: '6379', authString: '' });
      await world.pass();
      expect(world.said()).not.toHaveProperty('authString');
      expect(world.said()).toMatchObject({ url: 'rediss://h.example.com:6379' });
    });

    it('tells the token nowhere else', async () => {
      const extraData = { wrong: '{{ .authString.x }}', dsn: '{{ .url }}' };
      const world = aWorld({ spec: { authEnabled: true, authSecret: { extraData } } });
      const told = [(await world.pass()).news];
      world.provide();
      told.push((await world.pass()).news, (await world.pass()).news);
      const writes = world.user.writes.filter((write) => !write.includes('Secret'));
      expect(JSON.stringify([told, world.object(), world.counterpart(), writes])).not.toContain(TOKEN);
      expect(world.said()?.['dsn']).toContain(TOKEN);
    });

    it('does not read a Secret that is not that of what was made for it', async () => {
      const world = aWorld();
      await world.pass();
      const other = { ...world.counterpart(), metadata: { ...world.counterpart().metadata, uid: 'uid-of-another' } };
      world.controlPlane.put(controlPlaneSecret(other, { host: 'h', port: '1', authString: 'of another tenant' }));
      world.tell({}, { ...redis.endpoints, authSecret: { name: 'cm-it' } });
      await world.pass();
      expect(world.secret()).toBeUndefined();
      expect(ready(world)).toMatchObject({ status: 'False' });
    });

    it('does not take what an id names that a user has written', async () => {
      const another = await aReadyWorld();
      const id = another.object().status?.id ?? '';
      const world = aWorld({ metadata: { name: 'thief', uid: 'uid-thief' }, status: { id } });
      world.controlPlane.put(another.counterpart());
      world.controlPlane.put(controlPlaneSecret(another.counterpart(), { host: 'h', port: '1', authString: TOKEN }));
      await world.pass();
      await world.pass();
      expect(world.object().status?.id).not.toBe(id);
      expect(world.secret('thief')).toBeUndefined();
      expect(another.counterpart().spec.remoteRef.name).toBe('cache');
    });

    it('has what its author adds, and says what is wrong with it, once', async () => {
      const extraData = { good: '{{ .host }}', bad: '{{ nope }}' };
      const world = aWorld({ spec: { authSecret: { labels: { team: 'a' }, annotations: { note: 'b' }, extraData } } });
      await world.pass();
      world.provide();
      const { news } = await world.pass();
      expect(world.said()).toMatchObject({ good: 'h.example.com', bad: '{{ nope }}' });
      expect(world.secret()?.metadata).toMatchObject({ labels: { team: 'a' }, annotations: { note: 'b' } });
      const message =
        'Ready, but of authSecret.extraData bad is published as it is written: line 1: there is no function nope';
      expect(ready(world)).toEqual({ state: 'Ready', status: 'True', reason: 'InvalidTemplate', message });
      expect(news).toContain(`InvalidTemplate: ${message}`);
      expect((await world.pass()).news).toEqual([]);
      world.edit({ authSecret: { labels: {}, extraData: { good: '{{ .port }}' } } });
      await world.pass();
      world.tell({}, { ...redis.endpoints, authSecret: { name: 'cm-it' } });
      await world.pass();
      expect(world.said()).toMatchObject({ good: '6379' });
      expect(world.said()).not.toHaveProperty('bad');
      expect(world.secret()?.metadata.labels).not.toHaveProperty('team');
      expect(ready(world)).toMatchObject({ state: 'Ready', reason: 'Ready' });
    });

    it('puts it right when somebody edits it or takes it away', async () => {
      const world = await aReadyWorld();
      const secret = world.secret();
      if (secret === undefined) throw new Error('There is no Secret');
      const { metadata, data } = secret;
      world.user.put({
        ...secret,
        metadata: { ...metadata, labels: { ...metadata.labels, theirs: 'x' } },
        data: { ...data, host: 'x' },
      } as never);
      expect((await world.pass()).news).toEqual([
        'SecretUpdated: Secret default/cache is brought up to date: host changed',
      ]);
      expect(world.said()?.['host']).toBe('h.example.com');
      expect(world.secret()?.metadata.labels).toMatchObject({ theirs: 'x' });
      world.user.remove(secretKind, 'cache', 'default');
      await world.pass();
      expect(world.said()).toMatchObject({ host: 'h.example.com', authString: TOKEN });
    });

    it('is not held up by what happens to an object of the same uid in another cluster', async () => {
      const contests = createContests();
      const world = await aReadyWorld({}, contests);
      const { uid } = world.object().metadata;
      for (const others of [contests, contestsIn('kcp-system/other', contests)]) {
        others.noteWrite(uid, 'ours');
        for (let time = 0; time < 9; time++) others.noteCorrection(uid, `theirs-${time}`, 0);
      }
      world.user.put({ ...world.secret(), data: encoded({ host: 'theirs' }) } as never);
      await world.pass();
      expect(world.said()?.['host']).toBe('h.example.com');
    });

    it('does not fight for it without end', async () => {
      const world = await aReadyWorld();
      for (let time = 0; time < 3; time++) {
        world.user.put({ ...world.secret(), data: encoded({ host: `theirs-${time}` }) } as never);
        await world.pass();
      }
      world.user.put({ ...world.secret(), data: encoded({ host: 'theirs' }) } as never);
      const { stop } = await world.pass();
      expect(stop).toMatchObject({ kind: 'stopWithRequeueDelay', delayMs: 60_000 });
      expect(ready(world)).toMatchObject({ state: 'Warning', reason: 'SecretContested' });
      world.clock.advance(60_000);
      await world.pass();
      expect(world.said()?.['host']).toBe('h.example.com');
      expect(ready(world)).toMatchObject({ state: 'Ready' });
    });
  });

  describe('and the name of its Secret', () => {
    it('is settled before it is used, and stays', async () => {
      const world = await aReadyWorld();
      const writes = world.user.writes.filter((write) => /Secret/.test(write));
      expect(writes).toEqual([
        `recordStatus cache ${JSON.stringify({ authSecret: { name: 'cache' } })}`,
        'create Secret cache',
      ]);
      world.edit({ authSecret: { name: 'another' } });
      await world.pass();
      expect(world.object().status?.authSecret).toEqual({ name: 'cache' });
      expect(world.secret('another')).toBeUndefined();
    });

    it('is that which the author has chosen', async () => {
      const world = await aReadyWorld({ spec: { authSecret: { name: 'redis-of.mine' } } });
      expect(world.said('redis-of.mine')).toMatchObject({ host: 'h.example.com' });
      expect(world.secret()).toBeUndefined();
    });

    it('can be chosen anew while somebody else has the first choice, whose Secret stays as it is: nothing is made before', async () => {
      const world = aWorld();
      const theirs = { apiVersion: 'v1', kind: 'Secret', data: encoded({ a: 'b' }) };
      const metadata = { name: 'cache', namespace: 'default', uid: 'uid-theirs', resourceVersion: '1' };
      world.user.put({ ...theirs, metadata });
      const { stop } = await world.pass();
      expect(stop).toMatchObject({ kind: 'stopWithRequeueDelay' });
      expect(ready(world)).toMatchObject({
        state: 'Error',
        reason: 'NameTaken',
        message:
          'Secret default/cache belongs to somebody else, and is left as it is. Delete it, or choose another name in spec.authSecret.name',
      });
      expect(world.controlPlane.writes).toEqual([]);
      expect(world.object().status?.authSecret).toBeUndefined();
      world.edit({ authSecret: { name: 'other' } });
      await world.pass();
      world.provide();
      await world.pass();
      expect(world.said('other')).toMatchObject({ host: 'h.example.com' });
      expect(world.said()).toEqual({ a: 'b' });
    });

    it('is taken back when somebody else was faster, and can be chosen anew', async () => {
      const world = aWorld({ spec: { authSecret: { name: 'shared' } }, status: { authSecret: { name: 'shared' } } });
      const metadata = { name: 'shared', namespace: 'default', uid: 'uid-theirs', resourceVersion: '1' };
      world.user.put({ apiVersion: 'v1', kind: 'Secret', data: encoded({ a: 'b' }), metadata } as never);
      await world.pass();
      world.provide();
      await world.pass();
      expect(ready(world)).toMatchObject({
        reason: 'NameTaken',
        message: expect.stringMatching(/choose another name/),
      });
      expect(world.object().status).not.toHaveProperty('authSecret');
      world.edit({ authSecret: { name: 'own' } });
      await world.pass();
      expect(world.said('own')).toMatchObject({ host: 'h.example.com' });
      expect(world.said('shared')).toEqual({ a: 'b' });
    });

    it('does not lead to a Secret of somebody else, whatever the status says', async () => {
      const world = aWorld({ status: { authSecret: { name: 'theirs' } } });
      const metadata = { name: 'theirs', namespace: 'default', uid: 'uid-theirs', resourceVersion: '1' };
      world.user.put({ apiVersion: 'v1', kind: 'Secret', data: encoded({ a: 'b' }), metadata } as never);
      await world.pass();
      world.provide();
      await world.pass();
      expect(ready(world)).toMatchObject({ state: 'Error', reason: 'NameTaken' });
      world.user.remove(redis.redis.kind, 'cache', 'default');
      await world.pass();
      world.controlPlane.remove(redis.redis.counterpart, world.object().status?.id ?? '');
      await world.pass();
      expect(() => world.object()).toThrow('gone');
      expect(world.said('theirs')).toEqual({ a: 'b' });
    });

    it('may be as long as names of objects are', async () => {
      const name = `${'a'.repeat(95)}.${'b'.repeat(95)}`;
      const world = await aReadyWorld({ metadata: { name, uid: 'uid-long', namespace: 'n'.repeat(63) } });
      expect(world.said(name)).toMatchObject({ host: 'h.example.com' });
      expect(ready(world)).toMatchObject({ state: 'Ready' });
    });
  });

  describe('that is paused', () => {
    it('is left as it is, and says so; that it is paused reaches the control plane', async () => {
      const world = await aReadyWorld();
      world.annotate({ [PAUSE]: 'true' });
      world.edit({ authEnabled: true });
      const { news } = await world.pass();
      expect(news).toHaveLength(1);
      expect(world.counterpart()).toMatchObject({
        metadata: { annotations: { [PAUSE]: 'true' } },
        spec: { instance: { aws: { authEnabled: false } } },
      });
      expect(findCondition(world.object().status?.conditions, 'Paused')?.status).toBe('True');
      expect(world.object().status?.observedGeneration).toBe(1);
      world.annotate({});
      await world.pass();
      expect(world.counterpart().metadata.annotations).not.toHaveProperty(PAUSE);
      expect(world.counterpart().spec.instance.aws.authEnabled).toBe(true);
      expect(findCondition(world.object().status?.conditions, 'Paused')).toBeUndefined();
    });

    it('in the control plane by its operators says so, and its Secret is looked after', async () => {
      const world = await aReadyWorld();
      const paused = aCondition({ type: 'Paused', reason: 'Paused', message: 'Nothing is done' });
      world.tell({}, { ...redis.endpoints, authSecret: { name: 'cm-it' }, conditions: [aCondition(), paused] });
      world.user.remove(secretKind, 'cache', 'default');
      await world.pass();
      expect(findCondition(world.object().status?.conditions, 'Paused')).toMatchObject({ status: 'True' });
      expect(ready(world)).toMatchObject({ state: 'Ready' });
      expect(world.said()).toMatchObject({ host: 'h.example.com' });
      world.tell({}, { ...redis.endpoints, authSecret: { name: 'cm-it' } });
      await world.pass();
      expect(findCondition(world.object().status?.conditions, 'Paused')).toBeUndefined();
    });

    it('is not deleted before it goes on', async () => {
      const world = await aReadyWorld();
      world.annotate({ [PAUSE]: 'true' });
      world.user.remove(redis.redis.kind, 'cache', 'default');
      await world.pass();
      expect(world.counterpart().metadata.deletionTimestamp).toBeUndefined();
      world.annotate({});
      await world.pass();
      expect(() => world.counterpart()).toThrow('no counterpart');
    });

    it('tells the control plane also when what is there is being deleted', async () => {
      const world = await aReadyWorld();
      const { metadata, ...rest } = world.counterpart();
      world.controlPlane.put({ ...rest, metadata: { ...metadata, finalizers: ['theirs'] } });
      world.user.remove(redis.redis.kind, 'cache', 'default');
      await world.pass();
      world.annotate({ [PAUSE]: 'true' });
      await world.pass();
      expect(world.counterpart().metadata).toMatchObject({
        deletionTimestamp: expect.any(String),
        annotations: { [PAUSE]: 'true' },
      });
    });
  });

  describe('that is deleted', () => {
    /** The control plane takes its time. */
    const deleted = async (world: AwsRedisWorld): Promise<AwsRedisWorld> => {
      const { metadata, ...rest } = world.counterpart();
      world.controlPlane.put({ ...rest, metadata: { ...metadata, finalizers: ['theirs'] } });
      world.user.remove(redis.redis.kind, 'cache', 'default');
      await world.pass();
      return world;
    };
    const letGo = (world: AwsRedisWorld): void => {
      const { metadata, ...rest } = world.counterpart();
      world.controlPlane.put({ ...rest, metadata: { ...metadata, finalizers: [] } });
    };

    it('keeps its Secret as long as the Redis may answer', async () => {
      const world = await deleted(await aReadyWorld());
      expect(world.counterpart().metadata.deletionTimestamp).toBeDefined();
      expect(ready(world)).toMatchObject({ state: 'Deleting', reason: 'DeletingInstance' });
      expect(world.said()).toMatchObject({ host: 'h.example.com', authString: TOKEN });
      expect((await world.pass()).news).toEqual([]);
      letGo(world);
      await world.pass();
      expect(world.secret()).toBeUndefined();
      expect(() => world.object()).toThrow('gone');
    });

    it('waits for a Secret that others keep, and says who', async () => {
      const world = await deleted(await aReadyWorld());
      const secret = world.secret();
      const finalizers = Array.from({ length: 9 }, (_, at) => `example.com/${at}`);
      world.user.put({ ...secret, metadata: { ...secret?.metadata, finalizers } } as never);
      letGo(world);
      await world.pass();
      expect(ready(world)).toMatchObject({
        state: 'Deleting',
        reason: 'DeletingAuthSecret',
        message:
          'Secret default/cache is being deleted, and kept by finalizers of others: example.com/0, example.com/1, example.com/2, example.com/3, example.com/4 and 4 more',
      });
      world.user.put({ ...world.secret(), metadata: { ...world.secret()?.metadata, finalizers: [] } } as never);
      await world.pass();
      expect(() => world.object()).toThrow('gone');
    });

    it('goes at once when nothing was made', async () => {
      const world = aWorld({ metadata: { finalizers: [FINALIZER] } });
      world.user.remove(redis.redis.kind, 'cache', 'default');
      await world.pass();
      expect(() => world.object()).toThrow('gone');
      expect(world.controlPlane.writes).toEqual([]);
    });

    it('goes when nothing was made and the control plane does not know the cluster', async () => {
      const world = aWorld({ metadata: { finalizers: [FINALIZER] } });
      world.scope = undefined;
      world.user.remove(redis.redis.kind, 'cache', 'default');
      await world.pass();
      expect(() => world.object()).toThrow('gone');
    });

    it('tells what is in the way', async () => {
      const world = await deleted(await aReadyWorld());
      world.tell({ type: 'Error', reason: 'CloudProviderError', message: 'AWS does not let it go' });
      await world.pass();
      expect(ready(world)).toMatchObject({ state: 'Error', message: 'AWS does not let it go' });
    });
  });

  it.each(['before', 'after'] as const)(
    'comes to be, and goes, though every other pass dies %s a write',
    async (when) => {
      const world = aWorld();
      const live = async (times: number): Promise<void> => {
        for (let time = 0; time < times; time++) {
          world.user.failNextWrite(when);
          await world.pass().catch(ignoreDeath);
          world.controlPlane.failNextWrite(when);
          await world.pass().catch(ignoreDeath);
        }
      };
      await live(6);
      world.provide();
      await live(6);
      expect(ready(world)).toMatchObject({ state: 'Ready' });
      const value = remoteIndexValue('kcp-system', 'demo', { namespace: 'default', name: 'cache' });
      expect(world.controlPlane.byIndex(redis.redis.counterpart, REMOTE_INDEX, value)).toHaveLength(1);
      expect(world.said()).toMatchObject({ host: 'h.example.com', authString: TOKEN });
      const { id = '' } = world.object().status ?? {};
      world.user.remove(redis.redis.kind, 'cache', 'default');
      const isThere = (): boolean => world.user.find(redis.redis.kind, 'cache', 'default') !== undefined;
      for (let passes = 0; isThere() && passes < 40; passes += 1) {
        if (passes % 2 === 0) world.user.failNextWrite(when);
        await world.pass().catch(ignoreDeath);
      }
      expect([world.secret(), world.controlPlane.find(redis.redis.counterpart, id)]).toEqual([undefined, undefined]);
      expect(() => world.object()).toThrow('gone');
    },
  );

  it('shows nothing of what the control plane has lost', async () => {
    const world = await aReadyWorld();
    world.tell({ type: 'Ready', status: 'False', reason: 'Processing', message: 'It is made again' });
    const { metadata } = world.counterpart();
    const status = { observedGeneration: metadata.generation, conditions: [aCondition({ status: 'False' })] };
    world.controlPlane.put({ ...world.counterpart(), status } as never);
    await world.pass();
    for (const field of [...Object.keys(redis.endpoints), 'nodeType', 'engineVersion']) {
      expect(world.object().status).not.toHaveProperty(field);
    }
    expect(ready(world)).toMatchObject({ state: 'Creating' });
    expect(world.said()).toMatchObject({ host: 'h.example.com' });
  });
});
