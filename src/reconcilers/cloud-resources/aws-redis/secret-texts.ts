/** What the Secret of a Redis says: where it is, how to get in, and what its author has made of that. */
import { createEffort, renderTemplate } from '../../../util/go-template/template.ts';
import type { Endpoints } from './aws-redis-kind.ts';
import type { RedisConnection } from './connection.ts';

type Texts = Readonly<Record<string, string>>;

export interface SecretTexts {
  readonly texts: Texts;
  /** What is wrong with `extraData`, a sentence a key; no values. */
  readonly problems: readonly string[];
}

/** Every key that a Secret of either kind may have by itself. */
export const OWN_KEYS: ReadonlySet<string> = new Set([
  'host',
  'port',
  'primaryEndpoint',
  'readEndpoint',
  'readHost',
  'readPort',
  'discoveryEndpoint',
  'authString',
  'ca.crt',
  'url',
]);

/** Of one template, on the way and in the end: as many as fit into a second, of all that an object may have. */
const MOST_CHARACTERS = 100_000;
/** A Secret has at most 1 MiB. */
const MOST_EXTRA_BYTES = 512 * 1024;

/** @param own - What only the kind has. */
export function ownTextsOf({ host, port, authString, ca }: RedisConnection, own: Texts): Texts {
  const texts = { host, port, ...own, authString, 'ca.crt': ca, url: urlOf({ host, port, authString }) };
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== ''));
}

/**
 * What clients take as it is. Every Redis here speaks TLS, and has the user `default`: redis-cli takes none for a user without
 * a name.
 */
function urlOf({ host, port, authString }: Pick<RedisConnection, 'host' | 'port' | 'authString'>): string {
  const login = authString === '' ? '' : `default:${encodeURIComponent(authString)}@`;
  return `rediss://${login}${host}:${port}`;
}

/** The endpoints as the published Secret has them: it is the newer word. */
export function publishedEndpoints({ host, port }: RedisConnection, read: string | undefined): Endpoints {
  return { main: `${host}:${port}`, read };
}

/**
 * Adds what the templates of `extraData` make of `own`. One that cannot be filled in is published as it is written. A key that
 * the Secret has anyway stays as it is, but for `url`, which is no more than a convenience.
 */
export function withExtraData(own: Texts, extraData: Texts): SecretTexts {
  const fields = new Map(Object.entries(own));
  const extra: [key: string, text: string][] = [];
  const problems: string[] = [];
  let leftBytes = MOST_EXTRA_BYTES;
  for (const [key, template] of sorted(extraData)) {
    if (key !== 'url' && fields.has(key)) {
      problems.push(`${key} is left out, because the Secret has a key of that name anyway`);
      continue;
    }
    const rendered = renderTemplate(template, fields, createEffort(MOST_CHARACTERS));
    if ('problem' in rendered) problems.push(`${key} is published as it is written: ${rendered.problem}`);
    const text = 'problem' in rendered ? template : rendered.text;
    const bytes = Buffer.byteLength(text);
    if (bytes > leftBytes) problems.push(`${key} is left out, because the Secret would become too large`);
    else {
      extra.push([key, text]);
      leftBytes -= bytes;
    }
  }
  return { texts: { ...own, ...Object.fromEntries(extra) }, problems };
}

function sorted(texts: Texts): readonly (readonly [string, string])[] {
  return Object.entries(texts).toSorted(([a], [b]) => (a < b ? -1 : 1));
}
