import { next, type Outcome, type Pass } from '../../composed/index.ts';
import { type Difference, differencesOf } from './differences.ts';
import { modifyGroup } from './modification.ts';
import { currentPlan, nameOf } from './parameter-group.ts';
import type { ProvideState } from './state.ts';
import { waitForAws } from './waiting.ts';

/** Upgrades the engine, or goes back to the main parameter group after an upgrade. */
export async function ensureEngine(state: ProvideState, pass: Pass): Promise<Outcome> {
  const { carrier, modification } = currentPlan(state);
  if (carrier === undefined) return waitForAws(state, pass, 'settling', 'both parameter groups are in use');
  const parameterGroupName = nameOf(state, carrier);
  const { engineVersion } = state.asked;
  switch (modification) {
    case undefined:
      return next;
    case 'upgrade':
      return modifyGroup(state, pass, {
        what: `engineVersion ${engineVersion} ${carrier}`,
        message: `ElastiCache upgrades the engine to ${engineVersion}.`,
        correction: { kind: 'modify', change: { engineVersion, parameterGroupName } },
      });
    case 'switch':
      return modifyGroup(state, pass, {
        what: `parameterGroup ${parameterGroupName}`,
        message: `ElastiCache switches to parameter group ${parameterGroupName}.`,
        correction: { kind: 'modify', change: { parameterGroupName } },
      });
  }
}

/** Carries away the first difference; the others follow when AWS is done with it. */
export async function ensureSettings(state: ProvideState, pass: Pass): Promise<Outcome> {
  const [difference] = currentDifferences(state);
  if (difference === undefined) return next;
  const { field, observed, asked, correction } = difference;
  pass.log.info({ field, observed, asked }, 'Setting differs');
  const message = `ElastiCache changes ${field} from ${observed} to ${asked}.`;
  return modifyGroup(state, pass, { what: `${field} ${asked}`, message, correction });
}

export function currentDifferences(state: ProvideState): readonly Difference[] {
  const { group, members, securityGroup } = state.observed;
  if (group === undefined) return [];
  const facts = members.length > 0 && securityGroup && { members, securityGroupId: securityGroup.id };
  return differencesOf(state.asked, group, facts || undefined);
}
