import { describe, expect, it } from 'vitest';
import { aCondition, aScope } from '../../../test/support/cloud-control.ts';
import { completed } from '../../../test/support/memory-cluster.ts';
import { VirtualClock } from '../../util/virtual-clock.ts';
import { deleting, failed, type Finding, heldBack, processing, ready } from './finding.ts';
import { type CommonStatus, commonStatusOf, isReady, type Reported, toldState, troubleAgeMs } from './status.ts';

const clockAt = (ms: number): VirtualClock => {
  const clock = new VirtualClock(0);
  clock.advance(ms);
  return clock;
};

/** The status of `finding` as the runtime writes it at `ms`. */
const written = (object: Reported, finding: Finding | undefined, ms: number): CommonStatus =>
  completed(object, commonStatusOf(object, finding), clockAt(ms));

const typesOf = (status: CommonStatus): string[] =>
  (status.conditions ?? []).map(({ type, status: value, reason }) => `${type}=${value}/${reason}`);

describe('the status that a finding makes', () => {
  it.each([
    { finding: ready(), state: 'Ready', conditions: ['Ready=True/Ready'] },
    { finding: processing('wait'), state: 'Processing', conditions: ['Ready=False/Processing'] },
    { finding: deleting('going'), state: 'Deleting', conditions: ['Ready=False/Deleting'] },
    {
      finding: failed('VpcNotFound', 'no VPC'),
      state: 'Error',
      conditions: ['Ready=False/VpcNotFound', 'Error=True/VpcNotFound', 'Stalled=True/VpcNotFound'],
    },
    {
      finding: heldBack('DeleteWhileUsed', 'used'),
      state: 'Warning',
      conditions: ['Ready=False/DeleteWhileUsed', 'Warning=True/DeleteWhileUsed', 'Stalled=True/DeleteWhileUsed'],
    },
  ])('says $state in state and conditions', ({ finding, state, conditions }) => {
    const status = written(aScope(), finding, 0);
    expect(status.state).toBe(state);
    expect(typesOf(status)).toEqual(conditions);
  });

  it('C1: saying the same again, later, changes nothing', () => {
    const object = aScope({ status: written(aScope(), failed('VpcNotFound', 'no VPC'), 5_000) });
    expect(written(object, failed('VpcNotFound', 'no VPC'), 90_000)).toEqual(object.status);
  });

  it('moves the transition time of those conditions alone whose status changed', () => {
    const object = aScope({ status: written(aScope(), processing('wait'), 5_000) });
    const { conditions } = written(object, failed('VpcNotFound', 'no VPC'), 90_000);
    expect(conditions?.map(({ type, lastTransitionTime }) => [type, lastTransitionTime])).toEqual([
      ['Ready', '1970-01-01T00:00:05Z'],
      ['Error', '1970-01-01T00:01:30Z'],
      ['Stalled', '1970-01-01T00:01:30Z'],
    ]);
  });

  it('keeps what the status says when nothing was found out', () => {
    const object = aScope({ status: { state: 'Ready', conditions: [aCondition()], observedGeneration: 1 } });
    expect(written(object, undefined, 90_000)).toEqual(object.status);
  });

  it('keeps conditions of others', () => {
    const object = aScope({ status: { conditions: [aCondition({ type: 'Audited' }), aCondition({ type: 'Error' })] } });
    expect(typesOf(written(object, ready(), 0))).toEqual(['Audited=True/Ready', 'Ready=True/Ready']);
  });

  it('C12: tells the generation that it is about, in the status and in each condition', () => {
    const object = aScope({ metadata: { generation: 7 } });
    const status = written(object, ready(), 0);
    expect([status.observedGeneration, status.conditions?.[0]?.observedGeneration]).toEqual([7, 7]);
  });
});

describe('isReady', () => {
  it('is about the specification that the object has now', () => {
    expect(isReady(aScope())).toBe(true);
    expect(isReady(aScope({ metadata: { generation: 2 } }))).toBe(false);
  });
});

describe('toldState', () => {
  it.each([
    ready(),
    processing('wait'),
    deleting('going'),
    failed('VpcNotFound', 'no VPC'),
    heldBack('DeleteWhileUsed', 'used'),
  ])('is $state again, whatever word stands in the status', (finding) => {
    expect(toldState({ ...aScope(), status: { ...written(aScope(), finding, 0), state: 'rejected' } })).toBe(
      finding.state,
    );
  });

  it('is not known where nothing was told', () => {
    expect(toldState({ metadata: {} })).toBeUndefined();
  });
});

describe('troubleAgeMs', () => {
  it('counts from the moment the error began, also when its reason changed since', () => {
    const first = aScope({ status: written(aScope(), failed('VpcNotFound', 'no VPC'), 10_000) });
    const second = aScope({ status: written(first, failed('Error', 'other'), 30_000) });
    expect(troubleAgeMs(second, clockAt(70_000))).toBe(60_000);
  });

  it('counts warnings likewise', () => {
    const first = aScope({ status: written(aScope(), heldBack('FailedCreatingRoutes', 'taken'), 10_000) });
    expect(troubleAgeMs(first, clockAt(70_000))).toBe(60_000);
  });

  it('is 0 without an error', () => {
    expect(troubleAgeMs(aScope(), clockAt(70_000))).toBe(0);
  });
});
