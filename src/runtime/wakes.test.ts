import { describe, expect, it } from 'vitest';
import { aWidget, type Widget } from '../../test/support/kube-object.ts';
import { wakesDependants, wakesItself } from './wakes.ts';

type Meta = Partial<Widget['metadata']>;
const widget = (metadata: Meta, more: Partial<Widget> = {}): Widget => ({ ...aWidget({ metadata }), ...more });
const withoutGeneration = (data: object): Widget => {
  const { generation: _none, ...metadata } = aWidget().metadata;
  return { ...aWidget(), metadata, ...data };
};

describe('wakesItself', () => {
  const cases: { reason: string; before: Widget | undefined; after: Widget | undefined; wakes: boolean }[] = [
    { reason: 'it is new', before: undefined, after: widget({}), wakes: true },
    { reason: 'it is gone', before: widget({}), after: undefined, wakes: false },
    { reason: 'its spec changed', before: widget({ generation: 1 }), after: widget({ generation: 2 }), wakes: true },
    { reason: 'its status changed', before: widget({}), after: widget({}, { status: { a: 1 } }), wakes: false },
    { reason: 'its deletion was asked', before: widget({}), after: widget({ deletionTimestamp: 't' }), wakes: true },
    { reason: 'a finalizer was lost', before: widget({ finalizers: ['x'] }), after: widget({}), wakes: true },
    { reason: 'a finalizer was added', before: widget({}), after: widget({ finalizers: ['x'] }), wakes: false },
    { reason: 'it is another one', before: widget({ uid: 'u1' }), after: widget({ uid: 'u2' }), wakes: true },
    { reason: 'a label changed', before: widget({}), after: widget({ labels: { a: 'b' } }), wakes: false },
    {
      reason: 'a chosen annotation changed',
      before: widget({}),
      after: widget({ annotations: { look: 'x' } }),
      wakes: true,
    },
    {
      reason: 'another annotation changed',
      before: widget({}),
      after: widget({ annotations: { other: 'x' } }),
      wakes: false,
    },
    {
      reason: 'the data of an object without generation changed',
      before: withoutGeneration({ data: { a: 1 } }),
      after: withoutGeneration({ data: { a: 2 } }),
      wakes: true,
    },
    {
      reason: 'only the version of an object without generation changed',
      before: withoutGeneration({}),
      after: { ...withoutGeneration({}), metadata: { ...withoutGeneration({}).metadata, resourceVersion: '2' } },
      wakes: false,
    },
  ];

  it.each(cases)('is $wakes when $reason', ({ before, after, wakes }) => {
    expect(wakesItself({ before, after }, ['look'])).toBe(wakes);
  });
});

describe('wakesDependants', () => {
  it.each([
    { reason: 'it came', before: undefined, after: widget({}), wakes: true },
    { reason: 'it went', before: widget({}), after: undefined, wakes: true },
    { reason: 'its status changed', before: widget({}), after: widget({}, { status: { a: 1 } }), wakes: true },
    { reason: 'its deletion was asked', before: widget({}), after: widget({ deletionTimestamp: 't' }), wakes: true },
    { reason: 'only its version moved', before: widget({}), after: widget({ resourceVersion: '2' }), wakes: false },
  ])('is $wakes when $reason', ({ before, after, wakes }) => {
    expect(wakesDependants({ before, after })).toBe(wakes);
  });

  it.each([
    { reason: 'what concerns nobody changed', status: { told: 2, asked: 1 }, wakes: false },
    { reason: 'what concerns them changed as well', status: { told: 2, asked: 2 }, wakes: true },
  ])('is $wakes when $reason', ({ status, wakes }) => {
    const matters = (object: object) => {
      // Only these statuses are asked about.
      const { asked } = (object as { status: typeof status }).status;
      return widget({}, { status: { asked } });
    };
    const change = { before: widget({}, { status: { told: 1, asked: 1 } }), after: widget({}, { status }) };
    expect(wakesDependants(change, matters)).toBe(wakes);
  });
});
