/**
 * Whose a resource of our name is. Names are guessable, so a name proves nothing.
 *
 * - *Tags* decide wherever AWS lists them. ElastiCache lists those of a replication group only while it is `available`.
 * - *Before that* the status is the proof: the intent recorded after absence was seen and before the create, or the ARN
 *   and creation time recorded when the group was first seen available.
 * - A group whose tags somebody removed, all or one, is still ours when ARN and creation time say so; they are put back.
 *
 * Nothing is changed or deleted unless it is proven ours; with neither proof, waiting is the answer.
 */
import type { ReplicationGroup, Tags } from '../../aws/index.ts';

export type Ownership = 'ours' | 'foreign' | 'unknown';

/** What the status records of the replication group. */
export interface GroupRecord {
  readonly arn: string | undefined;
  readonly createTime: string | undefined;
  readonly intentTime: string | undefined;
}

/** Requests with a clock more than five minutes off are refused by AWS, so that is the most that two clocks differ. */
const CLOCK_DIFFERENCE_MS = 5 * 60_000;

export function ownershipByTags(tags: Tags, identifying: Tags): Ownership {
  return Object.entries(identifying).every(([key, value]) => tags[key] === value) ? 'ours' : 'foreign';
}

/** Whether the tags name nobody else: some or all may have been removed, or were never there. */
export function namesNobodyElse(tags: Tags, identifying: Tags): boolean {
  return Object.entries(identifying).every(([key, value]) => tags[key] === undefined || tags[key] === value);
}

export function ownershipOfGroup(
  group: ReplicationGroup,
  tags: Tags | undefined,
  identifying: Tags,
  record: GroupRecord,
): Ownership {
  if (tags === undefined) return isRecorded(group, record) || isIntended(group, record) ? 'ours' : 'unknown';
  if (namesNobodyElse(tags, identifying) && isRecorded(group, record)) return 'ours';
  return ownershipByTags(tags, identifying);
}

/** The very group that the status knows, not one that was made later under its name. */
export function isRecorded(group: ReplicationGroup, record: GroupRecord): boolean {
  return (
    record.arn === group.arn && record.createTime !== undefined && record.createTime === instantText(group.createTime)
  );
}

function isIntended(group: ReplicationGroup, record: GroupRecord): boolean {
  if (record.intentTime === undefined) return false;
  // AWS leaves the time out at the very beginning; nothing but the beginning looks like that.
  if (group.createTime === undefined) return true;
  return group.createTime.getTime() >= Date.parse(record.intentTime) - CLOCK_DIFFERENCE_MS;
}

/** RFC 3339 in whole seconds, as Kubernetes keeps instants. */
export function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** As {@link timeText}, of what AWS may not tell. */
export function instantText(date: Date | undefined): string | undefined {
  return date && timeText(date.getTime());
}

/** Something with a name of ours belongs to somebody else: shown to the user, never touched. */
export class ForeignResourceError extends Error {
  override readonly name = 'ForeignResourceError';

  constructor(resource: string, id: string) {
    super(`The ${resource} ${id} exists in AWS and its tags do not say that it is ours; it is left as it is`);
  }
}

/** Something may be ours, and nothing proves it: it is neither deleted nor forgotten, and a person decides. */
export class UnprovenResourceError extends Error {
  override readonly name = 'UnprovenResourceError';

  constructor(resource: string, id: string, identifying: Tags) {
    const tags = Object.entries(identifying).map(([key, value]) => `${key}=${value}`);
    super(
      `The ${resource} ${id} exists in AWS without the tags that say whose it is, so it is left as it is. ` +
        `If nobody needs it, delete it or tag it with ${tags.join(', ')}; if it is somebody else's, tag it with their name`,
    );
  }
}
