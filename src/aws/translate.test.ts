import { describe, expect, it } from 'vitest';
import { awsErrorFrom, sanitize } from './translate.ts';

const call: Parameters<typeof awsErrorFrom>[1] = {
  service: 'elasticache',
  operation: 'CreateReplicationGroup',
  access: 'write',
  secrets: ['top-secret-token'],
};

/** An error as the SDK throws it. */
function sdkError(fields: object, message = 'Some words.'): Error {
  return Object.assign(new Error(message), fields);
}

const answered = (code: string, httpStatusCode = 400): object => ({
  name: `${code}Fault`,
  Error: { Code: code },
  $metadata: { httpStatusCode, requestId: 'req-1' },
});

describe('awsErrorFrom', () => {
  it('takes the code on the wire, not the name of the class of the SDK', () => {
    const error = awsErrorFrom(sdkError(answered('CacheClusterNotFound', 404)), call);
    expect(error).toMatchObject({
      code: 'CacheClusterNotFound',
      kind: 'not-found',
      requestId: 'req-1',
      service: 'elasticache',
    });
  });

  it('takes the name where a JSON service gives nothing else, without its namespace', () => {
    const raw = sdkError({ name: 'com.amazonaws#ResourceNotFoundException', $metadata: { httpStatusCode: 400 } });
    expect(awsErrorFrom(raw, call)).toMatchObject({ code: 'ResourceNotFoundException', kind: 'not-found' });
  });

  it.each(['ECONNRESET', 'ENOTFOUND', 'CERT_HAS_EXPIRED'])('takes %s for a failure of the network', (code) => {
    expect(awsErrorFrom(sdkError({ code, $metadata: {} }), call)).toMatchObject({
      code,
      kind: 'network',
      isRead: false,
    });
    const read = { ...call, access: 'read' as const };
    expect(awsErrorFrom(sdkError({ code, $metadata: {} }), read)).toMatchObject({ code, isRead: true });
  });

  it('takes an answer that cannot be read for a fault of AWS, whose outcome is unknown', () => {
    const raw = sdkError({ name: 'SyntaxError', $response: { statusCode: 200 }, $metadata: {} });
    expect(awsErrorFrom(raw, call)).toMatchObject({ code: 'MalformedResponse', kind: 'internal' });
  });

  it('takes missing credentials for a refusal', () => {
    const raw = sdkError({ name: 'CredentialsProviderError' });
    expect(awsErrorFrom(raw, call)).toMatchObject({ kind: 'access-denied' });
  });

  it('leaves a bug of ours what it is', () => {
    expect(awsErrorFrom(new TypeError('x is not a function'), call)).toBeUndefined();
    expect(awsErrorFrom('a text', call)).toBeUndefined();
  });

  it('keeps what AWS said as the cause, unless it repeats a secret', () => {
    const plain = sdkError(answered('InvalidParameterValue'));
    expect(awsErrorFrom(plain, call)?.cause).toBe(plain);
    const telling = awsErrorFrom(sdkError(answered('InvalidParameterValue'), 'Bad token top-secret-token.'), call);
    expect(telling?.cause).toBeUndefined();
    expect(telling?.message).toContain('Bad token [secret].');
  });
});

describe('sanitize', () => {
  it.each([
    ['Not allowed (Request ID: 1c2d3e4f-aaaa-bbbb-cccc-123456789abc)', 'Not allowed …'],
    [
      'User: arn:aws:sts::123456789012:assumed-role/Manager/x is not authorized to perform: ec2:CreateSubnet',
      'User: … is not authorized to perform: ec2:CreateSubnet',
    ],
    ['Account 123456789012 has no key AKIAIOSFODNN7EXAMPLE', 'Account … has no key …'],
    ['No. Encoded authorization failure message: abcDEF-123_xyz', 'No.…'],
    ['two\n  lines', 'two lines'],
  ])('makes %j stable and harmless', (text, clean) => {
    expect(sanitize(text, [])).toBe(clean);
  });

  it('keeps ids that help, such as those of subnets', () => {
    expect(sanitize('The subnet subnet-0a1b2c3d4e5f60718 is in use.', [])).toContain('subnet-0a1b2c3d4e5f60718');
  });

  it('cuts what is too long for a condition', () => {
    expect(sanitize('x'.repeat(5_000), []).length).toBe(400);
  });
});
