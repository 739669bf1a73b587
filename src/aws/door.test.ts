import { describe, expect, it } from 'vitest';
import { aCall } from '../../test/support/pass.ts';
import { type Call, WriteRefusedError } from '../util/call.ts';
import { sleep } from '../util/clock.ts';
import { VirtualClock } from '../util/virtual-clock.ts';
import { createDoor, type DoorRequest } from './door.ts';
import { AwsError } from './errors.ts';
import type { CallRecord } from './provider.ts';
import { RateLimiter } from './rate-limiter.ts';
import type { SendOptions } from './transport.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** An error as the SDK throws it for a code of AWS, or for a socket. */
const refused = (code: string, httpStatusCode = 400): Error =>
  Object.assign(new Error('Some words.'), { name: code, $metadata: { httpStatusCode } });
const dropped = (): Error => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });

/** What the far side does with one request. */
type Reaction = Error | 'answer' | 'hang' | { readonly afterMs: number };

function aDoor(reactions: readonly Reaction[], overrides: Partial<DoorRequest<string>> = {}, call: Partial<Call> = {}) {
  const clock = new VirtualClock();
  const heard: CallRecord[] = [];
  const sentAtMs: number[] = [];
  const closing = new AbortController();
  const limiter = new RateLimiter(clock);
  const door = createDoor({
    clock,
    onCall: (record) => heard.push(record),
    limiter,
    requestTimeoutMs: 15_000,
    closed: closing.signal,
    random: () => 1,
  });
  const send = async ({ beforeSocket, abortSignal }: SendOptions): Promise<string> => {
    beforeSocket();
    const reaction = reactions[sentAtMs.length] ?? 'answer';
    sentAtMs.push(clock.monotonicMs());
    if (reaction === 'answer') return 'answer';
    if (reaction instanceof Error) throw reaction;
    await sleep(clock, reaction === 'hang' ? 3_600_000 : reaction.afterMs, abortSignal);
    return 'late answer';
  };
  const request: DoorRequest<string> = {
    service: 'elasticache',
    operation: 'DescribeReplicationGroups',
    access: 'read',
    rateClass: 'elasticache',
    target: { accountId: '123456789012', region: 'eu-central-1', roleArn: undefined },
    call: aCall({ clock, deadlineMs: 60_000, ...call }),
    secrets: [],
    send,
    renewCredentials: () => false,
    ...overrides,
  };
  /** Sends, and lets time pass until it is settled or `limitMs` is over. */
  const run = async (limitMs = 120_000): Promise<PromiseSettledResult<string>> => {
    const settled = Promise.allSettled([door.send(request)]);
    const over = new AbortController();
    void settled.then(() => over.abort());
    await settle();
    while (!over.signal.aborted && clock.monotonicMs() < limitMs && clock.nextDueInMs !== undefined) {
      clock.advance(clock.nextDueInMs);
      await settle();
    }
    return (await settled)[0];
  };
  return { clock, heard, sentAtMs, closing, limiter, door, request, run };
}

const write = { access: 'write', operation: 'CreateReplicationGroup' } as const;

