/**
 * Errors of AWS, translated once at the door.
 *
 * Each failed call becomes an {@link AwsError} with a kind from one closed list; a resource that a business operation
 * names and that AWS does not have becomes a {@link NotFoundError} with its id. Kinds come from codes (see
 * error-codes.ts), never from texts. Messages of both hold no request id, no secret and no ARN; what AWS said in its own
 * words is the `cause`, for the log alone.
 */

/** What an error means for who asked; see error-codes.ts for which codes are which. */
export type AwsErrorKind =
  | 'not-found'
  | 'already-exists'
  | 'throttled'
  | 'access-denied'
  | 'invalid-input'
  | 'invalid-state'
  | 'in-use'
  | 'limit'
  | 'network'
  | 'internal';

/** What an {@link AwsError} says, as data. */
export interface AwsErrorFields {
  /** As `elasticache`, `ec2`, `secretsmanager`, `sts`, `tagging`. */
  readonly service: string;
  /** As `CreateReplicationGroup`. */
  readonly operation: string;
  /** AWS's code on the wire, or the code of a transport failure. */
  readonly code: string;
  /** For the log; never for a condition. */
  readonly requestId: string | undefined;
  readonly kind: AwsErrorKind;
  /** Whether the operation only reads; a failed read has had no effect. Default: false. */
  readonly isRead?: boolean;
  /** AWS's sentence without request ids, ARNs and account numbers; empty when it said nothing. */
  readonly detail: string;
}

/** A call to AWS that failed. */
export class AwsError extends Error implements AwsErrorFields {
  override readonly name = 'AwsError';
  readonly service: string;
  readonly operation: string;
  readonly code: string;
  readonly requestId: string | undefined;
  readonly kind: AwsErrorKind;
  readonly isRead: boolean;
  readonly detail: string;

  constructor(fields: AwsErrorFields, cause?: unknown) {
    super(`${fields.service} ${fields.operation}: ${fields.code}${fields.detail && `: ${fields.detail}`}`, { cause });
    this.service = fields.service;
    this.operation = fields.operation;
    this.code = fields.code;
    this.requestId = fields.requestId;
    this.kind = fields.kind;
    this.isRead = fields.isRead ?? false;
    this.detail = fields.detail;
  }
}

/** The resource that was asked for does not exist; proven by a direct question to AWS. */
export class NotFoundError extends Error {
  override readonly name = 'NotFoundError';
  /** What kind of thing, in words: `replication group`. */
  readonly resource: string;
  readonly id: string;

  constructor(resource: string, id: string, cause?: unknown) {
    super(`${resource} ${id} does not exist`, { cause });
    this.resource = resource;
    this.id = id;
  }
}

function isOfKind(error: unknown, kind: AwsErrorKind): error is AwsError {
  return error instanceof AwsError && error.kind === kind;
}

/** Tells whether something does not exist: {@link NotFoundError}, or one of the services' own codes. */
export function isNotFound(error: unknown): error is AwsError | NotFoundError {
  return error instanceof NotFoundError || isOfKind(error, 'not-found');
}

/** Tells whether the name is taken. */
export const isAlreadyExists = (error: unknown): error is AwsError => isOfKind(error, 'already-exists');
/** Tells whether AWS, or our own rate limit before it, asks for fewer requests. */
export const isThrottled = (error: unknown): error is AwsError => isOfKind(error, 'throttled');
/** Tells whether a permission, or a credential, is missing. */
export const isAccessDenied = (error: unknown): error is AwsError => isOfKind(error, 'access-denied');
/** Tells whether AWS does not take a value, whatever the state. */
export const isInvalidInput = (error: unknown): error is AwsError => isOfKind(error, 'invalid-input');
/** Tells whether AWS would do it in another state of the resource. */
export const isInvalidState = (error: unknown): error is AwsError => isOfKind(error, 'invalid-state');
/** Tells whether something else still needs it. */
export const isInUse = (error: unknown): error is AwsError => isOfKind(error, 'in-use');
/** Tells whether a quota or the capacity is used up. */
export const isLimit = (error: unknown): error is AwsError => isOfKind(error, 'limit');

/** Tells whether the same call may succeed soon without anybody doing anything: throttled, network, a fault of AWS. */
export function isRetryable(error: unknown): error is AwsError {
  return error instanceof AwsError && ['throttled', 'network', 'internal'].includes(error.kind);
}

/** Tells whether a write may have been carried out although it failed: look before it is sent again. */
export function isOutcomeUnknown(error: unknown): error is AwsError {
  return (isOfKind(error, 'network') || isOfKind(error, 'internal')) && !error.isRead;
}

/** Turns absence into a value: resolves with undefined for {@link NotFoundError}, and for nothing else. */
export async function orAbsent<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

const PLAIN_WORDS: Readonly<Record<AwsErrorKind, string>> = {
  'not-found': 'AWS does not know something this needs',
  'already-exists': 'AWS already has something of this name',
  throttled: 'AWS asks for fewer requests',
  'access-denied': 'AWS does not permit this',
  'invalid-input': 'AWS does not accept a value',
  'invalid-state': 'AWS does not allow this in the present state',
  'in-use': 'it is still in use in AWS',
  limit: 'a quota or the capacity of AWS is used up',
  network: 'AWS could not be reached',
  internal: 'AWS failed to answer properly',
};

/**
 * Says in plain words what went wrong, with AWS's code, for a condition: stable for the same cause, so that writing it
 * again changes nothing.
 */
export function userMessage(error: AwsError | NotFoundError): string {
  if (error instanceof NotFoundError) return error.message;
  const detail =
    error.kind === 'network' || error.kind === 'internal' || error.kind === 'throttled' ? '' : error.detail;
  return `${PLAIN_WORDS[error.kind]} (${error.operation}: ${error.code})${detail && `: ${detail}`}`;
}
