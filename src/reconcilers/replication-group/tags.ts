import type { Tags } from '../../aws/index.ts';
import { next, type Outcome, type Pass } from '../../composed/index.ts';
import { repaired } from '../common/news.ts';
import { missingTexts } from '../../util/missing-texts.ts';
import { noteWrite, removalOf } from './memory.ts';
import { ForeignResourceError, namesNobodyElse, ownershipByTags, UnprovenResourceError } from './ownership.ts';
import type { ReplicationGroupState } from './state.ts';

/** Something of ours in ElastiCache, which tells tags by a call of their own. */
export interface TaggedResource {
  /** What it is, in words. */
  readonly resource: string;
  readonly id: string;
  readonly arn: string;
  /** Whether our own, proven replication group uses it: then it is ours also when somebody took its tags away. */
  readonly isUsedByOwnGroup: boolean;
}

/** Reads in one call what carries our tags, of all services. */
export async function loadTags(state: ReplicationGroupState): Promise<Outcome> {
  const tagFilters = Object.entries(state.identity.identifyingTags).map(([key, value]) => ({ key, values: [value] }));
  state.observed.tags = await state.clients.tagging.listTags({ resourceTypes: [], tagFilters });
  return next;
}

/** As {@link loadTags}, but once in a removal: tags prove what is ours, and that does not change any more. */
export async function loadTagsOnce(state: ReplicationGroupState): Promise<Outcome> {
  const removal = removalOf(state.memory);
  if (removal.tags === undefined) {
    await loadTags(state);
    removal.tags = state.observed.tags;
  }
  state.observed.tags = removal.tags;
  return next;
}

/**
 * Makes sure that a resource is ours before anything is done with it, and that it carries all our tags.
 *
 * *Throws* {@link ForeignResourceError} when it is not.
 */
export async function ensureOwnTags(state: ReplicationGroupState, resource: TaggedResource): Promise<void> {
  const tags = await tagsOf(state, resource.arn);
  if (!isOurs(state, tags, resource.isUsedByOwnGroup)) throw new ForeignResourceError(resource.resource, resource.id);
  const missing = missingTexts(state.identity.tags, tags);
  if (Object.keys(missing).length === 0) return;
  await state.clients.elastiCache.addTags(resource.arn, missing);
  noteWrite(state.memory);
  state.announce(repaired(`Tags of the ${resource.resource} ${resource.id} were missing and are there again`));
}

/** Whether a resource is ours; for deletions, which leave alone what is not. */
export async function isOwn(state: ReplicationGroupState, resource: TaggedResource): Promise<boolean> {
  return isOurs(state, await tagsOf(state, resource.arn), resource.isUsedByOwnGroup);
}

/** What there is to say of a part of our name, before it is deleted. */
export interface FoundPart extends Pick<TaggedResource, 'resource' | 'id' | 'isUsedByOwnGroup'> {
  readonly tags: Tags;
  /** Whether its description is the one that we give. */
  readonly isDescribedAsOurs: boolean;
}

/**
 * As {@link isOwn}, for parts that have a description.
 *
 * *Throws* {@link UnprovenResourceError} where it looks like one that we made and somebody took its tags: once the
 * replication group is gone nothing else would prove it, and who forgot it would leave it in AWS for ever.
 */
export function isOwnPart(state: ReplicationGroupState, part: FoundPart, pass: Pass): boolean {
  const { identifyingTags } = state.identity;
  const { resource, id, tags } = part;
  if (isOurs(state, tags, part.isUsedByOwnGroup)) return true;
  if (part.isDescribedAsOurs && namesNobodyElse(tags, identifyingTags)) {
    throw new UnprovenResourceError(resource, id, identifyingTags);
  }
  pass.log.info({ resource, id }, 'Foreign resource left as it is');
  return false;
}

export function isOurs(state: ReplicationGroupState, tags: Tags, isUsedByOwnGroup: boolean): boolean {
  const { identifyingTags } = state.identity;
  if (isUsedByOwnGroup && namesNobodyElse(tags, identifyingTags)) return true;
  return ownershipByTags(tags, identifyingTags) === 'ours';
}

/** The tagging service first, because it has been asked already; ElastiCache itself when that does not know (yet). */
export async function tagsOf(state: ReplicationGroupState, arn: string): Promise<Tags> {
  return state.observed.tags.get(arn) ?? (await state.clients.elastiCache.listTags(arn));
}

/** The ARN among our tagged ones that ends so: a part whose tags prove, without another question, that it is ours. */
export function taggedArn(state: ReplicationGroupState, part: string): string | undefined {
  return [...state.observed.tags.keys()].find((arn) => arn.endsWith(part));
}
