import { createHash, randomBytes } from 'node:crypto';

/** 32 bytes as 43 characters of the URL alphabet: AWS takes 16 to 128 printable ones without space, `"`, `/` and `@`. */
export function createToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Whether AWS would take it as an auth token. */
export function isUsableToken(token: string): boolean {
  return /^[A-Za-z0-9!&#$^<>_.*+=-]{16,128}$/.test(token);
}

/** The fingerprint under which a token stands in the status; it cannot be turned back, a token has 256 random bits. */
export function fingerprintOf(token: string): string {
  return `sha256:${createHash('sha256').update(token).digest('hex')}`;
}
