import { type Action, named, next } from '../../../composed/index.ts';
import { isAccessDenied } from '../../../aws/index.ts';
import { repaired } from '../../common/news.ts';
import { isReady } from '../../common/status.ts';
import { missingTexts } from '../../../util/missing-texts.ts';
import { connectionTags, type Side } from './state.ts';
import { isSamePlace, type ServedState, type SideView } from './view.ts';

/** Each side has tags of its own; those of the local one are what a lost connection is found by. */
export const ensureLocalTags: Action<ServedState> = function ensureLocalTags(state) {
  return ensureTags(state, state.local, state.localView);
};

/** A role that may not set tags is as good: the remote ones only inform. */
export const ensureRemoteTags: Action<ServedState> = named('ensureRemoteTags', async (state: ServedState, pass) => {
  const { local, remote, remoteView } = state;
  if ('error' in remoteView || isSamePlace(local, remote)) return next;
  try {
    return await ensureTags(state, remote, remoteView);
  } catch (error) {
    if (!isAccessDenied(error)) throw error;
    pass.log.info({ code: error.code }, 'the remote side does not let us tag the peering');
    return next;
  }
});

async function ensureTags(state: ServedState, { client }: Side, { connection }: SideView) {
  const missing = missingTexts(connectionTags(state), connection.tags);
  if (Object.keys(missing).length === 0) return next;
  await client.createTags([connection.id], missing);
  if (isReady(state.object))
    state.news.push(repaired(`Tags of the peering ${connection.id} were missing and are there again`));
  return next;
}
