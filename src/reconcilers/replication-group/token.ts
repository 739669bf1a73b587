import { createHash, randomBytes } from 'node:crypto';

/** 32 random bytes as 64 characters that nobody has to quote anywhere. */
export function createToken(): string {
  return randomBytes(32).toString('hex');
}

/**
 * Whether AWS would take it as an auth token: 16 to 128 letters, digits and some other characters.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth.html
 */
export function isUsableToken(token: string): boolean {
  return /^[A-Za-z0-9!&#$^<>-]{16,128}$/.test(token);
}

/**
 * The fingerprint under which a token stands in the status. Of ours, which have 256 random bits, it cannot be turned back; one that
 * a person has put into Secrets Manager is as hard to guess by it as that person has made it.
 */
export function fingerprintOf(token: string): string {
  return `sha256:${createHash('sha256').update(token).digest('hex')}`;
}
