import { AssumeRoleCommand, AssumeRoleWithWebIdentityCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { AssumeRoleCommandOutput } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestAws, type TestAws, type TestCredentials } from '../../../../test/support/aws-simulator.ts';
import { DEFAULT_ACCESS_KEY } from '../world-options.ts';
import type { RoleOptions } from '../world-options-schema.ts';

const ACCOUNT = '123456789012';
const OTHER = '210987654321';
const OTHER_KEY = { accessKeyId: 'AKIAOTHER', secretAccessKey: 'other', userName: 'bob' };

const roleArn = (name: string, account = ACCOUNT): string => `arn:aws:iam::${account}:role/${name}`;

const ROLES: RoleOptions[] = [
  { name: 'Open', trusts: [{ principal: `arn:aws:iam::${ACCOUNT}:root` }], maxSessionSeconds: 7200 },
  { name: 'ForBob', trusts: [{ principal: `arn:aws:iam::${OTHER}:user/bob`, externalId: 'secret-handshake' }] },
  { name: 'ForOpen', trusts: [{ principal: roleArn('Open') }], maxSessionSeconds: 43_200 },
  {
    name: 'Web',
    trusts: [],
    webIdentities: [{ issuer: 'https://issuer', audience: 'sts.amazonaws.com', subject: 'system:serviceaccount:a:b' }],
  },
];

let aws: TestAws;

beforeEach(async () => {
  const accounts = [
    { id: ACCOUNT, accessKeys: [DEFAULT_ACCESS_KEY], roles: ROLES },
    { id: OTHER, accessKeys: [OTHER_KEY] },
  ];
  aws = await startTestAws({ world: { accounts } });
});

afterEach(async () => aws.stop());

interface Assume {
  readonly role: string;
  readonly as?: TestCredentials;
  readonly ExternalId?: string;
  readonly DurationSeconds?: number;
  readonly RoleSessionName?: string;
}

function assume({ role, as = DEFAULT_ACCESS_KEY, ...more }: Assume): Promise<AssumeRoleCommandOutput> {
  const input = { RoleArn: roleArn(role), RoleSessionName: 'session', ...more };
  return aws.sts({ credentials: as }).send(new AssumeRoleCommand(input));
}

