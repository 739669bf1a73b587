import { describe, expect, it } from 'vitest';
import { aScope } from '../../../test/support/cloud-control.ts';
import { completed } from '../../../test/support/memory-cluster.ts';
import { aFakeCluster } from '../../../test/support/fake-cluster.ts';
import { aPass } from '../../../test/support/pass.ts';
import { scopeKind } from '../../api/cloud-control/v1beta1/scope.ts';
import { FINALIZER } from '../../api/names.ts';
import { AwsError, type AwsErrorKind, NotFoundError } from '../../aws/errors.ts';
import {
  type Action,
  concurrently,
  named,
  next,
  requeueAfterMs,
  runPipeline,
  stopAndForget,
} from '../../composed/index.ts';
import { VirtualClock } from '../../util/virtual-clock.ts';
import { refusalDelayMs, refusedAs, reportAwsErrors } from './aws-error.ts';
import { failed, processing } from './finding.ts';
import { createObjectState, type ObjectState } from './object-state.ts';
import { commonStatusOf } from './status.ts';

const anAwsError = (kind: AwsErrorKind, code = 'SomeCode'): AwsError =>
  new AwsError({ service: 'ec2', operation: 'DescribeVpcs', code, requestId: 'req-1', kind, detail: '' });

const throwing = (error: unknown): Action<ObjectState> =>
  named('throwing', () => {
    throw error;
  });

type Options = Parameters<typeof reportAwsErrors>[1];

async function run(pipeline: Action<ObjectState>, object = aScope(), options: Options = {}) {
  const state: ObjectState = createObjectState(scopeKind, object, aFakeCluster());
  const stop = await runPipeline(reportAwsErrors(pipeline, options), state, aPass());
  return { stop, finding: state.finding };
}

const aScopeIn = (finding: Parameters<typeof commonStatusOf>[1]) =>
  aScope({ status: completed(aScope(), commonStatusOf(aScope(), finding), new VirtualClock()) });

it('asks ever less often while AWS is out of reach, and begins anew after a pass that went well', async () => {
  const clock = new VirtualClock();
  const world: { error: Error | undefined } = { error: anAwsError('network') };
  const pipeline = reportAwsErrors<ObjectState>(
    named('fickle', () => {
      if (world.error !== undefined) throw world.error;
      return stopAndForget('done');
    }),
  );
  const delayMs = async (): Promise<number> => {
    const state = createObjectState(scopeKind, aScope(), aFakeCluster());
    const stop = await runPipeline(pipeline, state, aPass({ clock }));
    const ms = requeueAfterMs(stop);
    if (Number.isFinite(ms)) clock.advance(ms);
    return ms / 1_000;
  };
  const delays: number[] = [];
  for (let pass = 0; pass < 8; pass++) delays.push(await delayMs());
  expect(delays).toEqual([10, 10, 20, 40, 80, 160, 300, 300]);
  world.error = anAwsError('in-use');
  expect(await delayMs()).toBe(60);
  world.error = undefined;
  expect(await delayMs()).toBe(Infinity);
  world.error = anAwsError('network');
  expect(await delayMs()).toBe(10);
});

describe('a write that may have its effect late', () => {
  it.each([
    { what: 'AWS did not answer', error: anAwsError('network'), isCutOff: false, isNoted: true },
    { what: 'the pass was cut off', error: new Error('the pass took too long'), isCutOff: true, isNoted: true },
    { what: 'AWS refused', error: anAwsError('access-denied'), isCutOff: false, isNoted: false },
    { what: 'the program failed', error: new TypeError('bug'), isCutOff: false, isNoted: false },
  ])('is kept in mind by the next passes: $isNoted, when $what', async ({ error, isCutOff, isNoted }) => {
    const deadline = new AbortController();
    const clock = new VirtualClock();
    const seen: (number | undefined)[] = [];
    const pipeline = reportAwsErrors<ObjectState>(
      named('looking', (state) => {
        seen.push(state.unansweredAtMs);
        if (seen.length === 1) {
          if (isCutOff) deadline.abort(error);
          throw error;
        }
        return stopAndForget('done');
      }),
    );
    for (const pass of [aPass({ clock, signal: deadline.signal }), aPass({ clock })]) {
      await runPipeline(pipeline, createObjectState(scopeKind, aScope(), aFakeCluster()), pass).catch(() => undefined);
    }
    expect(seen).toEqual([undefined, isNoted ? clock.monotonicMs() : undefined]);
  });
});

