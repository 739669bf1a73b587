import { AwsFault } from '../fault.ts';
import type { Principal, Role } from '../service.ts';

function denied(message: string): AwsFault {
  return new AwsFault('AccessDenied', message, 403);
}

/** A session also counts as its role, and everybody as their account. */
function arnsOf({ arn, account, identityArn }: Principal): string[] {
  return [arn, identityArn, `arn:aws:iam::${account}:root`, account];
}

/**
 * Checks the trust of a role in whoever wants to assume it. As at AWS a role that does not exist, one that trusts
 * somebody else and a wrong external id are the same to the caller.
 *
 * *Throws* {@link AwsFault} `AccessDenied`.
 */
export function assertTrustsPrincipal(
  role: Role | undefined,
  roleArn: string,
  principal: Principal,
  externalId: string | undefined,
): asserts role is Role {
  const arns = arnsOf(principal);
  const trusts = role?.trusts.some(
    (trust) => arns.includes(trust.principal) && (trust.externalId === undefined || trust.externalId === externalId),
  );
  if (trusts) return;
  throw denied(`User: ${principal.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`);
}

interface Claims {
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly subject: string;
  readonly expiresAtMs: number;
}

export interface WebIdentity {
  readonly role: Role;
  readonly issuer: string;
  readonly audience: string;
  readonly subject: string;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The claims of a token; its signature is not looked at, because the simulator has no provider to ask for keys. */
function claimsOf(token: string): Claims {
  const payload = token.split('.')[1];
  try {
    const claims: Readonly<Record<string, unknown>> = JSON.parse(
      Buffer.from(payload ?? '', 'base64url').toString('utf8'),
    );
    const audience = claims['aud'];
    return {
      issuer: textOf(claims['iss']),
      audiences: Array.isArray(audience) ? audience.map(textOf) : [textOf(audience)],
      subject: textOf(claims['sub']),
      expiresAtMs: Number(claims['exp']) * 1000,
    };
  } catch {
    throw new AwsFault('InvalidIdentityToken', 'The ID Token provided is not a valid JWT.', 400);
  }
}

/**
 * Checks the trust of a role in a token: issuer, audience, subject and expiry, by the wall clock.
 *
 * *Throws* {@link AwsFault} `InvalidIdentityToken`, `ExpiredTokenException` or `AccessDenied`.
 */
export function webIdentityTrustedBy(role: Role | undefined, token: string, nowMs: number): WebIdentity {
  const claims = claimsOf(token);
  if (!(claims.expiresAtMs > nowMs)) {
    throw new AwsFault('ExpiredTokenException', 'Token expired: its exp claim is in the past or missing.', 400);
  }
  const trust = role?.webIdentities?.find(
    ({ issuer, audience, subject }) =>
      issuer === claims.issuer && claims.audiences.includes(audience) && (subject ?? claims.subject) === claims.subject,
  );
  if (!role || !trust) throw denied('Not authorized to perform sts:AssumeRoleWithWebIdentity');
  return { role, issuer: trust.issuer, audience: trust.audience, subject: claims.subject };
}
