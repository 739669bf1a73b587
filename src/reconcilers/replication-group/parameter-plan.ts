/**
 * Parameter groups and upgrades of the engine.
 *
 * A parameter group has a family for life, and AWS changes the version of a running group only together with a parameter
 * group of the new family. The main one is in use then, so another stands in:
 *
 *     create temp (new family) → its parameters → upgrade with temp → wait
 *     → delete main, create it (new family), its parameters → switch to main → wait → delete temp
 *
 * There is no stored position in this sequence. Each pass looks at both groups and decides anew, so a second change of mind
 * midway, a crash, or somebody's own deletion only changes the way. Parameters of a group that is to be replaced are left
 * alone: AWS refuses names that its family does not know.
 */

export type ParameterGroupRole = 'main' | 'temporary';

export interface ParameterGroupFacts {
  readonly family: string;
  /** Whether a member refers to it. */
  readonly inUse: boolean;
}

export interface ParameterPlanInput {
  /** The family in the end. */
  readonly family: string;
  readonly main: ParameterGroupFacts | undefined;
  readonly temporary: ParameterGroupFacts | undefined;
  /** Undefined while there is no replication group. */
  readonly running: { readonly versionMet: boolean; readonly allUseMain: boolean } | undefined;
}

export type ParameterGroupStep = { readonly kind: 'delete' | 'create'; readonly role: ParameterGroupRole };

export interface ParameterPlan {
  /** In this order; all can be done in one pass. */
  readonly steps: readonly ParameterGroupStep[];
  /** The one whose parameters have to be as asked; undefined when AWS has to let go of one first. */
  readonly carrier: ParameterGroupRole | undefined;
  /** What to ask of the replication group once the carrier is as asked. */
  readonly modification: 'upgrade' | 'switch' | undefined;
}

export function parameterPlanOf(input: ParameterPlanInput): ParameterPlan {
  if (input.running !== undefined && !input.running.versionMet) return planUpgrade(input);
  const { steps, carrier } = bring('main', input);
  if (carrier === undefined) return { steps, carrier, modification: undefined };
  const modification = input.running !== undefined && !input.running.allUseMain ? 'switch' : undefined;
  return { steps: [...steps, ...removeTemporary(input)], carrier, modification };
}

function planUpgrade(input: ParameterPlanInput): ParameterPlan {
  const fits = (facts: ParameterGroupFacts | undefined): boolean => facts?.family === input.family;
  const preferred: readonly ParameterGroupRole[] =
    !fits(input.main) && (fits(input.temporary) || input.main?.inUse === true)
      ? ['temporary', 'main']
      : ['main', 'temporary'];
  for (const role of preferred) {
    const { steps, carrier } = bring(role, input);
    if (carrier !== undefined) return { steps, carrier, modification: 'upgrade' };
  }
  return { steps: [], carrier: undefined, modification: undefined };
}

/** The steps after which the group of this role exists with the right family; no carrier while the wrong one is in use. */
function bring(role: ParameterGroupRole, input: ParameterPlanInput): Pick<ParameterPlan, 'steps' | 'carrier'> {
  const facts = input[role];
  if (facts === undefined) return { steps: [{ kind: 'create', role }], carrier: role };
  if (facts.family === input.family) return { steps: [], carrier: role };
  if (facts.inUse) return { steps: [], carrier: undefined };
  return {
    steps: [
      { kind: 'delete', role },
      { kind: 'create', role },
    ],
    carrier: role,
  };
}

function removeTemporary({ temporary }: ParameterPlanInput): readonly ParameterGroupStep[] {
  return temporary !== undefined && !temporary.inUse ? [{ kind: 'delete', role: 'temporary' }] : [];
}

/** What the parameter group has to hold beyond its family's defaults. */
export function parametersInTheEnd(
  asked: Readonly<Record<string, string>>,
  clusterMode: boolean,
): Readonly<Record<string, string>> {
  return clusterMode ? { ...asked, 'cluster-enabled': 'yes' } : asked;
}

export interface ParameterDifferences {
  readonly modify: Readonly<Record<string, string>>;
  /** Somebody changed these, and nobody asks for them: back to the default of the family. */
  readonly reset: readonly string[];
}

/** `changed` are the parameters of the group that differ from its family's defaults by somebody's will. */
export function parameterDifferencesOf(
  wanted: Readonly<Record<string, string>>,
  changed: Readonly<Record<string, string>>,
): ParameterDifferences {
  const modify = Object.entries(wanted).filter(([name, value]) => changed[name] !== value);
  const reset = Object.keys(changed).filter((name) => !(name in wanted));
  return { modify: Object.fromEntries(modify), reset: reset.toSorted() };
}
