import { describe, expect, it } from 'vitest';
import { answered, firstOf, orNotFound } from './answers.ts';
import { AwsError, isOutcomeUnknown, NotFoundError } from './errors.ts';

const named = { resource: 'subnet', codes: ['InvalidSubnetID.NotFound'] };

function anError(code: string): AwsError {
  const fields = { service: 'ec2', operation: 'DeleteSubnet', requestId: undefined, kind: 'not-found', detail: '' };
  return new AwsError({ ...fields, kind: 'not-found', code });
}

describe('orNotFound', () => {
  it('names what is absent and keeps the cause', async () => {
    const cause = anError('InvalidSubnetID.NotFound');
    const failed = await orNotFound(named, 'subnet-1', Promise.reject(cause)).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(NotFoundError);
    expect(failed).toMatchObject({ resource: 'subnet', id: 'subnet-1', cause });
  });

  it('leaves absence of something else, and any other error, as it is', async () => {
    for (const error of [anError('InvalidVpcID.NotFound'), new Error('other')]) {
      await expect(orNotFound(named, 'subnet-1', Promise.reject(error))).rejects.toBe(error);
    }
  });
});

describe('firstOf', () => {
  it('takes an empty answer for absence', () => {
    expect(firstOf(named, 'subnet-1', ['a'])).toBe('a');
    expect(() => firstOf(named, 'subnet-1', [])).toThrow(NotFoundError);
    expect(() => firstOf(named, 'subnet-1', undefined)).toThrow('subnet subnet-1 does not exist');
  });
});

describe('answered', () => {
  it('takes a missing part for a fault of AWS', () => {
    expect(answered(1, { service: 'ec2', operation: 'CreateSubnet' })).toBe(1);
    expect(() => answered(undefined, { service: 'ec2', operation: 'CreateSubnet' })).toThrow('MalformedResponse');
  });

  it.each([
    { asked: { service: 'ec2', operation: 'CreateSubnet' }, isUnknown: true, what: 'a write' },
    { asked: { service: 'sts', operation: 'GetCallerIdentity', isRead: true }, isUnknown: false, what: 'a read' },
  ])('leaves the outcome of $what unknown: $isUnknown', async ({ asked, isUnknown }) => {
    const error = await Promise.try(() => answered(undefined, asked)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: 'internal', ...asked });
    expect(isOutcomeUnknown(error)).toBe(isUnknown);
  });
});
