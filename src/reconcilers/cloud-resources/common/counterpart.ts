/** The object of the control plane that stands for one of a user's cluster. */
import { type Scope } from '../../../api/cloud-control/v1beta1/scope.ts';
import { ANNOTATIONS, LABELS, MODULE_LABEL } from '../../../api/names.ts';
import { type Action, named, next, type Pass, sequence, stopAndForget } from '../../../composed/index.ts';
import { isBeingDeleted, type KubeInput, mergePatchBetween, type ResourceKind } from '../../../kube/index.ts';
import { deleting, processing } from '../../common/finding.ts';
import type { MadeForRemote, RemoteRef } from '../../common/indexes.ts';
import { LONGEST_LABEL_VALUE } from '../../common/labels.ts';
import type { StatusObject } from '../../common/object-state.ts';
import { counterpartsOf, ensureId, isMadeFor, namespaceOf, refOf } from './id.ts';
import type { InScope, UserObject } from './user-object.ts';

/** What stands for a user's object: reported on like all kinds. */
export type Counterpart = MadeForRemote & StatusObject;

/** A pass that looks after the counterpart. */
export type CounterpartState<O extends UserObject, C extends Counterpart> = InScope<O> & {
  /** As it is now; undefined before it was loaded or made, and while there is none. */
  counterpart: C | undefined;
};

/** What tells the counterparts of one kind from those of another. */
export interface CounterpartKind<O extends UserObject, C extends Counterpart> {
  readonly kind: ResourceKind<C>;
  /**
   * The specification that it has to have. `present` is what it has now, fields with defaults filled in; what the user does
   * not decide stays.
   */
  readonly specOf: (state: CounterpartState<O, C>, present: C['spec'] | undefined) => C['spec'];
}

/** Annotations of the user's object that the control plane goes by. */
const MIRRORED = [ANNOTATIONS.pause, ANNOTATIONS.reconcileNow, ANNOTATIONS.rotateAuthToken] as const;

/** Makes the counterpart, or makes it be as it has to be; all that the user has changed is passed on, whatever its state. */
export function ensureCounterpart<O extends UserObject, C extends Counterpart>(
  counterpart: CounterpartKind<O, C>,
): Action<CounterpartState<O, C>> {
  return sequence<CounterpartState<O, C>>(
    'ensureCounterpart',
    ensureId<O, C>(counterpart.kind),
    named('correctOrCreate', async (state: CounterpartState<O, C>, pass) => {
      const present = state.controlPlane.get(counterpart.kind, namespaceOf(state), idOf(state));
      const made = present ?? (await create(counterpart, state, pass));
      if (!isMadeFor(made, state)) {
        // The cache did not know it. The next pass begins with another id.
        state.finding = processing('The control plane has an object of this id already; another id is taken.');
        return stopAndForget('the id names an object that was not made for this one');
      }
      state.counterpart = made;
      if (isBeingDeleted(made)) {
        state.finding = processing('What stands for it in the control plane is being deleted, and is made again then.');
        return stopAndForget('the counterpart is being deleted');
      }
      state.counterpart = await correct(counterpart, state, made, pass);
      return next;
    }),
  );
}

function create<O extends UserObject, C extends Counterpart>(
  { kind, specOf }: CounterpartKind<O, C>,
  state: CounterpartState<O, C>,
  pass: Pass,
): Promise<C> {
  const metadata = { name: idOf(state), namespace: namespaceOf(state), ...marksOf(state) };
  const spec = mergePatchBetween({}, specOf(state, undefined)) ?? {};
  // A kind with a specification has no other fields that somebody states.
  return state.controlPlane.create(kind, { metadata, spec } as unknown as KubeInput<C>, pass);
}

async function correct<O extends UserObject, C extends Counterpart>(
  { kind, specOf }: CounterpartKind<O, C>,
  state: CounterpartState<O, C>,
  made: C,
  pass: Pass,
): Promise<C> {
  const spec = mergePatchBetween(made.spec, specOf(state, made.spec));
  const metadata = mergePatchBetween(marksIn(made, state), marksOf(state));
  if (spec === undefined && metadata === undefined) return made;
  // A patch between labels and annotations has these two fields.
  return state.controlPlane.merge(
    kind,
    made,
    { ...(spec !== undefined && { spec }), ...(metadata !== undefined && { metadata: metadata as object }) },
    pass,
  );
}

interface Marks {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** By which it is found and told from what persons write; labels take no long values, so annotations have all. */
function marksOf({ object, scope }: InScope): Marks {
  const own = object.metadata.annotations ?? {};
  const mirrored = MIRRORED.flatMap((key) => (own[key] === undefined ? [] : [[key, own[key]] as const]));
  const names = namesOf(scope, refOf(object));
  const short = Object.entries(names).filter(([, value]) => value.length <= LONGEST_LABEL_VALUE && value !== '');
  return {
    labels: { [LABELS.module]: MODULE_LABEL, ...Object.fromEntries(short) },
    annotations: { ...names, ...Object.fromEntries(mirrored) },
  };
}

function namesOf({ spec, metadata }: Scope, { namespace, name }: RemoteRef): Readonly<Record<string, string>> {
  return {
    [LABELS.kymaName]: spec.kymaName === '' ? metadata.name : spec.kymaName,
    [LABELS.remoteName]: name,
    [LABELS.remoteNamespace]: namespace,
  };
}

/** As much of the labels and annotations of a counterpart as this program decides. */
function marksIn({ metadata: { labels = {}, annotations = {} } }: Counterpart, state: InScope): Marks {
  const wanted = marksOf(state);
  const decided = new Set<string>([...Object.keys(wanted.annotations), ...MIRRORED, ANNOTATIONS.orphanedSince]);
  const only = (all: Readonly<Record<string, string>>, isOurs: (key: string) => boolean): Record<string, string> =>
    Object.fromEntries(Object.entries(all).filter(([key]) => isOurs(key)));
  return {
    labels: only(labels, (key) => key in wanted.labels),
    annotations: only(annotations, (key) => decided.has(key)),
  };
}

/** Deletes all that was made for the object in the control plane, and waits until nothing is left of it. */
export function deleteCounterparts<O extends UserObject, C extends Counterpart>(
  kind: ResourceKind<C>,
): Action<InScope<O>> {
  return named('deleteCounterparts', async (state: InScope<O>, pass) => {
    const left = await leftOf(state, kind, pass);
    if (left.length === 0) return next;
    await Promise.all(
      left.filter((made) => !isBeingDeleted(made)).map((made) => state.controlPlane.delete(kind, made, pass)),
    );
    state.finding ??= deleting('What stands for it in AWS is being deleted.');
    return stopAndForget('the counterpart is being deleted');
  });
}

/** What the cache has, and what it may not know yet: the object of the recorded id is asked for once more. */
async function leftOf<C extends Counterpart>(state: InScope, kind: ResourceKind<C>, pass: Pass): Promise<readonly C[]> {
  const known = counterpartsOf(state, kind);
  if (known.length > 0) return known;
  const { id } = state.object.status ?? {};
  const made = id === undefined ? undefined : await state.controlPlane.read(kind, namespaceOf(state), id, pass);
  return made !== undefined && isMadeFor(made, state) ? [made] : [];
}

function idOf({ object }: InScope): string {
  // It was ensured before.
  return object.status?.id ?? '';
}