describe('what AWS may carry out late', () => {
  const metadata = { finalizers: [FINALIZER], deletionTimestamp: '2026-01-01T00:00:00Z' };

  /** What the second of two passes over an object that is being deleted is told, which was first met when it was new. */
  async function toldAfter(first: Action<ObjectState>): Promise<number | undefined> {
    let told: number | undefined;
    const passes = [() => stopAndForget('made'), first, tell];
    function tell(state: ObjectState) {
      told = state.unansweredAtMs;
      return stopAndForget('told');
    }
    const pipeline = reportAwsErrors<ObjectState>(
      named('deleting', (state, pass) => (passes.shift() ?? tell)(state, pass)),
      { hasParts: true },
    );
    for (const object of [aScope(), aScope({ metadata }), aScope({ metadata })]) {
      await runPipeline(pipeline, createObjectState(scopeKind, object, aFakeCluster()), aPass());
    }
    return told;
  }

  it('is nothing while a deletion is held back, or its end would be waited for in vain', async () => {
    expect(await toldAfter(named('heldBack', () => stopAndForget('used')))).toBeUndefined();
  });

  it('is not known any more of an object that was let go', async () => {
    const release = named('release', (state: ObjectState) => {
      state.isReleased = true;
      return stopAndForget('deleted');
    });
    expect(await toldAfter(release)).toBe(0);
  });
});

describe('a refusal', () => {
  const denied = (service: string, operation: string, code: string): AwsError =>
    new AwsError({ service, operation, code, requestId: 'req-1', kind: 'access-denied', detail: '' });
  const roleArn = 'arn:aws:iam::123456789012:role/path/CloudManager';

  it.each([
    {
      error: denied('sts', 'AssumeRole', 'AccessDenied'),
      roleArn,
      says: '; account 123456789012 has to have the role CloudManager, and to let the operator take it on',
    },
    {
      error: denied('ec2', 'CreateVpc', 'UnauthorizedOperation'),
      roleArn,
      says: '; the role CloudManager in account 123456789012 has to permit this',
    },
    {
      error: denied('ec2', 'CreateVpc', 'UnauthorizedOperation'),
      roleArn: undefined,
      says: '; the operator has to be permitted this in account 123456789012',
    },
    {
      error: denied('sts', 'AssumeRole', 'SignatureDoesNotMatch'),
      roleArn,
      says: '(AssumeRole: SignatureDoesNotMatch)',
    },
  ])('$error.code of $error.operation says who has to do what', async ({ error, says, roleArn: arn }) => {
    const target = { accountId: '123456789012', region: 'eu-central-1', roleArn: arn };
    const refused = named('refused', (state: ObjectState) => {
      Object.assign(state, { target });
      throw error;
    });
    const { finding } = await run(refused);
    expect(finding?.message.endsWith(says), finding?.message).toBe(true);
  });
});

