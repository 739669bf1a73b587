import { describe, expect, it } from 'vitest';
import { type AuthFacts, nextAuthStep, recordFromText, textFromRecord } from './auth-step.ts';

const OWN = 'cm-demo';

function facts(overrides: Partial<AuthFacts>): AuthFacts {
  return {
    asked: true,
    tokenEnabled: true,
    attachedUserGroupIds: [],
    ownUserGroupId: OWN,
    ownUserGroup: 'absent',
    secretHash: 'hash-a',
    record: { phase: 'set', hash: 'hash-a' },
    tokenModified: '2026-01-01T10:00:00Z',
    ...overrides,
  };
}

describe('authentication on', () => {
  it('is settled when the token that AWS holds is the one in the secret', () => {
    expect(nextAuthStep(facts({}))).toBe('settled');
  });

  it('rotates the token in before it is the only way in', () => {
    expect(nextAuthStep(facts({ tokenEnabled: false, record: undefined }))).toBe('rotateToken');
    expect(nextAuthStep(facts({ record: { phase: 'rotating', hash: 'hash-a' } }))).toBe('setToken');
  });

  it('rotates again when the secret was edited or made anew', () => {
    expect(nextAuthStep(facts({ secretHash: 'hash-b' }))).toBe('rotateToken');
  });

  it('rotates again when the secret was edited in the middle of a rotation', () => {
    const record = { phase: 'rotating', hash: 'hash-a' } as const;
    expect(nextAuthStep(facts({ record, secretHash: 'hash-b' }))).toBe('rotateToken');
  });

  it('rotates again when AWS says that the token was changed after we had set it', () => {
    const record = { phase: 'set', hash: 'hash-a', modified: '2026-01-01T10:00:00Z' } as const;
    expect(nextAuthStep(facts({ record }))).toBe('settled');
    expect(nextAuthStep(facts({ record, tokenModified: '2026-01-01T11:00:00Z' }))).toBe('rotateToken');
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
    case 'rotateToken':
      return { ...now, tokenEnabled: true, record: { phase: 'rotating', hash } };
    case 'setToken':
      return { ...now, record: { phase: 'set', hash } };
    case 'deleteSecret':
      return { ...now, secretHash: undefined, record: undefined };
    case 'settled':
    case 'refuseForeignUserGroup':
      return now;
  }
}

describe('from any state', () => {
  const records = [undefined, { phase: 'rotating', hash: 'hash-a' }, { phase: 'set', hash: 'hash-z' }] as const;
  const worlds = [true, false].flatMap((tokenEnabled) =>
    [[], [OWN]].flatMap((attachedUserGroupIds) =>
      (['absent', 'busy', 'active'] as const).flatMap((ownUserGroup) =>
        records.map((record) => ({ tokenEnabled, attachedUserGroupIds, ownUserGroup, record })),
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

it('keeps phase and fingerprint in one text', () => {
  for (const record of [
    undefined,
    { phase: 'set', hash: 'sha256:1' },
    { phase: 'rotating', hash: 'sha256:1' },
  ] as const) {
    expect(recordFromText(textFromRecord(record))).toEqual(record);
  }
});
