import { DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import { ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestAws, type TestAws, type TestCredentials } from '../../../test/support/aws-simulator.ts';
import { DEFAULT_ACCESS_KEY } from './world-options.ts';

let aws: TestAws;

const DENIED_KEY = { accessKeyId: 'AKIADENIED', secretAccessKey: 'denied', userName: 'denied' };

beforeEach(async () => {
  const deniedActions = ['ec2:*', 'secretsmanager:ListSecrets', 'sts:Assume*'];
  const account = { id: '123456789012', accessKeys: [DEFAULT_ACCESS_KEY, { ...DENIED_KEY, deniedActions }] };
  aws = await startTestAws({ world: { accounts: [account] } });
});

afterEach(async () => aws.stop());

interface Refusal {
  readonly name: string;
  readonly $metadata: { readonly httpStatusCode: number };
}

async function refusalOf(sent: Promise<unknown>): Promise<string> {
  const error = (await sent.then(
    () => ({ name: 'OK', $metadata: { httpStatusCode: 200 } }),
    (thrown: unknown) => thrown,
  )) as Refusal;
  return `${error.name} ${error.$metadata.httpStatusCode}`;
}

/** The same request to a service of each family: STS (query), EC2 and Secrets Manager (JSON). */
async function refusals(options: { credentials?: TestCredentials; region?: string }): Promise<string[]> {
  return Promise.all([
    refusalOf(aws.sts(options).send(new GetCallerIdentityCommand({}))),
    refusalOf(aws.ec2(options).send(new DescribeVpcsCommand({}))),
    refusalOf(aws.secretsManager(options).send(new ListSecretsCommand({}))),
  ]);
}

async function sessionFor(seconds: number): Promise<TestCredentials> {
  const RoleArn = 'arn:aws:iam::123456789012:role/CloudManagerRole';
  const input = { RoleArn, RoleSessionName: 'test', DurationSeconds: seconds };
  const { Credentials } = await aws.sts().send(new AssumeRoleCommand(input));
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

describe('a caller', () => {
  it('with the right key is let in by every family of services', async () => {
    expect(await refusals({})).toEqual(['OK 200', 'OK 200', 'OK 200']);
  });

  it('with a wrong secret is refused in the words of each family', async () => {
    const credentials = { ...DEFAULT_ACCESS_KEY, secretAccessKey: 'wrong' };
    expect(await refusals({ credentials })).toEqual([
      'SignatureDoesNotMatch 403',
      'AuthFailure 401',
      'InvalidSignatureException 400',
    ]);
  });

  it('with an unknown key is refused', async () => {
    const credentials = { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' };
    expect(await refusals({ credentials })).toEqual([
      'InvalidClientTokenId 403',
      'AuthFailure 401',
      'UnrecognizedClientException 400',
    ]);
  });

  it('is refused in a region that the world does not have', async () => {
    expect(await refusals({ region: 'mars-north-1' })).toEqual([
      'SignatureDoesNotMatch 403',
      'AuthFailure 401',
      'InvalidSignatureException 400',
    ]);
  });

  it('with a session is let in until the session expires on the wall clock', async () => {
    const credentials = await sessionFor(900);
    aws.clock.advance(899_000);
    expect(await refusals({ credentials })).toEqual(['OK 200', 'OK 200', 'OK 200']);
    aws.clock.advance(1_000);
    expect(await refusals({ credentials })).toEqual([
      'ExpiredToken 403',
      'RequestExpired 400',
      'ExpiredTokenException 400',
    ]);
  });

  it("is not let in by moving the life cycles' time past a session's end, nor thrown out", async () => {
    const credentials = await sessionFor(900);
    aws.lifeCycleClock.advance(3_600_000);
    expect(await refusals({ credentials })).toEqual(['OK 200', 'OK 200', 'OK 200']);
  });

  it("with a session's keys but another token is refused", async () => {
    const { accessKeyId, secretAccessKey } = await sessionFor(900);
    const expected = ['InvalidClientTokenId 403', 'AuthFailure 401', 'UnrecognizedClientException 400'];
    expect(await refusals({ credentials: { accessKeyId, secretAccessKey } })).toEqual(expected);
    expect(await refusals({ credentials: { accessKeyId, secretAccessKey, sessionToken: 'other' } })).toEqual(expected);
  });

  it('whose clock is more than five minutes off is refused', async () => {
    const codes = ['SignatureDoesNotMatch 403', 'RequestExpired 400', 'InvalidSignatureException 400'];
    for (const { offsetMs, expected } of [
      { offsetMs: -300_000, expected: ['OK 200', 'OK 200', 'OK 200'] },
      { offsetMs: -302_000, expected: codes },
      { offsetMs: 302_000, expected: codes },
    ]) {
      expect(await refusedWithClockOff(offsetMs)).toEqual(expected);
    }
  });

  it('may not do what is denied to it, and anything else', async () => {
    const credentials = DENIED_KEY;
    expect(await refusals({ credentials })).toEqual([
      'OK 200',
      'UnauthorizedOperation 403',
      'AccessDeniedException 400',
    ]);
    const assumed = aws
      .sts({ credentials })
      .send(
        new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::123456789012:role/CloudManagerRole', RoleSessionName: 'test' }),
      );
    expect(await refusalOf(assumed)).toBe('AccessDenied 403');
  });
});

/** Signs at a whole second, so that a skew of exactly five minutes can be met, and lets the service's clock move. */
async function refusedWithClockOff(offsetMs: number): Promise<string[]> {
  const clients = [aws.sts(), aws.ec2(), aws.secretsManager()] as const;
  for (const { config } of clients) {
    const signedAtMs = aws.clock.now() + offsetMs;
    Object.defineProperty(config, 'systemClockOffset', { get: () => signedAtMs - Date.now(), set: () => {} });
  }
  const [sts, ec2, secrets] = clients;
  return Promise.all([
    refusalOf(sts.send(new GetCallerIdentityCommand({}))),
    refusalOf(ec2.send(new DescribeVpcsCommand({}))),
    refusalOf(secrets.send(new ListSecretsCommand({}))),
  ]);
}

describe('a request without a usable signature', () => {
  const post = async (headers: Record<string, string>, body: string): Promise<string> => {
    const response = await fetch(aws.endpoint, { method: 'POST', headers, body });
    return `${response.status} ${await response.text()}`;
  };
  const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
  const JSON_CALL = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'secretsmanager.ListSecrets' };

  it('is refused by each family', async () => {
    expect(await post(FORM, 'Action=GetCallerIdentity&Version=2011-06-15')).toMatch(
      /^403 .*MissingAuthenticationToken/s,
    );
    expect(await post(FORM, 'Action=DescribeVpcs&Version=2016-11-15')).toMatch(/^401 .*AuthFailure/s);
    expect(await post(JSON_CALL, '{}')).toMatch(/^400 .*MissingAuthenticationTokenException/s);
  });

  it('is refused when the authorization is only half there', async () => {
    const authorization = 'AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-central-1/sts/aws4_request';
    const answer = await post({ ...FORM, authorization }, 'Action=GetCallerIdentity&Version=2011-06-15');
    expect(answer).toMatch(/^400 .*IncompleteSignature/s);
  });

  it('is noted in the journal without an account', async () => {
    await post(JSON_CALL, '{}');
    expect(aws.journal.calls()).toEqual([
      expect.objectContaining({ service: 'secretsmanager', operation: 'ListSecrets', account: '', principal: '' }),
    ]);
  });
});

it('names what it has when a service or an operation is not simulated', async () => {
  const identity = aws.sts();
  const unknownOperation = identity.send(new (await import('@aws-sdk/client-sts')).GetSessionTokenCommand({}));
  await expect(unknownOperation).rejects.toMatchObject({
    name: 'InvalidAction',
    message: expect.stringContaining('GetCallerIdentity') as string,
  });
  const response = await fetch(aws.endpoint, { method: 'POST', body: '{}', headers: { 'x-amz-target': 'Moon.Land' } });
  expect(await response.json()).toMatchObject({
    __type: 'UnknownOperationException',
    message: expect.stringContaining('secretsmanager (2017-10-17)') as string,
  });
});
