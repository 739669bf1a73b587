import { AwsFault } from './fault.ts';
import type { Credential, Principal, ServiceDefinition, WireProtocol } from './service.ts';
import { hasValidSignature, isSigned, signatureClaimOf, timeOfTimestamp } from './sigv4.ts';
import type { SignatureClaim, SignedRequest } from './sigv4.ts';
import type { World } from './world.ts';

/** AWS lets the clock of a client be five minutes off. */
const LARGEST_SKEW_MS = 5 * 60_000;

type Refusal = 'unsigned' | 'incomplete' | 'unknownKey' | 'mismatch' | 'outOfTime' | 'expiredToken' | 'denied';

type FaultOf = readonly [code: string, httpStatus: number, message?: string];

const UNKNOWN_TOKEN = 'The security token included in the request is invalid.';
const EXPIRED_TOKEN = 'The security token included in the request is expired';
const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.';
const EC2_FAILURE = 'AWS was not able to validate the provided access credentials';
const EC2_EXPIRED = 'Request has expired.';

/** The same refusal has another code in each family of services. */
const FAULTS: Readonly<Record<WireProtocol, Readonly<Record<Refusal, FaultOf>>>> = {
  awsQuery: {
    unsigned: ['MissingAuthenticationToken', 403, 'Request is missing Authentication Token'],
    incomplete: ['IncompleteSignature', 400],
    unknownKey: ['InvalidClientTokenId', 403, UNKNOWN_TOKEN],
    mismatch: ['SignatureDoesNotMatch', 403],
    outOfTime: ['SignatureDoesNotMatch', 403],
    expiredToken: ['ExpiredToken', 403, EXPIRED_TOKEN],
    denied: ['AccessDenied', 403],
  },
  ec2Query: {
    unsigned: ['AuthFailure', 401, EC2_FAILURE],
    incomplete: ['AuthFailure', 401, EC2_FAILURE],
    unknownKey: ['AuthFailure', 401, EC2_FAILURE],
    mismatch: ['AuthFailure', 401, EC2_FAILURE],
    outOfTime: ['RequestExpired', 400, EC2_EXPIRED],
    expiredToken: ['RequestExpired', 400, EC2_EXPIRED],
    denied: ['UnauthorizedOperation', 403],
  },
  awsJson1_1: {
    unsigned: ['MissingAuthenticationTokenException', 400, 'Missing Authentication Token'],
    incomplete: ['IncompleteSignatureException', 400],
    unknownKey: ['UnrecognizedClientException', 400, UNKNOWN_TOKEN],
    mismatch: ['InvalidSignatureException', 400],
    outOfTime: ['InvalidSignatureException', 400],
    expiredToken: ['ExpiredTokenException', 400, EXPIRED_TOKEN],
    denied: ['AccessDeniedException', 400],
  },
};

/** A refusal in the words of a family of services. */
export function refusal(protocol: WireProtocol, what: Refusal, message: string): AwsFault {
  const [code, httpStatus, fixedMessage] = FAULTS[protocol][what];
  return new AwsFault(code, fixedMessage ?? message, httpStatus);
}

/** Who calls, and which account and region the call is for. */
export interface Caller {
  readonly principal: Principal;
  readonly region: string;
}

interface Check {
  readonly request: SignedRequest;
  readonly service: ServiceDefinition;
  readonly world: World;
  /** Wall clock. */
  readonly nowMs: number;
}

/**
 * Finds out who signed the request.
 *
 * *Throws* {@link AwsFault} in the service's own words when the signature is missing, wrong, out of time, made with an
 * unknown key or with an expired session, or scoped to another service or an unknown region.
 */
export function authenticate(check: Check): Caller {
  const { protocol } = check.service;
  if (!isSigned(check.request)) throw refusal(protocol, 'unsigned', '');
  const claim = signatureClaimOf(check.request);
  if (!claim) throw refusal(protocol, 'incomplete', 'The authorization is not a complete AWS4-HMAC-SHA256 signature.');
  assertScope(check, claim);
  const credential = check.world.credential(claim.accessKeyId);
  if (!credential || credential.session?.token !== claim.sessionToken) throw refusal(protocol, 'unknownKey', '');
  assertInTime(check, claim);
  if (!hasValidSignature(check.request, claim, credential.secretAccessKey))
    throw refusal(protocol, 'mismatch', MISMATCH);
  assertNotExpired(check, credential);
  return { principal: credential.principal, region: claim.region };
}

function assertScope({ service, world }: Check, claim: SignatureClaim): void {
  const scoped = (what: string): AwsFault =>
    refusal(service.protocol, 'mismatch', `Credential should be scoped to ${what}.`);
  if (claim.service !== service.name) throw scoped(`correct service: '${service.name}'`);
  if (!world.hasRegion(claim.region)) throw scoped(`a valid region, not '${claim.region}'`);
  if (!claim.timestamp.startsWith(claim.date)) throw scoped('the date of the request');
}

function assertInTime({ service, nowMs }: Check, claim: SignatureClaim): void {
  const signedAtMs = timeOfTimestamp(claim.timestamp);
  const lastsMs = claim.expiresSeconds === undefined ? LARGEST_SKEW_MS : claim.expiresSeconds * 1000;
  if (nowMs - signedAtMs <= lastsMs && signedAtMs - nowMs <= LARGEST_SKEW_MS) return;
  const when = signedAtMs > nowMs ? 'Signature not yet current' : 'Signature expired';
  const now = new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, '');
  throw refusal(service.protocol, 'outOfTime', `${when}: signed at ${claim.timestamp}, the service's time is ${now}.`);
}

function assertNotExpired({ service, nowMs }: Check, credential: Credential): void {
  if (!credential.session || credential.session.expiresAtMs > nowMs) return;
  throw refusal(service.protocol, 'expiredToken', '');
}
