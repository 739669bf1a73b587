import { describe, expect, it } from 'vitest';
import { TOKEN_PHASES } from '../../api/cloud-control/v1beta1/redis.ts';
import { aTokenRecord } from '../../../test/support/replication-groups.ts';
import { type AuthFacts, nextAuthStep } from './auth-step.ts';

const OWN = 'cm-demo';

function facts(overrides: Partial<AuthFacts>): AuthFacts {
  return {
    asked: true,
    tokenEnabled: true,
    attachedUserGroupIds: [],
    ownUserGroupId: OWN,
    ownUserGroup: 'absent',
    secretHash: 'hash-a',
    record: aTokenRecord(),
    tokenModified: '2026-01-01T10:00:00Z',
    progress: 'done',
    isGraceOver: true,
    ...overrides,
  };
}

describe('authentication on', () => {
  it('is settled when the token that AWS holds is the one in the secret', () => {
    expect(nextAuthStep(facts({}))).toBe('settled');
  });

  it('rotates the token in before it is the only way in', () => {
    expect(nextAuthStep(facts({ tokenEnabled: false, record: undefined }))).toBe('rotateToken');
    expect(nextAuthStep(facts({ record: aTokenRecord({ phase: 'Published' }) }))).toBe('setToken');
  });

  it('leaves the old way in open until clients have had the new token long enough', () => {
    const record = aTokenRecord({ phase: 'Published' });
    expect(nextAuthStep(facts({ record, isGraceOver: false }))).toBe('waitForGrace');
  });

  it('waits until AWS shows what it has accepted, and asks again where it was not heard', () => {
    const rotating = aTokenRecord({ phase: 'Rotating' });
    expect(nextAuthStep(facts({ record: rotating, progress: 'underWay' }))).toBe('waitForToken');
    expect(nextAuthStep(facts({ record: rotating, progress: 'notAsked' }))).toBe('rotateToken');
    const setting = aTokenRecord({ phase: 'Setting' });
    expect(nextAuthStep(facts({ record: setting, progress: 'underWay' }))).toBe('waitForToken');
    expect(nextAuthStep(facts({ record: setting, progress: 'notAsked' }))).toBe('setToken');
    expect(nextAuthStep(facts({ record: setting, progress: 'done' }))).toBe('settled');
  });

  it('makes a new token for who asked for one, unless there is one already', () => {
    const record = aTokenRecord({ phase: 'Requested' });
    expect(nextAuthStep(facts({ record }))).toBe('renewToken');
    expect(nextAuthStep(facts({ record, secretHash: 'hash-b' }))).toBe('rotateToken');
  });

  it('rotates again when the secret was edited or made anew', () => {
    expect(nextAuthStep(facts({ secretHash: 'hash-b' }))).toBe('rotateToken');
  });

  it('takes the next token when the one that is under way had its turn', () => {
    const edited = { secretHash: 'hash-b' };
    const rotating = aTokenRecord({ phase: 'Rotating' });
    expect(nextAuthStep(facts({ ...edited, record: rotating, progress: 'underWay' }))).toBe('waitForToken');
    const published = aTokenRecord({ phase: 'Published' });
    expect(nextAuthStep(facts({ ...edited, record: published, isGraceOver: false }))).toBe('waitForGrace');
    expect(nextAuthStep(facts({ ...edited, record: published }))).toBe('rotateToken');
    const setting = aTokenRecord({ phase: 'Setting' });
    expect(nextAuthStep(facts({ ...edited, record: setting, progress: 'underWay' }))).toBe('waitForToken');
    expect(nextAuthStep(facts({ ...edited, record: setting, progress: 'notAsked' }))).toBe('rotateToken');
  });

  it('rotates again when AWS says that the token was changed after we had set it', () => {
    const record = aTokenRecord({ modified: '2026-01-01T10:00:00Z' });
    expect(nextAuthStep(facts({ record }))).toBe('settled');
    expect(nextAuthStep(facts({ record, tokenModified: '2026-01-01T11:00:00Z' }))).toBe('rotateToken');
    const published = { ...record, phase: 'Published' } as const;
    expect(nextAuthStep(facts({ record: published, isGraceOver: false, tokenModified: undefined }))).toBe(
      'rotateToken',
    );
  });

  it('rotates when nobody knows which token AWS holds', () => {
    expect(nextAuthStep(facts({ record: undefined }))).toBe('rotateToken');
  });

  it('detaches the transient user group when it was switched on again midway', () => {
    const midway = facts({ tokenEnabled: false, attachedUserGroupIds: [OWN], ownUserGroup: 'active' });
    expect(nextAuthStep(midway)).toBe('detachUserGroup');
  });

  it('removes the transient user group that switching off left behind, after the token is set', () => {
    expect(nextAuthStep(facts({ ownUserGroup: 'active' }))).toBe('deleteUserGroup');
    expect(nextAuthStep(facts({ ownUserGroup: 'busy' }))).toBe('waitForUserGroup');
    expect(nextAuthStep(facts({ ownUserGroup: 'active', record: undefined }))).toBe('rotateToken');
  });
});

