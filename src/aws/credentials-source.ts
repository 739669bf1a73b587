import { readFile } from 'node:fs/promises';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import type { Clock } from '../util/clock.ts';
import type { Logger } from '../util/log.ts';
import { type Call, unlimitedAuthority } from '../util/call.ts';
import { answered } from './answers.ts';
import { Connection, type ConnectionDeps, type CredentialsSource, type Requester } from './connection.ts';
import { CredentialsCache } from './credentials.ts';
import { meansNoPermission } from './error-codes.ts';
import { AwsError, isAccessDenied } from './errors.ts';
import type { Credentials } from './operations.ts';
import type { AwsOptions } from './options.ts';
import { stsService, type stsOperations } from './sts/service.ts';
import type { Target } from './target.ts';

export interface CredentialsSourceDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly closed: AbortSignal;
  /** What connections to STS are made with, the credentials apart. */
  readonly connection: Omit<ConnectionDeps, 'credentials'>;
}

/** Longest that is offered for roles that are assumed by way of another role; so it is the one that always works. */
const SESSION_SECONDS = 3_600;
/** For all tries of one exchange together. */
const EXCHANGE_DEADLINE_MS = 30_000;
const BASE_KEY = 'base';

type Sts = Requester<typeof stsOperations>;

function isRoleless(target: Target): boolean {
  return target.roleArn === undefined;
}

/** Cached by account, region and role: a role's session is good in all regions, but each asks its own STS. */
function keyOf({ accountId, region, roleArn }: Target): string {
  return `${accountId}/${region}/${roleArn ?? ''}`;
}

interface StsCredentials {
  readonly AccessKeyId?: string | undefined;
  readonly SecretAccessKey?: string | undefined;
  readonly SessionToken?: string | undefined;
  readonly Expiration?: Date | undefined;
}

function credentialsFromSts(granted: StsCredentials | undefined, operation: string): Credentials {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = granted ?? {};
  return {
    accessKeyId: answered(AccessKeyId, { service: 'sts', operation, isRead: true }),
    secretAccessKey: answered(SecretAccessKey, { service: 'sts', operation, isRead: true }),
    ...(SessionToken === undefined ? {} : { sessionToken: SessionToken }),
    ...(Expiration === undefined ? {} : { expiration: Expiration }),
  };
}

/** Nobody signs an exchange of a web identity token; the SDK asks all the same. */
const anonymous: CredentialsSource = {
  get: () => Promise.resolve({ accessKeyId: 'anonymous', secretAccessKey: 'anonymous' }),
  forget: () => false,
};

/**
 * Creates the source of credentials of the whole program: base credentials by the options, and for a target with a role
 * a session of that role, fetched once for each target and hour.
 */
export function createCredentialsSource(options: AwsOptions, deps: CredentialsSourceDeps): CredentialsSource {
  const cache = new CredentialsCache(deps.clock, deps.log);
  const base = baseCredentials(options, deps);
  const forget = (key: string, sentAtMs: number): boolean => {
    cache.forget(key, sentAtMs);
    return true;
  };
  const baseSource: CredentialsSource = {
    get: () => cache.get(BASE_KEY, base),
    // Static ones are all there is; the others may have changed where they come from.
    forget: (_, sentAtMs) => options.credentials.kind !== 'static' && forget(BASE_KEY, sentAtMs),
  };
  return {
    get: (target) =>
      isRoleless(target)
        ? baseSource.get(target)
        : cache.get(keyOf(target), () => assumeRole(target, options, stsOf(target, baseSource, deps))),
    forget: (target, sentAtMs) =>
      isRoleless(target) ? baseSource.forget(target, sentAtMs) : forget(keyOf(target), sentAtMs),
  };
}

/** A client of the target's regional STS, on behalf of all who wait for the credentials. */
function stsOf(target: Target, credentials: CredentialsSource, deps: CredentialsSourceDeps): Sts {
  const connection = new Connection(target, { ...deps.connection, credentials });
  const call: Call = {
    signal: deps.closed,
    deadlineMs: deps.clock.monotonicMs() + EXCHANGE_DEADLINE_MS,
    clock: deps.clock,
    log: deps.log,
    caller: { kind: 'Credentials', namespace: '', name: target.accountId },
    mode: 'observe',
    authority: unlimitedAuthority,
  };
  return connection.requester(stsService, call);
}

async function assumeRole(target: Target, options: AwsOptions, sts: Sts): Promise<Credentials> {
  const { externalId } = options;
  const asked = sts.send('AssumeRole', {
    RoleArn: target.roleArn,
    RoleSessionName: options.sessionName ?? 'cloud-manager',
    DurationSeconds: SESSION_SECONDS,
    ...(externalId === undefined ? {} : { ExternalId: externalId }),
  });
  const answer = await (externalId === undefined ? asked : asked.catch(tellExternalId));
  return credentialsFromSts(answer.Credentials, 'AssumeRole');
}

/** AWS does not say that it may be the external id that a role does not know; nor do we say what it is. */
function tellExternalId(error: unknown): never {
  if (!isAccessDenied(error) || !meansNoPermission(error.code)) throw error;
  const { service, operation, code, requestId, kind, isRead } = error;
  const detail = `${error.detail} (with an external id, which the role has to expect)`;
  throw new AwsError({ service, operation, code, requestId, kind, isRead, detail }, error);
}

function baseCredentials(options: AwsOptions, deps: CredentialsSourceDeps): () => Promise<Credentials> {
  const { credentials } = options;
  switch (credentials.kind) {
    case 'static': {
      const { kind: _, ...fixed } = credentials;
      return () => Promise.resolve(fixed);
    }
    case 'default-chain':
      return defaultChain(options, deps);
    case 'web-identity':
      return () => assumeRoleWithWebIdentity(credentials, options, deps);
  }
}

/** The chain may ask STS by itself, for profiles; that goes over our pool, though not through the door. */
function defaultChain(options: AwsOptions, deps: CredentialsSourceDeps): () => Promise<Credentials> {
  const endpoint = options.endpoint === undefined ? {} : { endpoint: options.endpoint };
  const chain = fromNodeProviderChain({
    clientConfig: { region: options.region, requestHandler: deps.connection.transport, ...endpoint },
  });
  // The chain keeps credentials too; when ours are to be renewed, its copy is what was refused or ends soon.
  return () => chain({ forceRefresh: true });
}

async function readToken(tokenFile: string): Promise<string> {
  try {
    return (await readFile(tokenFile, 'utf8')).trim();
  } catch (error) {
    const fields = { service: 'sts', operation: 'AssumeRoleWithWebIdentity', requestId: undefined } as const;
    const detail = 'the token file cannot be read';
    throw new AwsError({ ...fields, code: 'TokenFileUnreadable', kind: 'access-denied', detail }, error);
  }
}

async function assumeRoleWithWebIdentity(
  identity: { readonly tokenFile: string; readonly roleArn: string },
  options: AwsOptions,
  deps: CredentialsSourceDeps,
): Promise<Credentials> {
  const token = await readToken(identity.tokenFile);
  const home: Target = { accountId: identity.roleArn.split(':')[4] ?? '', region: options.region, roleArn: undefined };
  const answer = await stsOf(home, anonymous, deps).send('AssumeRoleWithWebIdentity', {
    RoleArn: identity.roleArn,
    RoleSessionName: options.sessionName ?? 'cloud-manager',
    WebIdentityToken: token,
    DurationSeconds: SESSION_SECONDS,
  });
  return credentialsFromSts(answer.Credentials, 'AssumeRoleWithWebIdentity');
}
