import type fc from 'fast-check';
import type { Condition, KubeObject, ResourceKind } from '../../src/kube/index.ts';
import { ownershipTags } from '../../src/reconcilers/common/tags.ts';
import { missingTexts } from '../../src/util/missing-texts.ts';
import { type Expected, such } from './in-aws.ts';
import type { World } from './world.ts';

/*
 * What a kind brings to histories: a file in `kinds/`, named in `kinds/all.ts`. Nothing else knows kinds.
 */

/** An object of any of our kinds. */
export interface Asked extends KubeObject {
  readonly spec: object;
  readonly status?: {
    readonly state?: string;
    readonly conditions?: readonly Condition[];
    readonly observedGeneration?: number;
  };
}

export interface Named {
  readonly kind: string;
  readonly name: string;
}

/** What may be asked for: one of a fixed set, so that several steps mean the same object. */
export interface Creation extends Named {
  readonly spec: object;
}

export interface HistoryKind<O extends Asked = Asked> {
  readonly kind: ResourceKind<O>;
  /** All objects of the kind that histories have. They can all be Ready at once. */
  readonly creations: readonly Creation[];
  /** Changes of a specification, as merge patches; what admission refuses is not asked. */
  readonly edits: readonly { readonly weight: number; readonly spec: fc.Arbitrary<object> }[];
  /** What somebody does to the object's things in AWS; AWS may refuse it, as it may refuse anybody. */
  readonly drifts: Readonly<Record<string, (world: World, object: O) => Promise<unknown>>>;
  /** Operations that are worth to be struck one by one. */
  readonly operations: readonly string[];
  /** What the object needs. */
  dependenciesOf(object: Creation | O): readonly Named[];
  /** The object with which this one comes and goes; undefined for one that is asked for. Default: all are asked for. */
  readonly comesWith?: (object: O) => Named | undefined;
  /** What others have to do in the end, so that all that is asked for can be had, and what they clean up themselves. */
  readonly settle?: (world: World) => Promise<void>;
  /** All that the object has in AWS when it is Ready. *Throws* what is wrong beside that. */
  expected(object: O, world: World): Promise<readonly Expected[]>;
}

/** A kind whose objects only it looks into. */
export function historyKind<O extends Asked>(kind: HistoryKind<O>): HistoryKind {
  // A history hands each kind nothing but its own objects.
  return kind as unknown as HistoryKind;
}

/** For the tags of an {@link Expected}: they say whose the thing is, and what `more` says. */
export function tagsOf(object: Asked, more: Readonly<Record<string, string>> = {}): unknown {
  const wanted = { ...ownershipTags(object), ...more };
  return such(`with ${JSON.stringify(wanted)}`, (tags: Readonly<Record<string, string>>) => {
    return Object.keys(missingTexts(wanted, tags)).length === 0;
  });
}
