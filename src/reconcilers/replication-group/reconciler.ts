/**
 * The engine of both Redis kinds: takes what is asked, and makes AWS so.
 *
 * Each pass starts from what AWS shows and remembers nothing that it could not do without:
 *
 *     absent ──► make (parts side by side, then the group) ──► creating ──► available
 *     create-failed ──► taken down, with its cause ──► absent
 *     creating, modifying, snapshotting, deleting ──► one shared list a tick, and nothing else
 *     available ──► look (two lists) or full check ──► at most one modification ──► modifying
 *
 * Guarantees: nothing is changed or deleted before it is proven ours; a create is preceded by seen absence and recorded
 * intent; every action may run twice and die in between; a deletion ends when every part is confirmed gone.
 */
import { type Action, branch, concurrently, isStop, named, next, not, sequence, when } from '../../composed/index.ts';
import { deleting } from '../common/finding.ts';
import { ensureAuth } from './auth.ts';
import { ensureConnection } from './connection.ts';
import {
  beginMaking,
  createReplicationGroup,
  isCreateFailed,
  replaceFailedReplicationGroup,
  waitBeforeNextCreation,
} from './creation.ts';
import {
  beginFullCheck,
  finishFullCheck,
  heedCheckRequest,
  isLookEnough,
  lookFindsAllAsAsked,
  restAfterLook,
} from './levels.ts';
import { loadMembers, loadMembersOfUntaggedParts, waitForMembers } from './member.ts';
import {
  deleteParameterGroups,
  ensureParameterGroups,
  loadParameterGroup,
  loadTemporaryParameterGroup,
} from './parameter-group.ts';
import { removalOf } from './memory.ts';
import {
  confirmReplicationGroupGone,
  deleteReplicationGroup,
  ensureOwnReplicationGroup,
  hasReplicationGroup,
  isNew,
  loadReplicationGroup,
  loadReplicationGroupToDelete,
  waitForReplicationGroup,
} from './replication-group.ts';
import { deleteSecret, ensureSecret, loadSecret } from './secret.ts';
import { deleteSecurityGroup, ensureSecurityGroup, loadSecurityGroup } from './security-group.ts';
import { ensureEngine, ensureSettings } from './settings.ts';
import type { ProvideState, ReplicationGroupState } from './state.ts';
import { deleteSubnetGroup, ensureSubnetGroup, loadSubnetGroup } from './subnet-group.ts';
import { loadTags, loadTagsOnce } from './tags.ts';
import { ensureTokenRotated } from './token-rotation.ts';
import { deleteUserGroup, loadUserGroup } from './user-group.ts';

const makeReplicationGroup: Action<ProvideState> = sequence(
  'makeReplicationGroup',
  waitBeforeNextCreation,
  when(not(isNew), concurrently(loadSubnetGroup, loadParameterGroup, loadSecurityGroup, loadSecret)),
  beginMaking,
  concurrently(ensureSubnetGroup, ensureParameterGroups, ensureSecurityGroup, ensureSecret),
  createReplicationGroup,
);

const look: Action<ProvideState> = sequence('look', loadSecurityGroup, when(lookFindsAllAsAsked, restAfterLook));

const fullCheck: Action<ProvideState> = sequence(
  'fullCheck',
  beginFullCheck,
  concurrently(loadMembers, loadTags, loadSubnetGroup, loadParameterGroup, loadSecurityGroup, loadSecret),
  concurrently(loadTemporaryParameterGroup, loadUserGroup),
  ensureOwnReplicationGroup,
  concurrently(ensureSubnetGroup, ensureSecurityGroup, ensureSecret),
  waitForMembers,
  ensureParameterGroups,
  ensureConnection,
  ensureAuth,
  ensureEngine,
  ensureSettings,
  ensureTokenRotated,
  finishFullCheck,
);

/** Makes what is asked, and keeps it so. */
export const provideReplicationGroup: Action<ProvideState> = sequence(
  'provideReplicationGroup',
  heedCheckRequest,
  loadReplicationGroup,
  waitForReplicationGroup,
  when(isCreateFailed, replaceFailedReplicationGroup),
  branch(
    hasReplicationGroup,
    sequence('keepReplicationGroup', when(isLookEnough, look), fullCheck),
    makeReplicationGroup,
  ),
);

const deleteParts: Action<ReplicationGroupState> = concurrently(
  once(deleteSecurityGroup),
  once(deleteSubnetGroup),
  once(deleteParameterGroups),
  once(deleteUserGroup),
);

/** Takes everything down, each part as soon as AWS lets it go; goes on when all is confirmed gone. */
export const removeReplicationGroup: Action<ReplicationGroupState> = sequence(
  'removeReplicationGroup',
  loadReplicationGroupToDelete,
  loadTagsOnce,
  loadMembersOfUntaggedParts,
  concurrently(
    sequence('removeGroup', deleteReplicationGroup, namingBlocker(deleteParts), confirmReplicationGroupGone),
    once(deleteSecret),
  ),
);

/** Takes down what was made for a group that never came to be, because the name turned out to be another's. */
export const removeParts: Action<ReplicationGroupState> = sequence(
  'removeParts',
  loadTagsOnce,
  concurrently(deleteParts, once(deleteSecret)),
);

/** Says in the status what the deletion waits for. */
function namingBlocker(action: Action<ReplicationGroupState>): Action<ReplicationGroupState> {
  return named(action.name, async (state, pass) => {
    const outcome = await action(state, pass);
    if (isStop(outcome)) state.finding = deleting(`Waiting: ${outcome.reason}.`);
    return outcome;
  });
}

/**
 * A part that was confirmed gone is not asked for again in the passes that still wait for others: unless it was confirmed
 * while AWS might still make it, late.
 */
function once(action: Action<ReplicationGroupState>): Action<ReplicationGroupState> {
  return named(action.name, async (state, pass) => {
    const { gone } = removalOf(state.memory);
    if (gone.has(action.name)) return next;
    const outcome = await action(state, pass);
    if (!isStop(outcome) && state.unansweredAtMs === undefined) gone.add(action.name);
    return outcome;
  });
}
