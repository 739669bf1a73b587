import { describe, expect, it } from 'vitest';
import { PEERING_CODES } from '../../../api/cloud-control/v1beta1/vpc-peering.ts';
import { isEnded, isEnding, knownCode, peeringStepOf, removalStepOf } from './peering-code.ts';

describe('the code of a peering connection', () => {
  it.each([
    { code: undefined, step: 'request', removal: 'done' },
    { code: 'initiating-request', step: 'wait', removal: 'wait' },
    { code: 'pending-acceptance', step: 'accept', removal: 'delete' },
    { code: 'provisioning', step: 'wait', removal: 'wait' },
    { code: 'active', step: 'serve', removal: 'delete' },
    { code: 'deleting', step: 'wait', removal: 'wait' },
    { code: 'deleted', step: 'replace', removal: 'done' },
    { code: 'failed', step: 'replace', removal: 'done' },
    { code: 'expired', step: 'replace', removal: 'done' },
    { code: 'rejected', step: 'replace', removal: 'done' },
    { code: 'hibernating', step: 'wait', removal: 'wait' },
    { code: 'toString', step: 'wait', removal: 'wait' },
  ])('$code asks for $step, and a deletion for $removal', ({ code, step, removal }) => {
    expect(peeringStepOf(code)).toBe(step);
    expect(removalStepOf(code)).toBe(removal);
  });

  it('is ended when another connection is needed, and ending when nobody has to delete it', () => {
    expect(PEERING_CODES.filter(isEnded)).toEqual(['deleted', 'failed', 'expired', 'rejected']);
    expect(PEERING_CODES.filter(isEnding)).toEqual(['deleting', 'deleted', 'failed', 'expired', 'rejected']);
  });

  it('is known when the schema has it', () => {
    expect(PEERING_CODES.map(knownCode)).toEqual(PEERING_CODES);
    expect([knownCode('hibernating'), knownCode(undefined)]).toEqual([undefined, undefined]);
  });
});
