import type { Tag, TagResourceRequest, UntagResourceRequest } from '@aws-sdk/client-secrets-manager';
import { AwsFault } from '../fault.ts';
import type { RequestContext } from '../service.ts';
import { usableSecret } from './secret.ts';

const MOST_TAGS = 50;

/** *Throws* {@link AwsFault} `InvalidParameterException` for keys of AWS's own and for too many tags. */
export function addTags(tags: Map<string, string>, added: readonly Tag[] | undefined): void {
  const reserved = added?.find(({ Key }) => Key?.toLowerCase().startsWith('aws:'));
  if (reserved) throw new AwsFault('InvalidParameterException', 'Tag keys must not start with aws:.');
  const keys = new Set([...tags.keys(), ...(added ?? []).map(({ Key = '' }) => Key)]);
  if (keys.size > MOST_TAGS) throw new AwsFault('InvalidParameterException', `A secret has at most ${MOST_TAGS} tags.`);
  for (const { Key = '', Value = '' } of added ?? []) tags.set(Key, Value);
}

export function tagListOf(tags: ReadonlyMap<string, string>): Tag[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}

export function tagResource({ SecretId, Tags }: TagResourceRequest, context: RequestContext): void {
  addTags(usableSecret(context, SecretId).tags, Tags);
}

export function untagResource({ SecretId, TagKeys }: UntagResourceRequest, context: RequestContext): void {
  const { tags } = usableSecret(context, SecretId);
  for (const key of TagKeys ?? []) tags.delete(key);
}
