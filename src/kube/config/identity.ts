import { readFile } from 'node:fs/promises';
import type { Clock } from '../../util/clock.ts';
import { KubeConfigError } from './error.ts';

/** A client certificate and its key, PEM. */
export interface ClientCertificate {
  readonly certificate: string;
  readonly key: string;
}

/**
 * Who we are to an API server. Both questions are asked anew for every connection or request, so that what rotates on disk is
 * taken up.
 */
export interface Identity {
  /** The `Authorization` header; undefined when the connection's certificate speaks for us. */
  authorization(signal: AbortSignal): Promise<string | undefined>;
  clientCertificate(signal: AbortSignal): Promise<ClientCertificate | undefined>;
  /** The server answered 401: what was cached is worth nothing. */
  refused(): void;
}

/** PEM or token that stands in the configuration itself, or in a file that may be rewritten at any time. */
export type Material =
  | { readonly text: string }
  | { readonly file: string; readonly source: string; readonly key: string };

/** *Throws* {@link KubeConfigError} when the file cannot be read or is empty. */
export async function readMaterial(material: Material): Promise<string> {
  if ('text' in material) return material.text;
  let text: string;
  try {
    text = (await readFile(material.file, 'utf8')).trim();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new KubeConfigError(material.source, material.key, `cannot read ${material.file} (${code})`, error);
  }
  if (text === '') throw new KubeConfigError(material.source, material.key, `${material.file} is empty`);
  return text;
}

export const anonymous: Identity = {
  authorization: () => Promise.resolve(undefined),
  clientCertificate: () => Promise.resolve(undefined),
  refused: () => {},
};

export function certificateIdentity(certificate: Material, key: Material): Identity {
  return {
    ...anonymous,
    clientCertificate: async () => ({ certificate: await readMaterial(certificate), key: await readMaterial(key) }),
  };
}

/** The kubelet rewrites projected tokens at 80 % of their life; client-go, too, looks once a minute. */
const TOKEN_FILE_TTL_MS = 60_000;

/** A bearer token. One from a file is read again once a minute, and at once after the server refused it. */
export function tokenIdentity(token: Material, clock: Clock): Identity {
  let cached: { header: string; untilMs: number } | undefined;
  return {
    ...anonymous,
    authorization: async () => {
      if (cached === undefined || cached.untilMs <= clock.monotonicMs()) {
        cached = { header: `Bearer ${await readMaterial(token)}`, untilMs: clock.monotonicMs() + TOKEN_FILE_TTL_MS };
      }
      return cached.header;
    },
    refused: () => {
      cached = undefined;
    },
  };
}

export function basicIdentity(username: string, password: string): Identity {
  const header = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  return { ...anonymous, authorization: () => Promise.resolve(header) };
}

/** A certificate for the connection together with a header for the requests. */
export function combinedIdentity(header: Identity, certificate: Identity): Identity {
  return {
    authorization: (signal) => header.authorization(signal),
    clientCertificate: (signal) => certificate.clientCertificate(signal),
    refused: () => {
      header.refused();
      certificate.refused();
    },
  };
}

/** An identity in whose place another one may be put, for the next connections and requests. */
export class ExchangeableIdentity implements Identity {
  #current: Identity;

  constructor(first: Identity) {
    this.#current = first;
  }

  exchange(next: Identity): void {
    this.#current = next;
  }

  authorization(signal: AbortSignal): Promise<string | undefined> {
    return this.#current.authorization(signal);
  }

  clientCertificate(signal: AbortSignal): Promise<ClientCertificate | undefined> {
    return this.#current.clientCertificate(signal);
  }

  refused(): void {
    this.#current.refused();
  }
}
