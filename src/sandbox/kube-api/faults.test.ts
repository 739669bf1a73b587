import { describe, expect, it } from 'vitest';
import { FaultPlan, type FaultSubject } from './faults.ts';

const aSubject = (overrides: Partial<FaultSubject> = {}): FaultSubject => ({
  verb: 'patch',
  resource: 'widgets',
  subresource: undefined,
  namespace: 'default',
  name: 'one',
  userAgent: 'operator',
  isWrite: true,
  ...overrides,
});

describe('a plan of faults', () => {
  it('strikes the requests that fit, as often as it was asked to', () => {
    const plan = new FaultPlan();
    plan.add({ verb: 'patch', subresource: 'status', count: 2 });
    expect(plan.take(aSubject())).toBeUndefined();
    const fault = { verb: 'patch', subresource: 'status', count: 2 };
    expect(plan.take(aSubject({ subresource: 'status' }))).toEqual(fault);
    expect(plan.take(aSubject({ subresource: 'status' }))).toEqual(fault);
    expect(plan.take(aSubject({ subresource: 'status' }))).toBeUndefined();
  });

  it('asks a chooser about each request, with who asks, until it is taken back', () => {
    const plan = new FaultPlan();
    plan.add({ verb: 'patch' });
    const takeBack = plan.intercept(({ isWrite, userAgent }) =>
      isWrite && userAgent === 'operator' ? { drop: true, when: 'after' } : undefined,
    );
    expect(plan.take(aSubject())).toEqual({ drop: true, when: 'after' });
    expect(plan.pending).toBe(1);
    takeBack();
    expect(plan.take(aSubject())).toEqual({ verb: 'patch' });
    expect(plan.pending).toBe(0);
  });
});
