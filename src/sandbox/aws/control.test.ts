import { CreateSecretCommand, DescribeSecretCommand, ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestAws, type TestAws } from '../../../test/support/aws-simulator.ts';

let aws: TestAws;

beforeEach(async () => {
  aws = await startTestAws();
});

afterEach(async () => aws.stop());

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function control(method: string, path: string, body?: unknown): Promise<Answer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const init = body === undefined ? { method } : { method, body: text };
  const response = await fetch(`${aws.endpoint}/_sandbox/${path}`, init);
  return { status: response.status, body: await response.json() };
}

function identify(): Promise<unknown> {
  return aws.sts().send(new GetCallerIdentityCommand({}));
}

const fault = (name: string): object => expect.objectContaining({ name }) as object;

describe('the journal', () => {
  it('has every call with its caller and code, until it is cleared', async () => {
    await identify();
    await aws
      .secretsManager({ region: 'eu-west-1' })
      .send(new DescribeSecretCommand({ SecretId: 'x' }))
      .catch(() => {});
    const caller = {
      time: '2026-01-01T00:00:00.000Z',
      account: '123456789012',
      principal: 'arn:aws:iam::123456789012:user/sandbox',
    };
    expect(await control('GET', 'calls')).toEqual({
      status: 200,
      body: [
        { ...caller, service: 'sts', operation: 'GetCallerIdentity', region: 'eu-central-1', code: 'OK' },
        {
          ...caller,
          service: 'secretsmanager',
          operation: 'DescribeSecret',
          region: 'eu-west-1',
          code: 'ResourceNotFoundException',
        },
      ],
    });
    await control('DELETE', 'calls');
    expect((await control('GET', 'calls')).body).toEqual([]);
  });

  it('tells a listener of each call until it has heard enough', async () => {
    const heard: string[] = [];
    const stop = aws.journal.onCall(({ operation, code }) => heard.push(`${operation} ${code}`));
    await identify();
    stop();
    await identify();
    expect(heard).toEqual(['GetCallerIdentity OK']);
  });
});

describe('a planned fault', () => {
  const secret = { Name: 'a', SecretString: 's', ClientRequestToken: '11111111-1111-4111-8111-111111111111' };
  const plan = (more: object): Promise<Answer> =>
    control('POST', 'faults', { service: 'secretsmanager', operation: 'CreateSecret', ...more });
  const create = (): Promise<unknown> => aws.secretsManager().send(new CreateSecretCommand(secret));
  const names = async (): Promise<unknown> =>
    (await aws.secretsManager().send(new ListSecretsCommand({}))).SecretList?.map(({ Name }) => Name);

  it('before the effect lets the call have none, as often as asked and for that operation alone', async () => {
    await plan({ count: 2, error: { code: 'ThrottlingException', message: 'slow down', httpStatus: 400 } });
    await expect(create()).rejects.toMatchObject({ name: 'ThrottlingException', message: 'slow down' });
    expect(await names()).toEqual([]);
    await expect(create()).rejects.toEqual(fault('ThrottlingException'));
    await create();
    expect(await names()).toEqual(['a']);
    expect(aws.journal.calls().map(({ code }) => code)).toEqual([
      'ThrottlingException',
      'OK',
      'ThrottlingException',
      'OK',
      'OK',
    ]);
  });

  it('after the effect lets the call have it although it fails', async () => {
    await plan({ when: 'after', error: 'InternalServiceError' });
    await expect(create()).rejects.toEqual(fault('InternalServiceError'));
    expect(await names()).toEqual(['a']);
  });

  it('cuts the connection, before or after the effect', async () => {
    await plan({ drop: true });
    await expect(create()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await names()).toEqual([]);
    await plan({ drop: true, when: 'after' });
    await expect(create()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await names()).toEqual(['a']);
    expect(aws.journal.calls()[0]).toMatchObject({ operation: 'CreateSecret', code: 'Dropped' });
  });

  it('that is not wanted any more is taken back', async () => {
    await plan({ count: 100, error: 'AccessDeniedException' });
    await expect(create()).rejects.toEqual(fault('AccessDeniedException'));
    await control('DELETE', 'faults');
    expect(await create()).toMatchObject({ Name: 'a' });
  });

  it('delays an answer on wall time', async () => {
    aws.faults.add({ service: '*', operation: '*', delayMs: 5_000 });
    let isAnswered = false;
    const answer = identify().then(() => (isAnswered = true));
    await reached(() => aws.clock.pending === 1);
    aws.clock.advance(4_999);
    expect(isAnswered).toBe(false);
    // What waits for the clock is not in flight: whoever moves the clock must not wait for it.
    expect(aws.inFlight()).toBe(0);
    aws.clock.advance(1);
    await answer;
    expect(isAnswered).toBe(true);
  });

  it('that delays for ever does not keep the simulator from stopping', async () => {
    aws.faults.add({ service: 'sts', operation: '*', delayMs: 1e9 });
    const answer = identify().catch((error: unknown) => error);
    await reached(() => aws.clock.pending === 1);
    await aws.stop();
    expect(await answer).toBeInstanceOf(Error);
    expect(aws.clock.pending).toBe(0);
  });
});

