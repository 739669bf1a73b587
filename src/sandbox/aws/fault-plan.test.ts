import { describe, expect, it } from 'vitest';
import { type Fault, FaultPlan, type FaultSubject } from './fault-plan.ts';

const aSubject = (operation: string): FaultSubject => ({ service: 'ec2', operation, input: { VpcId: 'vpc-1' } });
const aFault = (operation: string): Fault => ({ service: 'ec2', operation, drop: true });

describe('a plan of faults', () => {
  it('asks a chooser about each call, with what the call says, until it is taken back', () => {
    const plan = new FaultPlan();
    const asked: FaultSubject[] = [];
    const takeBack = plan.intercept((subject) => {
      asked.push(subject);
      return subject.operation === 'CreateSubnet' ? { drop: true, when: 'after' } : undefined;
    });
    expect(plan.take(aSubject('DescribeSubnets'))).toBeUndefined();
    expect(plan.take(aSubject('CreateSubnet'))).toMatchObject({ drop: true, when: 'after' });
    takeBack();
    expect(plan.take(aSubject('CreateSubnet'))).toBeUndefined();
    expect(asked).toEqual([aSubject('DescribeSubnets'), aSubject('CreateSubnet')]);
  });

  it('keeps the faults that wait for calls that no chooser strikes', () => {
    const plan = new FaultPlan();
    plan.add(aFault('*'));
    plan.intercept(({ operation }) => (operation === 'CreateSubnet' ? { error: 'Boom' } : undefined));
    expect(plan.take(aSubject('CreateSubnet'))).toMatchObject({ error: 'Boom' });
    expect(plan.pending).toBe(1);
    expect(plan.take(aSubject('DeleteSubnet'))).toEqual(aFault('*'));
    expect(plan.pending).toBe(0);
  });
});
