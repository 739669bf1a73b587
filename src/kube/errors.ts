/**
 * The error family of the Kubernetes door. Every failed call ends in one {@link KubeApiError}: either the API server
 * said no (`code` is the HTTP status, `reason` the `reason` of its Status), or it was not reached (`code` is 0).
 * Classified by code and reason, never by text.
 */
import type { Subresource } from './operation.ts';

/** Reasons of our own, for calls that no server answered. */
export type LocalReason =
  | 'ConnectionFailed'
  | 'DeadlineExceeded'
  | 'MalformedAnswer'
  | 'AnswerTooLarge'
  | 'ListTooLarge';

/** One field that the server refused, from `status.details.causes`. */
export interface FieldCause {
  readonly field: string;
  readonly reason: string;
  /** Empty for Secrets, because it may quote values. */
  readonly message: string;
}

/** What a {@link KubeApiError} is made of. */
export interface KubeApiErrorFields {
  /** HTTP status; 0 when no answer came. */
  readonly code: number;
  /** `NotFound`, `Conflict`, `Invalid`, ...: the server's word, or a {@link LocalReason}. */
  readonly reason: string;
  /** `get`, `list`, `patch`, ... */
  readonly verb: string;
  /** `redisclusters.cloud-control.kyma-project.io` */
  readonly resource: string;
  /** Default: the object itself. */
  readonly subresource?: Subresource | undefined;
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  /** What the server said; left out for Secrets, because refusals may quote values. */
  readonly detail?: string;
  readonly causes?: readonly FieldCause[];
  readonly retryAfterMs?: number;
  /** Whether the server may have carried the request out although no answer came. */
  readonly mayHaveArrived?: boolean;
}

/** A call to a Kubernetes API that failed. */
export class KubeApiError extends Error {
  override readonly name = 'KubeApiError';
  readonly code: number;
  readonly reason: string;
  readonly verb: string;
  readonly resource: string;
  readonly subresource: Subresource | undefined;
  /** Names the object; `name` is empty for calls about a collection. */
  readonly key: { readonly cluster: string; readonly namespace: string; readonly name: string };
  /** What the server said; undefined for Secrets, because refusals may quote values. */
  readonly detail: string | undefined;
  readonly causes: readonly FieldCause[];
  readonly retryAfterMs: number | undefined;
  readonly mayHaveArrived: boolean;

  constructor(fields: KubeApiErrorFields, cause?: unknown) {
    super(messageOf(fields), cause === undefined ? undefined : { cause });
    this.code = fields.code;
    this.reason = fields.reason;
    this.verb = fields.verb;
    this.resource = fields.resource;
    this.subresource = fields.subresource;
    this.key = { cluster: fields.cluster, namespace: fields.namespace, name: fields.name };
    this.detail = fields.detail;
    this.causes = fields.causes ?? [];
    this.retryAfterMs = fields.retryAfterMs;
    // An answer proves that the request arrived, but also says what became of it; only silence leaves it open.
    this.mayHaveArrived = fields.mayHaveArrived ?? false;
  }
}

function messageOf(fields: KubeApiErrorFields): string {
  const object = [fields.namespace, fields.name].filter((part) => part !== '').join('/');
  const resource = [fields.resource, fields.subresource].filter((part) => part !== undefined).join('/');
  const what = `${fields.verb} ${resource}${object === '' ? '' : ` ${object}`}`;
  const code = fields.code === 0 ? '' : `${fields.code} `;
  return `${what}: ${code}${fields.reason}${fields.detail === undefined ? '' : `: ${fields.detail}`}`;
}

function is(error: unknown, test: (error: KubeApiError) => boolean): error is KubeApiError {
  return error instanceof KubeApiError && test(error);
}

/**
 * Whether there is nothing at that path: no such object, or no such kind, or something else than the API server answered. What
 * that means for an object only {@link isObjectNotFound} tells.
 */
export function isNotFound(error: unknown): error is KubeApiError {
  return is(error, (e) => e.code === 404);
}

/**
 * Whether the API server itself says that there is no such object. The page of a proxy whose server is away says nothing of the
 * object, nor does that of a server which does not serve the kind just now.
 */
export function isObjectNotFound(error: unknown): error is KubeApiError {
  return is(error, (e) => e.code === 404 && e.reason === 'NotFound');
}

/** Whether the name is taken. */
export function isAlreadyExists(error: unknown): error is KubeApiError {
  return is(error, (e) => e.code === 409 && e.reason === 'AlreadyExists');
}

/** Whether the object changed in between: read it again and decide anew. */
export function isConflict(error: unknown): error is KubeApiError {
  return is(error, (e) => e.code === 409 && e.reason !== 'AlreadyExists');
}

/** Whether the asked version lies before the history that the server keeps: list again. */
export function isGone(error: unknown): error is KubeApiError {
  return is(error, (e) => e.code === 410 || e.reason === 'Expired' || e.reason === 'Gone');
}

/** Whether the server has not come as far as the asked version: it lags behind, or its etcd was restored. List again. */
export function isAhead(error: unknown): error is KubeApiError {
  return is(error, (e) => e.code === 504 && e.causes.some(({ reason }) => reason === 'ResourceVersionTooLarge'));
}

/** Whether the object breaks its schema or its rules; trying again changes nothing. */
export function isInvalid(error: unknown): error is KubeApiError {
  return is(error, (e) => e.code === 422 || (e.code === 400 && e.reason === 'BadRequest'));
}

/** Whether the identity lacks the permission. */
export function isForbidden(error: unknown): error is KubeApiError {
  return is(error, (e) => e.code === 403);
}

/** Nothing new can be made in the namespace, because it is being deleted. */
export function isNamespaceTerminating(error: unknown): error is KubeApiError {
  return isForbidden(error) && error.causes.some(({ reason }) => reason === 'NamespaceTerminating');
}

/** Whether the server does not know the identity. */
export function isUnauthorized(error: unknown): error is KubeApiError {
  return is(error, (e) => e.code === 401);
}

/** Whether the answer was longer than is taken: one, not all pages of a list together. */
export function isAnswerTooLarge(error: unknown): error is KubeApiError {
  return is(error, (e) => e.code === 0 && e.reason === ('AnswerTooLarge' satisfies LocalReason));
}

/** Whether no answer came: connection refused or broken, deadline passed, or the answer was not understood, or too long. */
export function isUnreachable(error: unknown): error is KubeApiError {
  return is(error, (e) => e.code === 0);
}
