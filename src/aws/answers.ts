import { AwsError, type AwsErrorFields, NotFoundError } from './errors.ts';

/** Which resource an operation names, and the codes by which AWS says that it does not have it. */
export interface Named {
  /** In words: `replication group`. */
  readonly resource: string;
  readonly codes: readonly string[];
}

/**
 * Turns the service's own code for the named resource into {@link NotFoundError}; a not-found code about something else
 * (the subnet group that a new replication group is to use) stays an `AwsError`.
 */
export async function orNotFound<T>(named: Named, id: string, promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof AwsError && named.codes.includes(error.code)) {
      throw new NotFoundError(named.resource, id, error);
    }
    throw error;
  }
}

/** The first of the answers; an empty answer to a question by id means absence. */
export function firstOf<T>(named: Named, id: string, items: readonly T[] | undefined): T {
  const first = items?.[0];
  if (first === undefined) throw new NotFoundError(named.resource, id);
  return first;
}

/** Which operation was asked for; it writes unless it says that it only reads. */
export type Asked = Pick<AwsErrorFields, 'service' | 'operation' | 'isRead'>;

/** A part that AWS always answers with. *Throws* `AwsError` of kind `internal` when it did not. */
export function answered<T>(part: T | undefined, asked: Asked): T {
  if (part !== undefined) return part;
  throw new AwsError({ ...asked, code: 'MalformedResponse', kind: 'internal', requestId: undefined, detail: '' });
}
