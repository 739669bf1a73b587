import type {
  AssumeRoleRequest,
  AssumeRoleResponse,
  AssumeRoleWithWebIdentityRequest,
  AssumeRoleWithWebIdentityResponse,
  GetCallerIdentityResponse,
} from '@aws-sdk/client-sts';
import { AwsFault } from '../fault.ts';
import type { Credential, Principal, RequestContext, Role, ServiceDefinition } from '../service.ts';
import { assertTrustsPrincipal, webIdentityTrustedBy } from './trust.ts';

const SHORTEST_SESSION_SECONDS = 900;
const DEFAULT_SESSION_SECONDS = 3600;

/** A session made by a session (role chaining) lasts an hour at most, whatever the role allows. */
const LONGEST_CHAINED_SECONDS = 3600;

function invalid(message: string): AwsFault {
  return new AwsFault('ValidationError', message, 400);
}

function assertSessionName(name: string): void {
  if (/^[\w+=,.@-]{2,64}$/.test(name)) return;
  throw invalid(
    `1 validation error detected: Value '${name}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]{2,64}`,
  );
}

function sessionSecondsOf(asked: number | undefined, role: Role | undefined, isChained: boolean): number {
  const seconds = asked ?? DEFAULT_SESSION_SECONDS;
  if (seconds < SHORTEST_SESSION_SECONDS || seconds > 43_200) {
    throw invalid(
      `1 validation error detected: Value '${seconds}' at 'durationSeconds' failed to satisfy constraint: Member must be between 900 and 43200`,
    );
  }
  if (isChained && seconds > LONGEST_CHAINED_SECONDS) {
    throw invalid('The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.');
  }
  if (seconds > (role?.maxSessionSeconds ?? DEFAULT_SESSION_SECONDS)) {
    throw invalid('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
  }
  return seconds;
}

function principalOf(role: Role, sessionName: string): Principal {
  return {
    kind: 'assumed-role',
    account: role.account,
    arn: `arn:aws:sts::${role.account}:assumed-role/${role.name}/${sessionName}`,
    userId: `${role.id}:${sessionName}`,
    identityArn: role.arn,
  };
}

function createSession(principal: Principal, seconds: number, { partition }: RequestContext): Credential {
  const { ids, wallClock } = partition;
  return {
    accessKeyId: `ASIA${ids.alphanumeric(16).toUpperCase()}`,
    secretAccessKey: ids.alphanumeric(40),
    principal,
    session: {
      token: `IQoJb3JpZ2luX2Vj${ids.alphanumeric(120)}==`,
      expiresAtMs: wallClock.now() + seconds * 1000,
    },
  };
}

type SessionAnswer = Required<Pick<AssumeRoleResponse, 'Credentials' | 'AssumedRoleUser'>>;

function openSession(role: Role, sessionName: string, seconds: number, context: RequestContext): SessionAnswer {
  const principal = principalOf(role, sessionName);
  const credential = createSession(principal, seconds, context);
  context.identities.addSession(credential);
  return {
    Credentials: {
      AccessKeyId: credential.accessKeyId,
      SecretAccessKey: credential.secretAccessKey,
      SessionToken: credential.session?.token,
      Expiration: new Date(credential.session?.expiresAtMs ?? 0),
    },
    AssumedRoleUser: { AssumedRoleId: principal.userId, Arn: principal.arn },
  };
}

function getCallerIdentity(_input: object, { principal }: RequestContext): GetCallerIdentityResponse {
  return { UserId: principal.userId, Account: principal.account, Arn: principal.arn };
}

function assumeRole(input: AssumeRoleRequest, context: RequestContext): AssumeRoleResponse {
  const { RoleArn = '', RoleSessionName = '', DurationSeconds, ExternalId } = input;
  assertSessionName(RoleSessionName);
  const role = context.identities.role(RoleArn);
  assertTrustsPrincipal(role, RoleArn, context.principal, ExternalId);
  const isChained = context.principal.kind === 'assumed-role';
  const seconds = sessionSecondsOf(DurationSeconds, role, isChained);
  return openSession(role, RoleSessionName, seconds, context);
}

function assumeRoleWithWebIdentity(
  input: AssumeRoleWithWebIdentityRequest,
  context: RequestContext,
): AssumeRoleWithWebIdentityResponse {
  const { RoleArn = '', RoleSessionName = '', DurationSeconds, WebIdentityToken = '' } = input;
  assertSessionName(RoleSessionName);
  const role = context.identities.role(RoleArn);
  const identity = webIdentityTrustedBy(role, WebIdentityToken, context.partition.wallClock.now());
  const seconds = sessionSecondsOf(DurationSeconds, identity.role, false);
  return {
    ...openSession(identity.role, RoleSessionName, seconds, context),
    SubjectFromWebIdentityToken: identity.subject,
    Audience: identity.audience,
    Provider: identity.issuer,
  };
}

/** The Security Token Service: who am I, and temporary credentials for a role that trusts me. */
export const stsService: ServiceDefinition = {
  name: 'sts',
  protocol: 'awsQuery',
  apiVersion: '2011-06-15',
  operations: {
    GetCallerIdentity: getCallerIdentity,
    AssumeRole: assumeRole,
    AssumeRoleWithWebIdentity: assumeRoleWithWebIdentity,
  },
  throttling: {
    code: 'Throttling',
    message: 'Rate exceeded',
    // AWS documents 600 requests a second for an account and region, all operations together.
    bucketOf: () => ({ name: 'sts', burst: 600, perSecond: 600 }),
  },
  slots: [],
  unsigned: ['AssumeRoleWithWebIdentity'],
};