describe('an error of AWS', () => {
  it.each(['access-denied', 'invalid-input', 'limit'] as const)(
    'of kind %s is an Error with AWS code',
    async (kind) => {
      const { stop, finding } = await run(throwing(anAwsError(kind, 'VpcLimitExceeded')));
      expect(finding).toMatchObject({ state: 'Error', reason: 'CloudProviderError' });
      expect(finding?.message).toContain('VpcLimitExceeded');
      expect(stop).toMatchObject({ kind: 'stopWithRequeueDelay', delayMs: 60_000 });
    },
  );

  it.each(['throttled', 'network', 'internal'] as const)('of kind %s leaves a ready object ready', async (kind) => {
    const { stop, finding } = await run(throwing(anAwsError(kind)));
    expect(finding).toBeUndefined();
    expect(stop).toMatchObject({ kind: 'stopWithRequeueDelay', delayMs: 10_000 });
  });

  it('that is transient does not hide a refusal that the object shows', async () => {
    const object = aScopeIn(failed('CloudProviderError', 'denied'));
    expect((await run(throwing(anAwsError('throttled')), object)).finding).toBeUndefined();
  });

  it('that is transient is told by an object that is not ready yet', async () => {
    const { finding } = await run(throwing(anAwsError('network')), aScopeIn(processing('wait')));
    expect(finding).toMatchObject({ state: 'Processing', reason: 'Processing' });
  });

  it('C14: about a state that passes is no Error', async () => {
    for (const kind of ['in-use', 'invalid-state', 'already-exists', 'not-found'] as const) {
      expect((await run(throwing(anAwsError(kind, 'DependencyViolation')))).finding?.state).toBe('Processing');
    }
    expect((await run(throwing(new NotFoundError('VPC', 'vpc-1')))).finding?.state).toBe('Processing');
  });

  it('says Deleting of an object that is being deleted, unless a person has to act', async () => {
    const object = aScope({ metadata: { deletionTimestamp: '1970-01-01T00:00:00Z' } });
    expect((await run(throwing(anAwsError('in-use')), object)).finding?.state).toBe('Deleting');
    expect((await run(throwing(anAwsError('access-denied')), object)).finding?.state).toBe('Error');
  });

  it('C2: never tells a request id, so that the same cause has the same sentence', async () => {
    expect(JSON.stringify(await run(throwing(anAwsError('limit'))))).not.toContain('req-1');
  });

  it('is told under the reason that the kind has for refusals, and only refusals are', async () => {
    const options: Options = { refusalReason: 'InvalidBinding' };
    const reasonOf = async (kind: AwsErrorKind) =>
      (await run(throwing(anAwsError(kind)), aScope({ status: {} }), options)).finding?.reason;
    expect(await reasonOf('access-denied')).toBe('InvalidBinding');
    expect(await reasonOf('throttled')).toBe('Processing');
  });

  it('that has a reason and words of its own is told with them, when it is a refusal', async () => {
    const asking = (kind: AwsErrorKind) =>
      named('asking', async () => {
        const work = Promise.reject(anAwsError(kind, 'Denied'));
        await refusedAs(work, ({ code }) => failed('FailedCreatingRoutes', `${code}: ask its owner`));
        return next;
      });
    const refused = await run(asking('access-denied'), aScopeIn(failed('CloudProviderError', 'denied')));
    expect(refused.finding).toEqual(failed('FailedCreatingRoutes', 'Denied: ask its owner'));
    expect(refused.stop).toMatchObject({ kind: 'stopWithRequeueDelay', delayMs: 60_000 });
    expect((await run(asking('in-use'))).finding).toMatchObject({ state: 'Processing', reason: 'Processing' });
  });

  it('that needs a person is told before those that do not', async () => {
    const both = concurrently(throwing(anAwsError('network')), throwing(anAwsError('access-denied', 'Denied')));
    expect((await run(both)).finding?.message).toContain('Denied');
  });

  it('does not cover up another error beside it', async () => {
    const both = concurrently(throwing(anAwsError('network')), throwing(new TypeError('bug')));
    await expect(run(both)).rejects.toThrow(AggregateError);
    await expect(run(throwing(new TypeError('bug')))).rejects.toThrow('bug');
  });

  it('is not seen where there is none', async () => {
    expect(await run(named('fine', () => next))).toMatchObject({ finding: undefined, stop: { kind: 'stopAndForget' } });
  });
});

describe('C13: the delay after a refusal', () => {
  it('is a minute at first and falls to once in 15 minutes, without a counter', () => {
    const clock = new VirtualClock();
    const object = aScopeIn(failed('CloudProviderError', 'denied'));
    const startMs = clock.now();
    const minutes = Array.from({ length: 8 }, () => {
      const delayMs = refusalDelayMs(object, clock, 1);
      clock.advance(delayMs);
      return delayMs / 60_000;
    });
    expect(minutes).toEqual([1, 1, 2, 4, 8, 15, 15, 15]);
    expect(clock.now() - startMs).toBe(61 * 60_000);
  });

  it('is as much shorter as a simulated AWS is faster, and never a loop', () => {
    const clock = new VirtualClock();
    const object = aScopeIn(failed('CloudProviderError', 'denied'));
    const delays = [1 / 6, 1 / 600].flatMap((scale) =>
      [0, 3_600_000].map((ageMs) => {
        const later = new VirtualClock(clock.now() + ageMs);
        return refusalDelayMs(object, later, scale) / 1_000;
      }),
    );
    expect(delays).toEqual([10, 150, 1, 1.5]);
  });

  it('begins anew after a recovery', () => {
    const clock = new VirtualClock();
    clock.advance(3_600_000);
    expect(refusalDelayMs(aScope(), clock, 1)).toBe(60_000);
  });
});