describe('authentication off', () => {
  const off = (overrides: Partial<AuthFacts>) => facts({ asked: false, ...overrides });

  it('exchanges the token for a user group, and waits until that is active', () => {
    expect(nextAuthStep(off({}))).toBe('createUserGroup');
    expect(nextAuthStep(off({ ownUserGroup: 'busy' }))).toBe('waitForUserGroup');
    expect(nextAuthStep(off({ ownUserGroup: 'active' }))).toBe('attachUserGroup');
  });

  it('then detaches and deletes the user group, and the secret last', () => {
    const open = off({ tokenEnabled: false });
    expect(nextAuthStep({ ...open, attachedUserGroupIds: [OWN], ownUserGroup: 'active' })).toBe('detachUserGroup');
    expect(nextAuthStep({ ...open, ownUserGroup: 'active' })).toBe('deleteUserGroup');
    expect(nextAuthStep({ ...open, ownUserGroup: 'busy' })).toBe('waitForUserGroup');
    expect(nextAuthStep(open)).toBe('deleteSecret');
    expect(nextAuthStep({ ...open, secretHash: undefined })).toBe('settled');
  });

  it('keeps the secret as long as a server asks for its token', () => {
    for (const ownUserGroup of ['absent', 'busy', 'active'] as const) {
      expect(nextAuthStep(off({ ownUserGroup }))).not.toBe('deleteSecret');
    }
  });
});

it('leaves a user group of somebody else alone, whatever is asked', () => {
  for (const asked of [true, false]) {
    expect(nextAuthStep(facts({ asked, attachedUserGroupIds: ['theirs'] }))).toBe('refuseForeignUserGroup');
  }
});

/** AWS, as far as the steps concern it: every step takes effect before the next one. */
function carryOut(step: ReturnType<typeof nextAuthStep>, now: AuthFacts): AuthFacts {
  const hash = now.secretHash ?? '';
  switch (step) {
    case 'createUserGroup':
    case 'waitForUserGroup':
      return { ...now, ownUserGroup: 'active' };
    case 'attachUserGroup':
      return { ...now, tokenEnabled: false, attachedUserGroupIds: [OWN] };
    case 'detachUserGroup':
      return { ...now, attachedUserGroupIds: [] };
    case 'deleteUserGroup':
      return { ...now, ownUserGroup: 'absent' };
    case 'renewToken':
      return { ...now, secretHash: 'hash-new' };
    case 'rotateToken':
      // What AWS has carried out is published.
      return { ...now, tokenEnabled: true, record: aTokenRecord({ phase: 'Published', hash }), isGraceOver: false };
    case 'waitForToken':
      return { ...now, progress: 'done' };
    case 'waitForGrace':
      return { ...now, isGraceOver: true };
    case 'setToken':
      return { ...now, record: aTokenRecord({ phase: 'Setting', hash }), progress: 'done' };
    case 'deleteSecret':
      return { ...now, secretHash: undefined, record: undefined };
    case 'settled':
    case 'refuseForeignUserGroup':
      return now;
  }
}

describe('from any state', () => {
  const records = [
    undefined,
    ...TOKEN_PHASES.flatMap((phase) => ['hash-a', 'hash-z'].map((hash) => aTokenRecord({ phase, hash }))),
  ];
  const worlds = [true, false].flatMap((tokenEnabled) =>
    [[], [OWN]].flatMap((attachedUserGroupIds) =>
      (['absent', 'busy', 'active'] as const).flatMap((ownUserGroup) =>
        records.flatMap((record) =>
          (['done', 'underWay', 'notAsked'] as const).map((progress) => {
            return { tokenEnabled, attachedUserGroupIds, ownUserGroup, record, progress };
          }),
        ),
      ),
    ),
  );

  it.each([true, false])('reaches rest within ten steps when authentication is asked for: %s', (asked) => {
    for (const world of worlds) {
      let now = facts({ asked, ...world });
      for (let steps = 0; steps < 10; steps++) now = carryOut(nextAuthStep(now), now);
      expect(nextAuthStep(now), JSON.stringify(world)).toBe('settled');
      expect({ enabled: now.tokenEnabled, attached: now.attachedUserGroupIds, group: now.ownUserGroup }).toEqual({
        enabled: asked,
        attached: [],
        group: 'absent',
      });
    }
  });
});