describe('the door', () => {
  it('gives the answer, counts the request and leaves no timer', async () => {
    const { run, heard, clock } = aDoor([{ afterMs: 120 }]);
    expect(await run()).toEqual({ status: 'fulfilled', value: 'late answer' });
    expect(heard).toEqual([
      {
        service: 'elasticache',
        operation: 'DescribeReplicationGroups',
        accountId: '123456789012',
        region: 'eu-central-1',
        result: 'ok',
        durationMs: 120,
      },
    ]);
    expect(clock.pending).toBe(0);
  });

  it.each([
    { reason: 'throttled', failure: refused('Throttling') },
    { reason: 'dropped', failure: dropped() },
    { reason: 'a fault of AWS', failure: refused('InternalFailure', 500) },
  ])('reads again after a request was $reason', async ({ failure }) => {
    const { run, heard } = aDoor([failure, failure]);
    expect(await run()).toMatchObject({ value: 'answer' });
    expect(heard.length).toBe(3);
    expect(heard.at(-1)?.result).toBe('ok');
  });

  it('gives up reading after four attempts, with growing delays between', async () => {
    const { run, sentAtMs } = aDoor(Array.from({ length: 9 }, dropped));
    expect(await run()).toMatchObject({ reason: { kind: 'network', code: 'ECONNRESET' } });
    expect(sentAtMs).toEqual([0, 200, 600, 1_400]);
  });

  it('does not read again what AWS refuses for good', async () => {
    const { run, sentAtMs } = aDoor([refused('AccessDenied', 403)]);
    expect(await run()).toMatchObject({ reason: { kind: 'access-denied', operation: 'DescribeReplicationGroups' } });
    expect(sentAtMs.length).toBe(1);
  });

  it.each([
    { reason: 'its connection dropped', failure: dropped() },
    { reason: 'AWS failed', failure: refused('InternalFailure', 500) },
  ])('never sends a write again when $reason: it may have been done', async ({ failure }) => {
    const { run, sentAtMs } = aDoor([failure], write);
    expect(await run()).toMatchObject({ status: 'rejected' });
    expect(sentAtMs.length).toBe(1);
  });

  it('sends a throttled write again, for it was not done', async () => {
    const { run, sentAtMs } = aDoor([refused('ThrottlingException')], write);
    expect(await run()).toMatchObject({ value: 'answer' });
    expect(sentAtMs.length).toBe(2);
  });

  it('makes others wait too when AWS throttles', async () => {
    const { door, request, limiter, clock } = aDoor([refused('Throttling')]);
    const sent = door.send(request);
    await settle();
    const other = limiter.take({ ...request, operation: 'Other' }, 60_000, new AbortController().signal);
    await expect(Promise.race([other, settle().then(() => 'waits')])).resolves.toBe('waits');
    clock.advance(1_499);
    await expect(Promise.race([other, settle().then(() => 'waits')])).resolves.toBe('waits');
    clock.advance(1);
    await expect(other).resolves.toBe(true);
    clock.advance(1_000);
    await expect(sent).resolves.toBe('answer');
  });

  it('ends a hanging request after the request time-out and reads again', async () => {
    const { run, sentAtMs } = aDoor(['hang', 'answer']);
    expect(await run()).toMatchObject({ value: 'answer' });
    expect(sentAtMs).toEqual([0, 15_200]);
  });

  it('ends a hanging write, with an unknown outcome', async () => {
    const { run, clock, heard } = aDoor(['hang'], write);
    expect(await run()).toMatchObject({ reason: { kind: 'network', code: 'TimeoutError' } });
    expect(clock.monotonicMs()).toBe(15_000);
    expect(heard.map(({ result }) => result)).toEqual(['TimeoutError']);
  });

  it('does not go on beyond the deadline of the call', async () => {
    const { run, clock, sentAtMs } = aDoor(['hang', 'hang'], {}, { deadlineMs: 20_000 });
    expect(await run()).toMatchObject({ reason: { kind: 'network' } });
    expect(clock.monotonicMs()).toBe(20_000);
    expect(sentAtMs.length).toBe(2);
  });

  it('throws the reason of the call as soon as it aborts', async () => {
    const pass = new AbortController();
    const { door, request, heard, clock } = aDoor(['hang'], {}, { signal: pass.signal });
    const sent = door.send(request);
    await settle();
    pass.abort(new Error('shutdown'));
    await expect(sent).rejects.toThrow('shutdown');
    expect(heard.map(({ result }) => result)).toEqual(['Aborted']);
    await settle();
    expect(clock.pending).toBe(0);
  });

  it('ends all calls when the AWS side is closed', async () => {
    const { door, request, closing } = aDoor(['hang']);
    const sent = door.send(request);
    await settle();
    closing.abort(new Error('closed'));
    await expect(sent).rejects.toThrow('closed');
  });

  it('refuses writes of a call that may only read, before anything is sent', async () => {
    const { run, sentAtMs, heard } = aDoor(['answer'], write, { mode: 'plan' });
    expect(await run()).toMatchObject({ reason: expect.any(WriteRefusedError) as unknown });
    expect([sentAtMs, heard]).toEqual([[], []]);
  });

  it('lets reads of a plan through', async () => {
    const { run } = aDoor(['answer'], {}, { mode: 'plan' });
    expect(await run()).toMatchObject({ value: 'answer' });
  });

  it('asks for authority in the last step before the socket, until the deadline of the request', async () => {
    const endsInTurn = [14_000, 14_000, 13_999];
    const { run, sentAtMs } = aDoor(['answer'], write, { authority: { expiresAtMs: () => endsInTurn.shift() ?? 0 } });
    expect(await run()).toMatchObject({ reason: { refusedFor: 'authority' } });
    expect(sentAtMs).toEqual([]);
  });

  it('ends a write with its authority when that ends before the time-out, and lets reads have theirs', async () => {
    const authority = { expiresAtMs: () => 8_000 };
    const { run, clock } = aDoor(['hang'], write, { authority });
    expect(await run()).toMatchObject({ reason: { code: 'TimeoutError' } });
    expect(clock.monotonicMs()).toBe(8_000);
    const read = aDoor(['hang'], {}, { authority, deadlineMs: 15_000 });
    expect(await read.run()).toMatchObject({ reason: { code: 'TimeoutError' } });
    expect(read.clock.monotonicMs()).toBe(15_000);
  });

  it('does not begin a write that the authority leaves hardly any time for', async () => {
    const { run, sentAtMs } = aDoor(['answer'], write, { authority: { expiresAtMs: () => 499 } });
    expect(await run()).toMatchObject({ reason: { refusedFor: 'authority' } });
    expect(sentAtMs).toEqual([]);
  });

  it('does not send a throttled write again once the lease is lost', async () => {
    let expiresAtMs = 60_000;
    const { door, request, sentAtMs, clock } = aDoor([refused('Throttling')], write, {
      authority: { expiresAtMs: () => expiresAtMs },
    });
    const sent = Promise.allSettled([door.send(request)]);
    await settle();
    expiresAtMs = 0;
    clock.advance(5_000);
    await settle();
    clock.advance(5_000);
    expect(await sent).toMatchObject([{ reason: { refusedFor: 'authority' } }]);
    expect(sentAtMs.length).toBe(1);
  });

  it('sends once more with fresh credentials when AWS refused the old ones', async () => {
    let renewals = 0;
    const renewCredentials = (): boolean => (renewals += 1) > 0;
    const stale = aDoor([refused('ExpiredTokenException', 403)], { ...write, renewCredentials });
    expect(await stale.run()).toMatchObject({ value: 'answer' });
    const hopeless = aDoor([refused('ExpiredToken', 403), refused('ExpiredToken', 403)], { renewCredentials });
    expect(await hopeless.run()).toMatchObject({ reason: { code: 'ExpiredToken', kind: 'access-denied' } });
    expect(renewals).toBe(2);
  });

  it('passes on a refusal of the role exchange as it is, counted where it happened', async () => {
    const fields = { service: 'sts', operation: 'AssumeRole', code: 'AccessDenied', requestId: undefined };
    const refusal = new AwsError({ ...fields, kind: 'access-denied', detail: '' });
    const { run, heard } = aDoor([], { send: () => Promise.reject(refusal) });
    expect(await run()).toMatchObject({ reason: refusal });
    expect(heard).toEqual([]);
  });

  it('gives up at its deadline also when reads have overtaken a write that would have been in time', async () => {
    const { door, request, limiter, clock, sentAtMs } = aDoor([], write, { deadlineMs: 1_500 });
    limiter.pause(request, 1_000);
    const sent = door.send(request);
    await settle();
    for (let reads = 0; reads < 10; reads += 1) {
      void limiter.take({ ...request, access: 'read' }, Infinity, new AbortController().signal);
    }
    clock.advance(3_000);
    await expect(sent).rejects.toMatchObject({ code: 'ClientRateLimit', kind: 'throttled' });
    expect(sentAtMs).toEqual([]);
  });

  it('lets nothing leave after the deadline, when whoever sends has not noticed it', async () => {
    let leave = (): void => {};
    const send = ({ beforeSocket }: SendOptions): Promise<string> => {
      leave = beforeSocket;
      return Promise.withResolvers<string>().promise;
    };
    const { door, request, clock, heard } = aDoor([], { ...write, send }, { deadlineMs: 1_000 });
    const sent = door.send(request);
    await settle();
    clock.advance(1_000);
    await expect(sent).rejects.toMatchObject({ code: 'TimeoutError' });
    expect(leave).toThrow('TimeoutError');
    expect(heard).toEqual([]);
  });

  it('says so when our own rate limit would take longer than the call has', async () => {
    const { door, request, limiter } = aDoor([], {}, { deadlineMs: 100 });
    limiter.pause(request, 10_000);
    await expect(door.send(request)).rejects.toMatchObject({ code: 'ClientRateLimit', kind: 'throttled' });
  });
});
