/** The object of the control plane that stands for one of a user's cluster. */
import { type Scope } from '../../../api/cloud-control/v1beta1/scope.ts';
import { ANNOTATIONS, LABELS, MODULE_LABEL } from '../../../api/names.ts';
import {
  type Action,
  named,
  next,
  type Outcome,
  type Pass,
  sequence,
  stopAndForget,
  stopWithRequeueDelay,
} from '../../../composed/index.ts';
import { isBeingDeleted, type KubeInput, mergePatchBetween, type ResourceKind } from '../../../kube/index.ts';
import { missingTexts } from '../../../util/missing-texts.ts';
import { processing } from '../../common/finding.ts';
import type { MadeForRemote } from '../../common/indexes.ts';
import { LONGEST_LABEL_VALUE } from '../../common/labels.ts';
import type { StatusObject } from '../../common/object-state.ts';
import { counterpartOf, ensureId, isMadeFor, controlPlaneNamespaceOf, recordAnotherId, refOf } from './id.ts';
import { mirroredChanges } from './mirrored.ts';
import { type InvalidWords, reportSubmission, submitted } from './submission.ts';
import { type InScope, recordedId, type UserObject } from './user-object.ts';

/** What stands for a user's object: reported on like all kinds. */
export type Counterpart = MadeForRemote & StatusObject;

/** A pass that looks after the counterpart. */
export type CounterpartState<O extends UserObject, C extends Counterpart> = InScope<O> & {
  /** As it is now; undefined before it was loaded or made, and while there is none. */
  counterpart: C | undefined;
};

/** What tells the counterparts of one kind from those of another. */
export interface CounterpartKind<O extends UserObject, C extends Counterpart> extends InvalidWords {
  readonly kind: ResourceKind<C>;
  /**
   * The specification that it has to have. `present` is what it has now, fields with defaults filled in; what the user does
   * not decide stays.
   */
  readonly specOf: (state: CounterpartState<O, C>, present: C['spec'] | undefined) => C['spec'];
}

/** Makes the counterpart, or makes it be as it has to be; all that the user has changed is passed on, whatever its state. */
export function ensureCounterpart<O extends UserObject, C extends Counterpart>(
  counterpart: CounterpartKind<O, C>,
): Action<CounterpartState<O, C>> {
  const { kind } = counterpart;
  const makeAndCorrect = sequence<CounterpartState<O, C>>(
    'makeAndCorrect',
    loadOrCreate(counterpart),
    waitForOwn,
    correct(counterpart),
  );
  return sequence('ensureCounterpart', ensureId<O, C>(kind), reportSubmission(makeAndCorrect, counterpart));
}

function loadOrCreate<O extends UserObject, C extends Counterpart>({
  kind,
  specOf,
}: CounterpartKind<O, C>): Action<CounterpartState<O, C>> {
  return named('loadOrCreate', async (state: CounterpartState<O, C>, pass) => {
    state.counterpart = counterpartOf(state, kind);
    if (state.counterpart !== undefined) return next;
    const name = recordedId(state.object) ?? '';
    const metadata = {
      name,
      namespace: controlPlaneNamespaceOf(state),
      labels: labelsOf(state),
      annotations: firstAnnotations(state),
    };
    const spec = mergePatchBetween({}, specOf(state, undefined)) ?? {};
    // A kind with a specification has no other fields that somebody states.
    const input = { metadata, spec } as unknown as KubeInput<C>;
    state.counterpart = await submitted(state.controlPlane.create(kind, input, pass));
    return next;
  });
}

/** A name that was free is not always: the cache did not know who has it. */
const FOREIGN_DELAY_MS = 1_000;

async function waitForOwn<O extends UserObject, C extends Counterpart>(
  state: CounterpartState<O, C>,
  pass: Pass,
): Promise<Outcome> {
  const { counterpart } = state;
  if (counterpart !== undefined && !isMadeFor(counterpart, state)) {
    state.counterpart = undefined;
    await recordAnotherId(state, pass);
    state.finding = processing('The control plane has something else of this id; another one is taken.');
    return stopWithRequeueDelay(FOREIGN_DELAY_MS, 'the id names an object that was not made for this one');
  }
  if (counterpart === undefined || !isBeingDeleted(counterpart)) return next;
  state.finding = processing('What stands for it in the control plane is being deleted, and is made again then.');
  return stopAndForget('the counterpart is being deleted');
}

function correct<O extends UserObject, C extends Counterpart>({
  kind,
  specOf,
}: CounterpartKind<O, C>): Action<CounterpartState<O, C>> {
  return named('correct', async (state: CounterpartState<O, C>, pass) => {
    const { counterpart } = state;
    if (counterpart === undefined) return next;
    const spec = mergePatchBetween(counterpart.spec, specOf(state, counterpart.spec));
    const metadata = differencesOfMarks(counterpart, state);
    if (spec === undefined && metadata === undefined) return next;
    const changes = { ...(spec !== undefined && { spec }), ...(metadata !== undefined && { metadata }) };
    state.counterpart = await submitted(state.controlPlane.merge(kind, counterpart, changes, pass));
    return next;
  });
}

type Texts = Readonly<Record<string, string>>;

function differencesOfMarks(made: Counterpart, state: InScope): object | undefined {
  const { labels = {}, annotations = {} } = made.metadata;
  const missingLabels = missingTexts(labelsOf(state), labels);
  const changedAnnotations = {
    ...missingTexts(namesOf(state), annotations),
    ...mirroredChanges(state.object, made),
    // The object that it was made for is here.
    ...(annotations[ANNOTATIONS.orphanedSince] !== undefined && { [ANNOTATIONS.orphanedSince]: null }),
  };
  const changes = {
    ...(!isEmpty(missingLabels) && { labels: missingLabels }),
    ...(!isEmpty(changedAnnotations) && { annotations: changedAnnotations }),
  };
  return isEmpty(changes) ? undefined : changes;
}

function isEmpty(fields: object): boolean {
  return Object.keys(fields).length === 0;
}

/** By which it is found and told from what persons write. Labels take no long values, so annotations have all names. */
function labelsOf(state: InScope): Texts {
  const short = Object.entries(namesOf(state)).filter(
    ([, value]) => value !== '' && value.length <= LONGEST_LABEL_VALUE,
  );
  return { [LABELS.module]: MODULE_LABEL, ...Object.fromEntries(short) };
}

function firstAnnotations(state: InScope): Texts {
  const mirrored = Object.entries(mirroredChanges(state.object, undefined));
  const asked = mirrored.flatMap(([key, value]) => (value === null ? [] : [[key, value] as const]));
  return { ...namesOf(state), ...Object.fromEntries(asked) };
}

function namesOf({ object, scope }: InScope): Texts {
  const { namespace, name } = refOf(object);
  return {
    [LABELS.kymaName]: kymaNameOf(scope),
    [LABELS.remoteName]: name,
    [LABELS.remoteNamespace]: namespace,
  };
}

function kymaNameOf({ spec, metadata }: Scope): string {
  return spec.kymaName === '' ? metadata.name : spec.kymaName;
}
