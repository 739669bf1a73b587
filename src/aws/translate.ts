/** Makes an {@link AwsError} of what the SDK throws. The only place that looks into errors of the SDK. */
import { kindOfCode } from './error-codes.ts';
import { AwsError } from './errors.ts';
import type { Access } from './operations.ts';

/** What failed, and which of its input must not be repeated. */
export interface FailedCall {
  readonly service: string;
  readonly operation: string;
  readonly access: Access;
  readonly secrets: readonly string[];
}

/** The parts that errors of the SDK and of Node's sockets may have; none is sure. */
interface SdkErrorParts {
  readonly name?: string;
  readonly message?: string;
  readonly code?: unknown;
  readonly Code?: unknown;
  readonly Error?: { readonly Code?: unknown };
  readonly $metadata?: { readonly requestId?: string; readonly httpStatusCode?: number };
  readonly $response?: { readonly statusCode?: number };
}

const LONGEST_DETAIL = 400;

/** What differs from call to call, or tells of the account's inside: a condition with it would change for ever. */
const UNSTABLE_PARTS: readonly RegExp[] = [
  /\s*Encoded authorization failure message:\s*\S+/gi,
  /\(?\s*request ?id:?\s*[0-9a-f-]{16,}\)?/gi,
  /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi,
  /\barn:aws[\w-]*:[^\s,;'")]+/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g,
  /\b\d{12}\b/g,
];

function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((clean, secret) => (secret ? clean.replaceAll(secret, '[secret]') : clean), text);
}

/** AWS's sentence without secrets, request ids, ARNs, account numbers and key ids. */
export function sanitize(text: string, secrets: readonly string[]): string {
  const stable = UNSTABLE_PARTS.reduce((clean, part) => clean.replace(part, '…'), withoutSecrets(text, secrets));
  return stable.replace(/\s+/g, ' ').trim().slice(0, LONGEST_DETAIL);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function codeOf(parts: SdkErrorParts): string {
  const code = textOf(parts.Error?.Code) ?? textOf(parts.Code) ?? parts.name ?? 'Unknown';
  return code.slice(code.indexOf('#') + 1);
}

function isTransportFailure(parts: SdkErrorParts): boolean {
  return textOf(parts.code) !== undefined || parts.name === 'TimeoutError';
}

/** A cause that echoes a secret is not kept: whoever logs the error would log the secret. */
function causeOf(error: unknown, parts: SdkErrorParts, secrets: readonly string[]): unknown {
  const text = parts.message ?? '';
  return text === withoutSecrets(text, secrets) ? error : undefined;
}

/**
 * Translates an error of the SDK; undefined for what is none, which is a bug of ours and has to stay visible as such.
 */
export function awsErrorFrom(error: unknown, call: FailedCall): AwsError | undefined {
  if (!(error instanceof Error)) return undefined;
  const parts = error as SdkErrorParts; // all parts are optional and checked where they are read
  const httpStatus = parts.$metadata?.httpStatusCode ?? parts.$response?.statusCode;
  const { service, operation, access } = call;
  const base = { service, operation, isRead: access === 'read', requestId: parts.$metadata?.requestId };
  const cause = causeOf(error, parts, call.secrets);
  const detail = sanitize(parts.message ?? '', call.secrets);
  if (httpStatus !== undefined && httpStatus >= 300) {
    const code = codeOf(parts);
    return new AwsError({ ...base, code, kind: kindOfCode(call.service, code, httpStatus), detail }, cause);
  }
  if (parts.name === 'CredentialsProviderError') {
    return new AwsError({ ...base, code: parts.name, kind: 'access-denied', detail }, cause);
  }
  if (isTransportFailure(parts)) {
    return new AwsError({ ...base, code: textOf(parts.code) ?? 'TimeoutError', kind: 'network', detail: '' }, cause);
  }
  // An answer came, but not one that could be read: cut off, or not of AWS.
  if (httpStatus !== undefined)
    return new AwsError({ ...base, code: 'MalformedResponse', kind: 'internal', detail: '' }, cause);
  return undefined;
}