/** Lets the event loop turn, which sockets need, until something is so; no time passes. */
async function reached(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

describe('the clock', () => {
  it('shows both times, is advanced and gets another speed', async () => {
    expect((await control('GET', 'clock')).body).toEqual({
      now: '2026-01-01T00:00:00.000Z',
      lifeCycleNow: '2026-01-01T00:00:00.000Z',
      speed: 1,
    });
    expect((await control('POST', 'clock', { advanceSeconds: 90 })).body).toMatchObject({
      now: '2026-01-01T00:00:00.000Z',
      lifeCycleNow: '2026-01-01T00:01:30.000Z',
    });
    expect((await control('POST', 'clock', { speed: 'max' })).body).toMatchObject({ speed: 'max' });
    expect(aws.lifeCycleClock.speed).toBe('max');
  });
});

describe('a reset', () => {
  it('forgets resources, calls and faults, and keeps keys', async () => {
    const client = aws.secretsManager();
    await client.send(new CreateSecretCommand({ Name: 'a', SecretString: 's' }));
    aws.faults.add({ service: '*', operation: '*', error: 'Boom' });
    expect(JSON.stringify((await control('GET', 'state')).body)).toContain('secret:a-');
    expect(await control('POST', 'reset')).toEqual({ status: 200, body: {} });
    expect((await control('GET', 'state')).body).toMatchObject({ accounts: {} });
    expect((await client.send(new ListSecretsCommand({}))).SecretList).toEqual([]);
    expect(aws.journal.calls()).toHaveLength(1);
  });
});

describe('the rules of the world', () => {
  const ARN = 'arn:aws:iam::123456789012:user/sandbox';
  const list = (): Promise<unknown> => aws.secretsManager().send(new ListSecretsCommand({}));

  it('deny actions and allow them again, while it runs', async () => {
    await control('POST', 'rules', { deniedActions: { [ARN]: ['secretsmanager:*'] } });
    await expect(list()).rejects.toEqual(fault('AccessDeniedException'));
    await control('POST', 'rules', { deniedActions: { [ARN]: [] } });
    expect(await list()).toMatchObject({ SecretList: [] });
  });

  it('set quotas, which a reset takes back', async () => {
    const create = (Name: string): Promise<unknown> => aws.secretsManager().send(new CreateSecretCommand({ Name }));
    await control('POST', 'rules', { quotas: { 'secretsmanager.secretsPerRegion': 0 } });
    await expect(create('a')).rejects.toEqual(fault('LimitExceededException'));
    aws.reset();
    expect(await create('a')).toMatchObject({ Name: 'a' });
  });

  it('are not changed for a name that nobody declares', async () => {
    const { status, body } = await control('POST', 'rules', { quotas: { 'moon.craters': 1 } });
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toContain('quotas.moon.craters: unknown name; known are');
  });
});

describe('bad input', () => {
  it.each([
    { path: 'clock', body: '{', reason: 'no JSON' },
    { path: 'clock', body: { speed: 0 }, reason: 'a speed of nothing' },
    { path: 'clock', body: { advanceSeconds: -1 }, reason: 'a step back' },
    { path: 'clock', body: { advance: 1 }, reason: 'an unknown key' },
    { path: 'faults', body: { service: 'ec2' }, reason: 'no operation' },
    { path: 'faults', body: { service: 'ec2', operation: 'CreateVpc' }, reason: 'a fault that does nothing' },
    { path: 'faults', body: { service: 'ec2', operation: 'CreateVpc', drop: true, count: 0 }, reason: 'no call' },
  ])('to $path is refused with a sentence: $reason', async ({ path, body }) => {
    const { status, body: answer } = await control('POST', path, body);
    expect(status).toBe(400);
    expect(answer).toEqual({ message: expect.stringMatching(/Expected is .*\.$/) as string });
  });

  it.each([
    {
      fault: { service: 'elastcache', operation: '*' },
      says: /no service elastcache. Known are sts, ec2, elasticache/,
    },
    {
      fault: { service: 'sts', operation: 'AssumeRoll' },
      says: /^There is no operation AssumeRoll of sts\. Known are .*AssumeRole.* and \* for all\.$/,
    },
    { fault: { service: '*', operation: 'AssumeRoll' }, says: /^There is no operation AssumeRoll of any service/ },
  ])('is a fault of $fault, which nobody can call', async ({ fault, says }) => {
    const { status, body } = await control('POST', 'faults', { ...fault, drop: true });
    expect([status, body]).toEqual([400, { message: expect.stringMatching(says) as string }]);
    const { body: next } = await control('POST', 'faults', { service: '*', operation: 'AssumeRole', drop: true });
    expect(next).toEqual({ pending: 1 });
  });

  it('is a path or a method that does not exist', async () => {
    expect((await control('GET', 'moon')).status).toBe(404);
    expect((await control('GET', 'reset')).status).toBe(405);
  });

  it('is a body larger than anything the simulator takes', async () => {
    const response = await fetch(`${aws.endpoint}/_sandbox/faults`, {
      method: 'POST',
      body: 'x'.repeat(1024 * 1024 + 1),
    }).catch(() => undefined);
    // The server cuts the connection while the client still sends, so the answer may be lost.
    expect([413, undefined]).toContain(response?.status);
  });
});

describe('a browser', () => {
  function statusWith(headers: Record<string, string>): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const sent = request(`${aws.endpoint}/_sandbox/state`, { headers, agent: false }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode));
      });
      sent.on('error', reject).end();
    });
  }

  it('cannot reach the control through a name that leads to this machine, nor from a foreign page', async () => {
    expect(await statusWith({ host: 'evil.example' })).toBe(403);
    expect(await statusWith({ origin: 'http://evil.example' })).toBe(403);
    expect(await statusWith({ host: 'localhost:1' })).toBe(200);
  });
});
