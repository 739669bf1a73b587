import { describe, expect, it } from 'vitest';
import { conditionsWithTimes, isConditionTrue, kubeTime, LONGEST_CONDITION_MESSAGE } from './conditions.ts';
import type { Condition } from './resource.ts';

const ready = (status: Condition['status'], more: Partial<Condition> = {}): Condition => ({
  type: 'Ready',
  status,
  reason: 'Because',
  message: 'so',
  lastTransitionTime: '2026-01-01T00:00:00Z',
  ...more,
});

describe('conditionsWithTimes', () => {
  const later = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

  it('keeps the time when only reason and message change', () => {
    const stated = { type: 'Ready', status: 'True', reason: 'New', message: 'new' } as const;
    expect(conditionsWithTimes([ready('True')], [stated], later)).toEqual([
      { ...stated, lastTransitionTime: '2026-01-01T00:00:00Z' },
    ]);
  });

  it('moves the time when the status changes, in whole seconds', () => {
    const [condition] = conditionsWithTimes([ready('True')], [ready('False')], later);
    expect(condition?.lastTransitionTime).toBe('2026-01-02T03:04:05Z');
  });

  it('gives a new condition the time of now and leaves unstated ones out', () => {
    const conditions = conditionsWithTimes([ready('True')], [ready('True', { type: 'Other' })], later);
    expect(conditions).toEqual([ready('True', { type: 'Other', lastTransitionTime: '2026-01-02T03:04:05Z' })]);
  });

  it('changes nothing when the same is said again, whatever the time', () => {
    const first = conditionsWithTimes(undefined, [ready('True')], later);
    expect(conditionsWithTimes(first, [ready('True')], later + 3_600_000)).toEqual(first);
  });

  it('leaves out of a message what no object has room for, and of no character a half', () => {
    const most = 'x'.repeat(LONGEST_CONDITION_MESSAGE);
    const messages = [most, `${most}x`, `${most.slice(2)}😀x`].map(
      (message) => conditionsWithTimes(undefined, [ready('False', { message })], later)[0]?.message,
    );
    expect(messages.map((message) => message?.length)).toEqual([
      LONGEST_CONDITION_MESSAGE,
      LONGEST_CONDITION_MESSAGE,
      LONGEST_CONDITION_MESSAGE,
    ]);
    expect(messages.map((message) => message?.slice(-2))).toEqual(['xx', 'x…', '\uFFFD…']);
  });
});

describe('isConditionTrue', () => {
  const object = (generation: number, ...conditions: Condition[]) => ({
    metadata: { generation },
    status: { conditions },
  });

  it.each([
    { object: object(1, ready('True')), expected: true, reason: 'it is' },
    { object: object(1, ready('False')), expected: false, reason: 'it is false' },
    { object: object(1), expected: false, reason: 'it is not there' },
    { object: { metadata: {} }, expected: false, reason: 'there is no status' },
    {
      object: object(2, ready('True', { observedGeneration: 1 })),
      expected: false,
      reason: 'it speaks of a former spec',
    },
    { object: object(2, ready('True', { observedGeneration: 2 })), expected: true, reason: 'it speaks of this spec' },
  ])('is $expected when $reason', ({ object, expected }) => {
    expect(isConditionTrue(object, 'Ready')).toBe(expected);
  });
});

it('kubeTime drops the milliseconds', () => {
  expect(kubeTime(1_999)).toBe('1970-01-01T00:00:01Z');
});
