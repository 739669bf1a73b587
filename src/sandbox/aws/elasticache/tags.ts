import type { Tag } from '@aws-sdk/client-elasticache';
import { AwsFault } from '../fault.ts';
import { invalidValue } from './faults.ts';
import type { Tags } from './model.ts';

const MOST_TAGS = 50;

/** *Throws* `InvalidParameterValue`, `TagQuotaPerResourceExceeded`. */
export function tagsFrom(list: readonly Tag[] | undefined, existing: Tags = new Map()): Tags {
  const added: Tags = new Map((list ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
  const wrong = [...added].find(([key, value]) => !/^(?!aws:).{1,128}$/is.test(key) || value.length > 256);
  if (wrong) throw invalidValue(`Tag key or value is not valid: ${wrong[0]}`);
  const all = new Map([...existing, ...added]);
  if (all.size > MOST_TAGS) {
    throw new AwsFault('TagQuotaPerResourceExceeded', `A resource has at most ${MOST_TAGS} tags.`);
  }
  return all;
}

export function tagList(tags: Tags): Tag[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}
