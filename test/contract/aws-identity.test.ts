import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type AwsOptions, createAws, isAccessDenied, type Target } from '../../src/aws/index.ts';
import { DEFAULT_ACCOUNT, DEFAULT_REGION } from '../../src/sandbox/aws/world-options.ts';
import type { WorldOptions } from '../../src/sandbox/aws/world-options-schema.ts';
import { silentLogger } from '../../src/util/log.ts';
import { aCall } from '../support/pass.ts';
import { startTestAws } from '../support/aws-simulator.ts';
import { type ContractAws, STATIC_CREDENTIALS, startContractAws } from '../support/aws-clients.ts';

const roleArn = `arn:aws:iam::${DEFAULT_ACCOUNT}:role/CloudManagerRole`;
const root = `arn:aws:iam::${DEFAULT_ACCOUNT}:root`;

let running: ContractAws | undefined;

async function start(options: Partial<AwsOptions> = {}, world: WorldOptions = {}): Promise<ContractAws> {
  running = await startContractAws(options, { world });
  return running;
}

afterEach(async () => {
  await running?.stop();
  running = undefined;
});

/** A token as an issuer would give it; the simulator trusts what it says. */
function aToken(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part(claims)}.`;
}

describe('credentials', () => {
  it('are used as they are for a target without a role', async () => {
    const { aws, target, call, operations } = await start();
    const identity = await aws.sts(target, call()).getCallerIdentity();
    expect(identity).toMatchObject({
      accountId: DEFAULT_ACCOUNT,
      arn: expect.stringContaining('user/sandbox') as unknown,
    });
    expect(operations()).toEqual(['GetCallerIdentity']);
  });

  it('are exchanged for those of the role of a target, once for all who ask', async () => {
    const { aws, target, call, operations } = await start();
    const withRole: Target = { ...target, roleArn };
    const identities = await Promise.all(
      Array.from({ length: 20 }, () => aws.sts(withRole, call()).getCallerIdentity()),
    );
    expect(new Set(identities.map(({ arn }) => arn))).toEqual(
      new Set([`arn:aws:sts::${DEFAULT_ACCOUNT}:assumed-role/CloudManagerRole/cloud-manager`]),
    );
    expect(operations().filter((operation) => operation === 'AssumeRole').length).toBe(1);
  });

  it('are exchanged about once an hour, and the exchange is counted', async () => {
    const simulator = await startTestAws();
    const { clock } = simulator;
    const heard: string[] = [];
    const options = { credentials: STATIC_CREDENTIALS, region: DEFAULT_REGION, endpoint: simulator.endpoint };
    const onCall = ({ operation }: { readonly operation: string }): unknown => heard.push(operation);
    const aws = createAws(options, { clock, log: silentLogger, onCall });
    const target: Target = { accountId: DEFAULT_ACCOUNT, region: DEFAULT_REGION, roleArn };
    for (let minutes = 0; minutes < 240; minutes += 10) {
      await aws.sts(target, aCall({ clock, deadlineMs: clock.monotonicMs() + 20_000 })).getCallerIdentity();
      clock.advance(10 * 60_000);
    }
    aws.close();
    await simulator.stop();
    expect(heard.filter((operation) => operation === 'AssumeRole').length).toBe(4);
    expect(heard.filter((operation) => operation === 'GetCallerIdentity').length).toBe(24);
  });

  it('of a role carry the external id that its trust asks for', async () => {
    const trusts = [{ principal: root, externalId: 'shared-word' }];
    const { accessKeyId, secretAccessKey } = STATIC_CREDENTIALS;
    const accessKeys = [{ accessKeyId, secretAccessKey, userName: 'sandbox' }];
    const world = { accounts: [{ id: DEFAULT_ACCOUNT, accessKeys, roles: [{ name: 'CloudManagerRole', trusts }] }] };
    const told = await start({ externalId: 'shared-word' }, world);
    const target: Target = { ...told.target, roleArn };
    await expect(told.aws.sts(target, told.call()).getCallerIdentity()).resolves.toMatchObject({
      accountId: DEFAULT_ACCOUNT,
    });
    await told.stop();
    const untold = await start({}, world);
    await expect(untold.aws.sts(target, untold.call()).getCallerIdentity()).rejects.toSatisfy(isAccessDenied);
    await untold.stop();
    const wrong = await start({ externalId: 'other-word' }, world);
    await expect(wrong.aws.sts(target, wrong.call()).getCallerIdentity()).rejects.toMatchObject({
      kind: 'access-denied',
      detail: expect.stringMatching(/sts:AssumeRole .* \(with an external id, which the role has to expect\)$/),
    });
  });

  it('that STS refuses are an error of STS, whatever was to be called, and are not asked for again at once', async () => {
    const { aws, target, call, operations } = await start();
    const closed: Target = { ...target, roleArn: `arn:aws:iam::${DEFAULT_ACCOUNT}:role/Other` };
    const attempts = Array.from({ length: 10 }, () => aws.ec2(closed, call()).describeAvailabilityZones());
    for (const attempt of await Promise.allSettled(attempts)) {
      expect(attempt).toMatchObject({ reason: { service: 'sts', operation: 'AssumeRole', kind: 'access-denied' } });
    }
    await expect(aws.ec2(closed, call()).describeAvailabilityZones()).rejects.toSatisfy(isAccessDenied);
    expect(operations()).toEqual(['AssumeRole']);
  });

  it('are still fetched for the others when one who waits for them gives up', async () => {
    const { aws, target, call, simulator, operations } = await start();
    simulator.faults.add({ service: 'sts', operation: 'AssumeRole', delayMs: 100 });
    const withRole: Target = { ...target, roleArn };
    const leaver = new AbortController();
    const left = aws.sts(withRole, call({ signal: leaver.signal })).getCallerIdentity();
    const stayed = aws.sts(withRole, call()).getCallerIdentity();
    leaver.abort(new Error('the pass is over'));
    await expect(left).rejects.toThrow('the pass is over');
    await expect(stayed).resolves.toMatchObject({ accountId: DEFAULT_ACCOUNT });
    expect(operations()).toEqual(['AssumeRole', 'GetCallerIdentity']);
  });

  it('that are wrong are a refusal, in the words of each protocol', async () => {
    const credentials = { ...STATIC_CREDENTIALS, secretAccessKey: 'not-the-secret' };
    const { aws, target, call } = await start({ credentials });
    await expect(aws.sts(target, call()).getCallerIdentity()).rejects.toMatchObject({
      code: 'SignatureDoesNotMatch',
      kind: 'access-denied',
    });
    await expect(aws.ec2(target, call()).describeAvailabilityZones()).rejects.toSatisfy(isAccessDenied);
    await expect(aws.secretsManager(target, call()).describeSecret('any')).rejects.toSatisfy(isAccessDenied);
  });

  it('that vanished behind our back are fetched anew', async () => {
    const { aws, target, call, simulator, operations } = await start();
    const withRole: Target = { ...target, roleArn };
    await aws.sts(withRole, call()).getCallerIdentity();
    simulator.reset(); // forgets all sessions
    await expect(aws.ec2(withRole, call()).describeAvailabilityZones()).resolves.toHaveLength(3);
    expect(operations()).toEqual(['DescribeAvailabilityZones', 'AssumeRole', 'DescribeAvailabilityZones']);
  });

  it('come from a web identity token, which is read anew at each exchange', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cloud-manager-test-'));
    const tokenFile = join(folder, 'token');
    const expiry = Math.floor(Date.now() / 1000) + 3600;
    const claims = { iss: 'https://issuer', aud: 'sts.amazonaws.com', sub: 'system:serviceaccount:a:b', exp: expiry };
    await writeFile(tokenFile, `${aToken(claims)}\n`);
    const webIdentities = [{ issuer: 'https://issuer', audience: 'sts.amazonaws.com' }];
    const roles = [{ name: 'Home', trusts: [], webIdentities }];
    const credentials = {
      kind: 'web-identity',
      tokenFile,
      roleArn: `arn:aws:iam::${DEFAULT_ACCOUNT}:role/Home`,
    } as const;
    const { aws, target, call, operations } = await start(
      { credentials },
      { accounts: [{ id: DEFAULT_ACCOUNT, roles }] },
    );
    const identity = await aws.sts(target, call()).getCallerIdentity();
    expect(identity.arn).toContain('assumed-role/Home');
    expect(operations()).toEqual(['AssumeRoleWithWebIdentity', 'GetCallerIdentity']);
    await rm(folder, { recursive: true });
  });

  it('are refused when the web identity token cannot be read', async () => {
    const identity = { tokenFile: '/none/token', roleArn: `arn:aws:iam::${DEFAULT_ACCOUNT}:role/Home` };
    const { aws, target, call, operations } = await start({ credentials: { kind: 'web-identity', ...identity } });
    await expect(aws.sts(target, call()).getCallerIdentity()).rejects.toMatchObject({
      kind: 'access-denied',
      code: 'TokenFileUnreadable',
    });
    expect(operations()).toEqual([]);
  });

  it('come from where the SDK looks for them', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cloud-manager-test-'));
    const file = join(folder, 'credentials');
    const write = (secret: string): Promise<void> =>
      writeFile(
        file,
        `[rotating]\naws_access_key_id=${STATIC_CREDENTIALS.accessKeyId}\naws_secret_access_key=${secret}\n`,
      );
    const before = { ...process.env };
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']) delete process.env[name];
    Object.assign(process.env, { AWS_SHARED_CREDENTIALS_FILE: file, AWS_PROFILE: 'rotating' });
    try {
      await write(STATIC_CREDENTIALS.secretAccessKey);
      const { aws, target, call } = await start({ credentials: { kind: 'default-chain' } });
      await expect(aws.sts(target, call()).getCallerIdentity()).resolves.toMatchObject({ accountId: DEFAULT_ACCOUNT });
    } finally {
      process.env = before;
      await rm(folder, { recursive: true });
    }
  });
});

describe('a refused operation', () => {
  it('is a refusal in each protocol, with a detail that names no account and no role', async () => {
    const { accessKeyId, secretAccessKey } = STATIC_CREDENTIALS;
    const accessKeys = [{ accessKeyId, secretAccessKey, userName: 'sandbox', deniedActions: ['*'] }];
    const { aws, target, call } = await start({}, { accounts: [{ id: DEFAULT_ACCOUNT, accessKeys }] });
    const attempts = [
      aws.ec2(target, call()).describeAvailabilityZones(),
      aws.elastiCache(target, call()).listReplicationGroups(),
      aws.secretsManager(target, call()).describeSecret('any'),
      aws.tagging(target, call()).listTags({ resourceTypes: [], tagFilters: [] }),
    ];
    const errors = await Promise.all(attempts.map((attempt) => attempt.catch((error: unknown) => error)));
    expect(errors.map(isAccessDenied)).toEqual([true, true, true, true]);
    expect(errors.map(String).join()).not.toContain(DEFAULT_ACCOUNT);
  });
});
