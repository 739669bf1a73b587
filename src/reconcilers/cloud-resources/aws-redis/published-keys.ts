/**
 * Which keys of a Secret came from the specification of its object: in an annotation, so that one that is not asked for any
 * more can be taken away, while what others have added stays.
 */
import { ANNOTATIONS } from '../../../api/names.ts';

type Texts = Readonly<Record<string, string>>;

/** Keys that somebody has chosen, by what of a Secret they are in. */
export interface ChosenKeys {
  readonly labels: readonly string[];
  readonly annotations: readonly string[];
  readonly data: readonly string[];
}

/** The annotation that records them; none where there is nothing to record. */
export function recordOf({ labels, annotations, data }: ChosenKeys): Texts {
  if (labels.length + annotations.length + data.length === 0) return {};
  const record = { labels: labels.toSorted(), annotations: annotations.toSorted(), data: data.toSorted() };
  return { [ANNOTATIONS.publishedKeys]: JSON.stringify(record) };
}

/** What was recorded. An annotation that somebody has made unreadable records nothing, and is written anew. */
export function recordedIn(annotations: Texts): ChosenKeys {
  const { labels, annotations: ofAnnotations, data } = parsed(annotations[ANNOTATIONS.publishedKeys]);
  return { labels: textsIn(labels), annotations: textsIn(ofAnnotations), data: textsIn(data) };
}

function parsed(text: string | undefined): Partial<Record<keyof ChosenKeys, unknown>> {
  try {
    return Object(JSON.parse(text ?? '{}')) as Partial<Record<keyof ChosenKeys, unknown>>;
  } catch {
    // Anybody can write it; what it holds is only about what else of the Secret is taken away.
    return {};
  }
}

function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
