import type { JsonObject } from './json.ts';
import { defined } from './json.ts';

/** One finding about one field, as it stands in `details.causes`. */
export interface FieldError {
  readonly reason:
    | 'FieldValueRequired'
    | 'FieldValueInvalid'
    | 'FieldValueTypeInvalid'
    | 'FieldValueNotSupported'
    | 'FieldValueForbidden'
    | 'FieldValueTooMany'
    | 'FieldValueTooLong'
    | 'FieldValueDuplicate'
    | 'FieldValueNotFound';
  readonly message: string;
  readonly field: string;
}

/** A type and no interface, because it is JSON: only a type has the index signature. */
export type Cause = {
  readonly reason: string;
  readonly message: string;
  readonly field?: string;
};

export interface StatusDetails {
  readonly name?: string | undefined;
  readonly group?: string | undefined;
  readonly kind?: string | undefined;
  readonly uid?: string | undefined;
  readonly causes?: readonly Cause[] | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

/** Names a resource in messages: `widgets.example.com`, `configmaps`. */
export interface GroupName {
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
}

/**
 * An answer that is a `Status` of failure
 * ([reasons](https://github.com/kubernetes/apimachinery/blob/master/pkg/apis/meta/v1/types.go)).
 */
export class StatusError extends Error {
  override readonly name = 'StatusError';
  readonly code: number;
  readonly reason: string;
  readonly details: StatusDetails | undefined;

  constructor(code: number, reason: string, message: string, details?: StatusDetails) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  toStatus(): JsonObject {
    const { code, reason, message } = this;
    return defined({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason: reason === '' ? undefined : reason,
      details: this.details && defined(this.details),
      code,
    });
  }
}

/** `widgets.example.com`: the way messages qualify a resource or a kind. */
export function qualified(name: string, group: string): string {
  return group === '' ? name : `${name}.${group}`;
}

const groupOf = (group: string): string | undefined => (group === '' ? undefined : group);

export function notFound({ group, plural }: Pick<GroupName, 'group' | 'plural'>, name: string): StatusError {
  const details = { name, group: groupOf(group), kind: plural };
  return new StatusError(404, 'NotFound', `${qualified(plural, group)} "${name}" not found`, details);
}

export function alreadyExists({ group, plural }: GroupName, name: string, isBeingDeleted: boolean): StatusError {
  const details = { name, group: groupOf(group), kind: plural };
  const prefix = isBeingDeleted ? 'object is being deleted: ' : '';
  return new StatusError(
    409,
    'AlreadyExists',
    `${prefix}${qualified(plural, group)} "${name}" already exists`,
    details,
  );
}

export function conflict(
  { group, plural }: Pick<GroupName, 'group' | 'plural'>,
  name: string,
  why: string,
): StatusError {
  const message = `Operation cannot be fulfilled on ${qualified(plural, group)} "${name}": ${why}`;
  return new StatusError(409, 'Conflict', message, { name, group: groupOf(group), kind: plural });
}

export const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again';

export function forbidden(
  { group, plural }: GroupName,
  name: string,
  why: string,
  causes?: readonly Cause[],
): StatusError {
  const message = `${qualified(plural, group)} "${name}" is forbidden: ${why}`;
  return new StatusError(403, 'Forbidden', message, { name, group: groupOf(group), kind: plural, causes });
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', message);
}

export function methodNotAllowed(
  message = 'the server does not allow this method on the requested resource',
): StatusError {
  return new StatusError(405, 'MethodNotAllowed', message, {});
}

export function unsupportedMediaType(accepted: readonly string[]): StatusError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`;
  return new StatusError(415, 'UnsupportedMediaType', message);
}

export function expired(message: string): StatusError {
  return new StatusError(410, 'Expired', message);
}

/** 422: the object as a whole was understood, and some of its fields are wrong. */
export function invalid(kind: string, group: string, name: string, errors: readonly FieldError[]): StatusError {
  const sentences = errors.map(({ field, message }) => `${field}: ${message}`);
  const list = sentences.length === 1 ? sentences[0] : `[${sentences.join(', ')}]`;
  const details = {
    name: name === '' ? undefined : name,
    group: groupOf(group),
    kind: kind === '' ? undefined : kind,
    causes: errors,
  };
  return new StatusError(422, 'Invalid', `${qualified(kind, group)} "${name}" is invalid: ${list}`, details);
}

/** A finding about a value, worded as the API machinery does: the value in quotes when it is a string. */
export function fieldInvalid(field: string, value: unknown, why: string): FieldError {
  return { reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(value ?? null)}: ${why}`, field };
}

export function fieldRequired(field: string, why = ''): FieldError {
  return { reason: 'FieldValueRequired', message: why === '' ? 'Required value' : `Required value: ${why}`, field };
}

export function fieldTooLong(field: string, mostBytes: number): FieldError {
  return { reason: 'FieldValueTooLong', message: `Too long: may not be more than ${mostBytes} bytes`, field };
}

export function fieldForbidden(field: string, why: string): FieldError {
  return { reason: 'FieldValueForbidden', message: `Forbidden: ${why}`, field };
}

export function fieldDuplicate(field: string, value: unknown): FieldError {
  return { reason: 'FieldValueDuplicate', message: `Duplicate value: ${JSON.stringify(value)}`, field };
}

export function fieldNotSupported(field: string, value: unknown, supported: readonly unknown[]): FieldError {
  const values = supported.map((one) => JSON.stringify(one)).join(', ');
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${values}`;
  return { reason: 'FieldValueNotSupported', message, field };
}
