import { describe, expect, it } from 'vitest';
import {
  AwsError,
  type AwsErrorKind,
  isNotFound,
  isOutcomeUnknown,
  isRetryable,
  NotFoundError,
  orAbsent,
  userMessage,
} from './errors.ts';

function anError(kind: AwsErrorKind, detail = 'Some words.', isRead = false): AwsError {
  return new AwsError({
    isRead,
    service: 'ec2',
    operation: 'CreateSubnet',
    code: 'SomeCode',
    requestId: 'abc-123',
    kind,
    detail,
  });
}

describe('isNotFound', () => {
  it('knows the error that carries the id and the codes of the services', () => {
    expect(isNotFound(new NotFoundError('subnet', 'subnet-1'))).toBe(true);
    expect(isNotFound(anError('not-found'))).toBe(true);
  });

  it('does not take an invalid parameter, or an error of somebody else, for absence', () => {
    expect(isNotFound(anError('invalid-input'))).toBe(false);
    expect(isNotFound(new Error('not found'))).toBe(false);
    expect(isNotFound(undefined)).toBe(false);
  });
});

describe('isRetryable', () => {
  it.each(['throttled', 'network', 'internal'] as const)('is true of %s', (kind) => {
    expect(isRetryable(anError(kind))).toBe(true);
  });

  it.each([
    'access-denied',
    'invalid-input',
    'invalid-state',
    'in-use',
    'limit',
    'not-found',
    'already-exists',
  ] as const)('is false of %s', (kind) => {
    expect(isRetryable(anError(kind))).toBe(false);
  });
});

describe('isOutcomeUnknown', () => {
  it('is true where a write may have been carried out, which a throttled one was not', () => {
    expect(isOutcomeUnknown(anError('network'))).toBe(true);
    expect(isOutcomeUnknown(anError('internal'))).toBe(true);
    expect(isOutcomeUnknown(anError('throttled'))).toBe(false);
    expect(isOutcomeUnknown(anError('network', '', true))).toBe(false);
  });
});

describe('orAbsent', () => {
  it('turns absence into undefined', async () => {
    await expect(orAbsent(Promise.reject(new NotFoundError('subnet', 'subnet-1')))).resolves.toBeUndefined();
    await expect(orAbsent(Promise.resolve(7))).resolves.toBe(7);
  });

  it('hides no other error, not even a not-found code about something else', async () => {
    const about = anError('not-found');
    await expect(orAbsent(Promise.reject(about))).rejects.toBe(about);
  });
});

describe('userMessage', () => {
  it('says in plain words what is wrong, with the operation and the code of AWS', () => {
    expect(userMessage(anError('limit', 'Too many.'))).toBe(
      'a quota or the capacity of AWS is used up (CreateSubnet: SomeCode): Too many.',
    );
  });

  it('is the same for the same cause, whatever the request id', () => {
    expect(userMessage(anError('network', 'socket hang up 17'))).toBe(userMessage(anError('network', 'other')));
    expect(userMessage(anError('access-denied'))).not.toContain('abc-123');
  });

  it('names what does not exist', () => {
    expect(userMessage(new NotFoundError('VPC', 'vpc-1'))).toBe('VPC vpc-1 does not exist');
  });
});
