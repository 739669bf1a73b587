import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AwsFault } from '../fault.ts';
import { CURRENT, PREVIOUS, SecretVersions } from './versions.ts';

const IDS = ['v1', 'v2', 'v3', 'v4'];
const STAGES = [CURRENT, PREVIOUS, 'AWSPENDING', 'mine'];

type Step =
  | { readonly kind: 'put'; readonly id: string; readonly stages: readonly string[] }
  | {
      readonly kind: 'move';
      readonly stage: string;
      readonly from: string | undefined;
      readonly to: string | undefined;
    };

const put: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('put' as const),
  id: fc.constantFrom(...IDS),
  stages: fc.uniqueArray(fc.constantFrom(CURRENT, 'AWSPENDING', 'mine'), { minLength: 1 }),
});

const maybeId = fc.option(fc.constantFrom(...IDS), { nil: undefined });

const move: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('move' as const),
  stage: fc.constantFrom(...STAGES),
  from: maybeId,
  to: maybeId,
});

/** Refused steps are part of a history; anything but a fault is a bug. */
function perform(versions: SecretVersions, step: Step): boolean {
  try {
    if (step.kind === 'put') versions.put(step.id, { string: step.id, binary: undefined }, 0, step.stages);
    else versions.moveStage(step.stage, step.from, step.to);
    return true;
  } catch (error) {
    if (error instanceof AwsFault) return false;
    throw error;
  }
}

describe('after any history of puts and moves', () => {
  it('a label stands on one version at most, and AWSCURRENT on exactly one once there is a version', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(put, move), { maxLength: 30 }), (steps) => {
        const versions = new SecretVersions();
        for (const step of steps) perform(versions, step);
        for (const stage of STAGES) {
          expect(versions.all().filter(({ stages }) => stages.has(stage)).length).toBeLessThanOrEqual(1);
        }
        expect(versions.byStage(CURRENT) !== undefined).toBe(versions.all().length > 0);
      }),
    );
  });

  it('the version that AWSCURRENT leaves gets AWSPREVIOUS', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(put, move), { maxLength: 30 }), (steps) => {
        const versions = new SecretVersions();
        for (const step of steps) {
          const before = versions.byStage(CURRENT);
          const isDone = perform(versions, step);
          const after = versions.byStage(CURRENT);
          const isMoved = isDone && before !== undefined && after !== before;
          expect(!isMoved || versions.byStage(PREVIOUS) === before).toBe(true);
        }
      }),
    );
  });

  it('a refused step changes nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(put, move), { maxLength: 30 }), (steps) => {
        const versions = new SecretVersions();
        for (const step of steps) {
          const before = JSON.stringify(versions.stagesById());
          const isDone = perform(versions, step);
          expect(isDone || JSON.stringify(versions.stagesById()) === before).toBe(true);
        }
      }),
    );
  });
});

it('keeps about a hundred versions and drops only those without a label', () => {
  const versions = new SecretVersions();
  for (let index = 0; index < 150; index++) {
    versions.put(`v${index}`, { string: `${index}`, binary: undefined }, index, [CURRENT]);
  }
  expect(versions.all()).toHaveLength(100);
  expect(versions.byStage(CURRENT)?.id).toBe('v149');
  expect(versions.byStage(PREVIOUS)?.id).toBe('v148');
  expect(versions.byId('v0')).toBeUndefined();
});