function credentialsOf({ Credentials }: AssumeRoleCommandOutput): TestCredentials {
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

const fault = (name: string): object => expect.objectContaining({ name }) as object;

describe('GetCallerIdentity', () => {
  it('names the user behind a key and the role behind a session', async () => {
    expect(await aws.sts().send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: ACCOUNT,
      Arn: `arn:aws:iam::${ACCOUNT}:user/sandbox`,
    });
    const credentials = credentialsOf(await assume({ role: 'Open' }));
    const identity = await aws.sts({ credentials }).send(new GetCallerIdentityCommand({}));
    expect(identity.Arn).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/Open/session`);
    expect(identity.UserId).toMatch(/^AROA[A-Z0-9]{17}:session$/);
  });
});

describe('AssumeRole', () => {
  it('gives credentials for an hour, by the wall clock, when nothing else is asked', async () => {
    const { Credentials } = await assume({ role: 'Open' });
    expect(Credentials?.Expiration?.getTime()).toBe(aws.clock.now() + 3_600_000);
    expect(Credentials?.AccessKeyId).toMatch(/^ASIA/);
  });

  it('trusts every principal of an account whose root is trusted, and nobody of another', async () => {
    await assume({ role: 'Open' });
    await expect(assume({ role: 'Open', as: OTHER_KEY })).rejects.toEqual(fault('AccessDenied'));
  });

  it('wants the external id where the trust names one', async () => {
    await assume({ role: 'ForBob', as: OTHER_KEY, ExternalId: 'secret-handshake' });
    await expect(assume({ role: 'ForBob', as: OTHER_KEY })).rejects.toEqual(fault('AccessDenied'));
    const wrong = assume({ role: 'ForBob', as: OTHER_KEY, ExternalId: 'wrong' });
    await expect(wrong).rejects.toEqual(fault('AccessDenied'));
  });

  it('says the same of a role that does not exist as of one that does not trust the caller', async () => {
    await expect(assume({ role: 'NoSuch' })).rejects.toMatchObject({
      name: 'AccessDenied',
      message: `User: arn:aws:iam::${ACCOUNT}:user/sandbox is not authorized to perform: sts:AssumeRole on resource: ${roleArn('NoSuch')}`,
    });
  });

  it('lets a session go on to a role that trusts its role, for an hour at most', async () => {
    const as = credentialsOf(await assume({ role: 'Open' }));
    await assume({ role: 'ForOpen', as });
    await expect(assume({ role: 'ForOpen', as, DurationSeconds: 7200 })).rejects.toEqual(fault('ValidationError'));
  });

  it('keeps the duration within the bounds of AWS and of the role', async () => {
    await assume({ role: 'Open', DurationSeconds: 7200 });
    await expect(assume({ role: 'Open', DurationSeconds: 7201 })).rejects.toEqual(fault('ValidationError'));
    await expect(assume({ role: 'Open', DurationSeconds: 899 })).rejects.toEqual(fault('ValidationError'));
  });

  it('refuses a session name that AWS would refuse', async () => {
    await expect(assume({ role: 'Open', RoleSessionName: 'a b' })).rejects.toEqual(fault('ValidationError'));
  });

  it('is forgotten by a reset, and the keys of its sessions with it', async () => {
    const credentials = credentialsOf(await assume({ role: 'Open' }));
    aws.reset();
    const identity = aws.sts({ credentials }).send(new GetCallerIdentityCommand({}));
    await expect(identity).rejects.toEqual(fault('InvalidClientTokenId'));
  });
});

describe('AssumeRoleWithWebIdentity', () => {
  function aToken(changes: Record<string, unknown> = {}): string {
    const claims = {
      iss: 'https://issuer',
      aud: ['sts.amazonaws.com'],
      sub: 'system:serviceaccount:a:b',
      exp: aws.clock.now() / 1000 + 600,
      ...changes,
    };
    return ['header', Buffer.from(JSON.stringify(claims)).toString('base64url'), 'signature'].join('.');
  }

  const send = (WebIdentityToken: string, role = 'Web'): Promise<AssumeRoleCommandOutput> =>
    aws
      .sts({ credentials: { accessKeyId: 'nobody', secretAccessKey: 'nothing' } })
      .send(new AssumeRoleWithWebIdentityCommand({ RoleArn: roleArn(role), RoleSessionName: 'pod', WebIdentityToken }));

  it('needs no key, only a token that the role trusts', async () => {
    const answer = await send(aToken());
    expect(answer).toMatchObject({
      SubjectFromWebIdentityToken: 'system:serviceaccount:a:b',
      Provider: 'https://issuer',
    });
    const identity = await aws.sts({ credentials: credentialsOf(answer) }).send(new GetCallerIdentityCommand({}));
    expect(identity.Arn).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/Web/pod`);
  });

  it.each([
    { reason: 'another issuer', changes: { iss: 'https://other' }, name: 'AccessDenied' },
    { reason: 'another audience', changes: { aud: 'else' }, name: 'AccessDenied' },
    { reason: 'another subject', changes: { sub: 'system:serviceaccount:a:c' }, name: 'AccessDenied' },
    { reason: 'an end in the past', changes: { exp: 1 }, name: 'ExpiredTokenException' },
    { reason: 'no end', changes: { exp: undefined }, name: 'ExpiredTokenException' },
  ])('refuses a token with $reason', async ({ changes, name }) => {
    await expect(send(aToken(changes))).rejects.toEqual(fault(name));
  });

  it('refuses what is no token, and a role that trusts no provider', async () => {
    await expect(send('not-a-token')).rejects.toMatchObject({ name: 'InvalidIdentityTokenException' });
    await expect(send(aToken(), 'Open')).rejects.toEqual(fault('AccessDenied'));
  });
});
