import { ANNOTATIONS, COMMON_LABELS, USER_LABELS } from '../../../api/names.ts';
import { type AskedSecret, encoded, PUBLISHED_LABELS, type SecretContent } from '../../common/owned-secret.ts';
import type { AwsRedisKind, AwsRedisObject, RedisCounterpart } from './aws-redis-kind.ts';
import { recordedIn, recordOf } from './published-keys.ts';
import { OWN_KEYS } from './secret-texts.ts';

type Texts = Readonly<Record<string, string>>;

/** The name that the Secret gets, unless it has one already. */
export function chosenSecretName({ metadata, spec }: AwsRedisObject): string {
  const { name = '' } = spec.authSecret ?? {};
  return name === '' ? metadata.name : name;
}

/**
 * The Secret as it has to be: a function of the object, and of what there is to say.
 *
 * Ours are the labels by which it is found, what the author of the object has chosen, and what was chosen before.
 */
export function askedSecretFor<O extends AwsRedisObject, C extends RedisCounterpart>(
  { labels: keys }: AwsRedisKind<O, C>,
  object: O,
  name: string,
  texts: Texts,
): AskedSecret {
  const { labels = {}, annotations = {} } = object.spec.authSecret ?? {};
  const chosen = {
    labels: Object.keys(labels),
    annotations: Object.keys(annotations),
    data: Object.keys(texts).filter((key) => !OWN_KEYS.has(key)),
  };
  const own = {
    ...COMMON_LABELS,
    ...PUBLISHED_LABELS,
    [USER_LABELS.managed]: 'true',
    [keys.statusId]: object.status?.id ?? '',
    [keys.namespace]: object.metadata.namespace ?? '',
  };
  const content = {
    labels: { ...labels, ...own },
    annotations: { ...annotations, ...recordOf(chosen) },
    data: encoded(texts),
  };
  return { name, content, ownedOf: (present) => ownedPart(present, content) };
}

function ownedPart({ labels, annotations, data }: SecretContent, wanted: SecretContent): SecretContent {
  const before = recordedIn(annotations);
  return {
    labels: only(labels, new Set([...Object.keys(wanted.labels), ...before.labels])),
    annotations: only(
      annotations,
      new Set([...Object.keys(wanted.annotations), ...before.annotations, ANNOTATIONS.publishedKeys]),
    ),
    data: only(data, new Set([...Object.keys(wanted.data), ...before.data, ...OWN_KEYS])),
  };
}

function only(texts: Texts, keys: ReadonlySet<string>): Texts {
  return Object.fromEntries(Object.entries(texts).filter(([key]) => keys.has(key)));
}
