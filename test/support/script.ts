import { loadSamples } from '../../src/cli/demo/manifests.ts';
import { changed, type Manifest } from './manifests.ts';
import { NAMESPACE } from './namespace.ts';
import type { User } from './user.ts';

/** What a chapter is about. */
export type Part = 'creation' | 'change' | 'deletion';

/** Who tells a story: a user, and what they have at hand. */
export interface Teller {
  readonly samples: readonly Manifest[];
  readonly system: { readonly user: User };
}

export interface Chapter {
  readonly part: Part;
  readonly title: string;
  /** What a user does: all of it in one breath, so that the operator meets it in the same order each time. */
  readonly ask: (teller: Teller) => Promise<void>;
}

/** A story as it is to be told. */
export interface Script {
  readonly samples: readonly Manifest[];
  readonly chapters: readonly Chapter[];
  /** Waiting for AWS is no part of what a story is told for: everything takes so long that one look or two see its end. */
  readonly durationsSeconds: Readonly<Record<string, number>>;
  /** Longer than AWS goes on showing what is gone. */
  readonly lingeringMs: number;
}

/** The samples of a folder in the namespace of tests. */
export async function samplesIn(folder: '' | 'network/'): Promise<readonly Manifest[]> {
  const samples = (await loadSamples(folder)).filter(({ kind }) => kind !== 'Namespace');
  // Samples have what manifests of tests have: a namespace and a spec too.
  return (samples as unknown as readonly Manifest[]).map((sample) => changed(sample, 'metadata.namespace', NAMESPACE));
}

export function ofKinds(samples: readonly Manifest[], ...kinds: readonly string[]): readonly Manifest[] {
  return samples.filter(({ kind }) => kinds.includes(kind));
}

export function apply(...kinds: readonly string[]): Chapter['ask'] {
  return async ({ system, samples }) => {
    await Promise.all(ofKinds(samples, ...kinds).map((manifest) => system.user.apply(manifest)));
  };
}

export async function deleteEverything({ system, samples }: Teller): Promise<void> {
  await Promise.all(samples.map((manifest) => system.user.delete(manifest)));
}
