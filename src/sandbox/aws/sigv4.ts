/**
 * AWS Signature Version 4, checked: the signature is computed again from the request as it came and compared.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

const ALGORITHM = 'AWS4-HMAC-SHA256';

/** A request as it came from the socket. */
export interface SignedRequest {
  readonly method: string;
  /** As sent, still encoded, without the query. */
  readonly path: string;
  readonly query: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

/** What the request says of its own signature. */
export interface SignatureClaim {
  readonly accessKeyId: string;
  /** `20260101`. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `20260101T120000Z`. */
  readonly timestamp: string;
  readonly sessionToken: string | undefined;
  /** Of a presigned request; undefined for one that is signed in its headers. */
  readonly expiresSeconds: number | undefined;
}

function claimFrom(
  credential: string,
  rest: Omit<SignatureClaim, 'accessKeyId' | 'date' | 'region' | 'service'>,
): SignatureClaim | undefined {
  const [accessKeyId, date, region, service, end] = credential.split('/');
  if (!accessKeyId || !date || !region || !service || end !== 'aws4_request') return undefined;
  return { accessKeyId, date, region, service, ...rest };
}

function claimOfHeaders(headers: SignedRequest['headers']): SignatureClaim | undefined {
  const authorization = headers['authorization'] ?? '';
  if (!authorization.startsWith(`${ALGORITHM} `)) return undefined;
  const parts = authorization.slice(ALGORITHM.length + 1).split(/, */);
  const field = (name: string): string =>
    parts.find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
  return claimFrom(field('Credential'), {
    signedHeaders: field('SignedHeaders').split(';'),
    signature: field('Signature'),
    timestamp: headers['x-amz-date'] ?? '',
    sessionToken: headers['x-amz-security-token'],
    expiresSeconds: undefined,
  });
}

function claimOfQuery(query: string): SignatureClaim | undefined {
  const parameters = new URLSearchParams(query);
  if (parameters.get('X-Amz-Algorithm') !== ALGORITHM) return undefined;
  return claimFrom(parameters.get('X-Amz-Credential') ?? '', {
    signedHeaders: (parameters.get('X-Amz-SignedHeaders') ?? '').split(';'),
    signature: parameters.get('X-Amz-Signature') ?? '',
    timestamp: parameters.get('X-Amz-Date') ?? '',
    sessionToken: parameters.get('X-Amz-Security-Token') ?? undefined,
    expiresSeconds: Number(parameters.get('X-Amz-Expires') ?? '0'),
  });
}

/** Whether the request carries anything that is meant as a signature. */
export function isSigned(request: SignedRequest): boolean {
  return request.headers['authorization'] !== undefined || request.query.includes('X-Amz-Signature=');
}

/** What the request claims; undefined when it is incomplete. */
export function signatureClaimOf(request: SignedRequest): SignatureClaim | undefined {
  const claim = claimOfHeaders(request.headers) ?? claimOfQuery(request.query);
  return claim && claim.signature !== '' && claim.signedHeaders.includes('host') ? claim : undefined;
}

/** The moment of `20260101T120000Z`, in milliseconds; NaN for what is none. */
export function timeOfTimestamp(timestamp: string): number {
  const parts = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(timestamp);
  if (!parts) return Number.NaN;
  const [, year, month, day, hours, minutes, seconds] = parts;
  return Date.parse(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}Z`);
}

/** Whether `secret` makes the signature that the request claims. */
export function hasValidSignature(request: SignedRequest, claim: SignatureClaim, secret: string): boolean {
  const expected = Buffer.from(signatureOf(request, claim, secret));
  const given = Buffer.from(claim.signature);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

function signatureOf(request: SignedRequest, claim: SignatureClaim, secret: string): string {
  const scope = scopeOf(claim);
  const stringToSign = [ALGORITHM, claim.timestamp, scope, sha256(canonicalRequest(request, claim))].join('\n');
  return hmac(signingKey(secret, claim), stringToSign).toString('hex');
}

function scopeOf({ date, region, service }: SignatureClaim): string {
  return `${date}/${region}/${service}/aws4_request`;
}

/** Keys that were derived, by secret and scope: a client signs all requests of a day with the same one. */
const signingKeys = new Map<string, Buffer>();
const MOST_SIGNING_KEYS = 1_000;

function signingKey(secret: string, claim: SignatureClaim): Buffer {
  const scope = scopeOf(claim);
  const name = `${scope}/${secret}`;
  const known = signingKeys.get(name);
  if (known) return known;
  const key = scope.split('/').reduce<Buffer>((previous, part) => hmac(previous, part), Buffer.from(`AWS4${secret}`));
  if (signingKeys.size >= MOST_SIGNING_KEYS) signingKeys.clear();
  signingKeys.set(name, key);
  return key;
}

function canonicalRequest(request: SignedRequest, claim: SignatureClaim): string {
  const headers = claim.signedHeaders
    .map((name) => `${name}:${(request.headers[name] ?? '').trim().replace(/\s+/g, ' ')}\n`)
    .join('');
  return [
    request.method,
    // Every service but S3 encodes the path once more.
    request.path.split('/').map(encode).join('/'),
    canonicalQuery(request.query),
    headers,
    claim.signedHeaders.join(';'),
    sha256(request.body),
  ].join('\n');
}

function canonicalQuery(query: string): string {
  return [...new URLSearchParams(query)]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]): [string, string] => [encode(name), encode(value)])
    .sort(([leftName, left], [rightName, right]) => compare(leftName, rightName) || compare(left, right))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Encodes all but the unreserved characters of RFC 3986, which `encodeURIComponent` does not. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
