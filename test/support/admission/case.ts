import { changed, type Manifest } from '../manifests.ts';

/** What an API server must say no to. */
export interface Refusal {
  readonly reason: string;
  /** When given, this is created first, and the manifest then replaces it. */
  readonly former?: Manifest;
  readonly manifest: Manifest;
  /** Parts of the message: the field and why. */
  readonly says: readonly string[];
}

/** What an API server must take. */
export interface Acceptance {
  readonly reason: string;
  readonly former?: Manifest;
  readonly manifest: Manifest;
}

type Change = readonly [reason: string, path: string, value: unknown, ...says: string[]];

/** Cases in which one field of a valid manifest is made wrong. */
export function refusedIn(base: Manifest, changes: readonly Change[]): Refusal[] {
  return changes.map(([reason, path, value, ...says]) => ({
    reason: `${base.kind}: ${reason}`,
    manifest: changed(base, path, value),
    says,
  }));
}

type Update = readonly [reason: string, path: string, from: unknown, to: unknown, ...says: string[]];

/** Cases in which a field is valid before and after, but must not go from the one to the other. */
export function refusedUpdatesOf(base: Manifest, updates: readonly Update[]): Refusal[] {
  return updates.map(([reason, path, from, to, ...says]) => ({
    reason: `${base.kind}: ${reason}`,
    former: changed(base, path, from),
    manifest: changed(base, path, to),
    says,
  }));
}

/** Cases in which one field of a valid manifest is another valid one. */
export function acceptedIn(base: Manifest, changes: readonly (readonly [string, string, unknown])[]): Acceptance[] {
  return changes.map(([reason, path, value]) => ({
    reason: `${base.kind}: ${reason}`,
    manifest: changed(base, path, value),
  }));
}

/** Cases in which a field may go from the one to the other. */
export function acceptedUpdatesOf(
  base: Manifest,
  updates: readonly (readonly [string, string, unknown, unknown])[],
): Acceptance[] {
  return updates.map(([reason, path, from, to]) => ({
    reason: `${base.kind}: ${reason}`,
    former: changed(base, path, from),
    manifest: changed(base, path, to),
  }));
}
