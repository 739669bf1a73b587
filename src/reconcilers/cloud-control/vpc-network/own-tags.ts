import { named, next, type Outcome } from '../../../composed/index.ts';
import { repaired } from '../../common/news.ts';
import { missingTexts } from '../../../util/missing-texts.ts';
import { keptDhcpOptions } from './dhcp-options.ts';
import { keptGateway } from './internet-gateway.ts';
import type { Tagged } from './part.ts';
import type { PartsState } from './parts.ts';
import { isOwnGroup } from './security-group.ts';
import { tagsFor } from './tags.ts';

/** What is ours and does not say so in full: somebody took tags away, or it was taken over. */
export function untaggedParts(state: PartsState): readonly Tagged[] {
  const { vpc, securityGroup } = state;
  const group = securityGroup !== undefined && isOwnGroup(state, securityGroup) ? securityGroup : undefined;
  return lackingTags(state, [vpc, keptGateway(state), keptDhcpOptions(state), group]);
}

export function lackingTags(
  { object, name }: Pick<PartsState, 'object' | 'name'>,
  parts: readonly (Tagged | undefined)[],
): readonly Tagged[] {
  const wanted = tagsFor(object, name);
  const isLacking = (part: Tagged): boolean => Object.keys(missingTexts(wanted, part.tags)).length > 0;
  return parts.flatMap((part) => (part !== undefined && isLacking(part) ? [part] : []));
}

/** All parts have the same tags, so that one call gives them back. */
export const ensureTags = named('ensureTags', async (state: PartsState): Promise<Outcome> => {
  const ids = untaggedParts(state).map(({ id }) => id);
  if (ids.length === 0) return next;
  await state.ec2.createTags(ids, tagsFor(state.object, state.name));
  state.hasWritten = true;
  state.news.push(repaired(`Tags of ${ids.join(', ')} were missing and are there again`));
  return next;
});
