/**
 * A Kubernetes Secret that is published on behalf of an object, and belongs to it.
 *
 * It belongs to the object by an owner reference with the object's uid; a Secret of the same name without it is somebody
 * else's and stays as it is. It is watched, so an edit or a deletion is put right at once; one that was made immutable is
 * made anew for that. It carries a label, by which alone it is watched: nobody else's Secrets enter the memory of this
 * program. One without the label counts as absent until the next check finds it and labels it.
 *
 * Of what it holds a part is ours to decide, and is kept as asked; the rest is of others, and stays.
 */
import { createHash } from 'node:crypto';
import type { Pass } from '../../composed/index.ts';
import {
  apiVersionOf,
  type EventInput,
  isSameJson,
  type KubeObject,
  type KubeSecret,
  mergePatchBetween,
  type Permission,
  type ResourceKind,
  secretKind,
} from '../../kube/index.ts';
import { shortened } from '../../util/shortened.ts';
import type { ClusterAccess, MergedFields } from './cluster.ts';
import type { Contests } from './contest.ts';

type Texts = Readonly<Record<string, string>>;

/** What a Secret holds, or a part of it. */
export interface SecretContent {
  readonly labels: Texts;
  readonly annotations: Texts;
  /** In base64. */
  readonly data: Texts;
}

/** A Secret as it has to be. */
export interface AskedSecret {
  readonly name: string;
  /** All of it that is ours to decide; among its labels {@link PUBLISHED_LABELS}. */
  readonly content: SecretContent;
  /** The part of what a Secret holds that is ours to decide. Of a Secret with `content` and more of others it is `content`. */
  readonly ownedOf: (present: SecretContent) => SecretContent;
}

export interface OwnedSecretDeps {
  readonly ownerKind: ResourceKind;
  /** Where the owner is. */
  readonly cluster: Pick<ClusterAccess, 'get' | 'create' | 'merge' | 'delete'>;
  readonly contests: Contests;
  /** Tells people what happened, as an Event of the owner. */
  readonly announce: (news: EventInput) => void;
}

/** By which it is watched. */
const LABEL = { key: 'app.kubernetes.io/managed-by', value: 'cloud-manager' } as const;

/** Every published Secret has them. */
export const PUBLISHED_LABELS: Texts = { [LABEL.key]: LABEL.value };

/** Chooses the Secrets that are published. All who follow Secrets of a cluster follow these. */
export const SECRET_SELECTOR = `${LABEL.key}=${LABEL.value}`;

/** What is asked about Secrets, beyond following those of {@link SECRET_SELECTOR}. */
export const secretPermissions: Permission = { kind: secretKind, verbs: ['create', 'delete', 'get', 'patch'] };

/** A Secret has the name that we need, and it is not ours. */
export class ForeignSecretError extends Error {
  override readonly name = 'ForeignSecretError';

  constructor(namespace: string, name: string) {
    super(`Secret ${namespace}/${name} exists and does not belong to this object; it is left as it is`);
  }
}

export function isOwnedBy(secret: KubeSecret, owner: KubeObject): boolean {
  return secret.metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid) === true;
}

/** Whether it belongs to the owner, and all that is ours of it is as asked. */
export function isAsAsked(secret: KubeSecret | undefined, owner: KubeObject, asked: AskedSecret): boolean {
  return secret !== undefined && isOwnedBy(secret, owner) && isSameJson(ownedPart(secret, asked), asked.content);
}

/** Makes the Secret be as it has to be. Safe to repeat. *Throws* {@link ForeignSecretError}. */
export async function ensureOwnedSecret(
  owner: KubeObject,
  asked: AskedSecret,
  deps: OwnedSecretDeps,
  pass: Pass,
): Promise<void> {
  const known = knownSecret(owner, asked.name, deps);
  const present = known ?? (await createSecret(owner, asked, deps, pass));
  if (!isOwnedBy(present, owner)) throw new ForeignSecretError(namespaceOf(owner), asked.name);
  if (!isLocked(present, asked)) return correct(present, owner, asked, deps, pass);
  await deps.cluster.delete(secretKind, present, pass);
  // One that finalizers of others keep is found as it was, and its correction refused, for the user to see.
  await correct(await createSecret(owner, asked, deps, pass), owner, asked, deps, pass);
}

/** Deletes it, if the cache has it and it belongs to the owner: this very one, and none that has its name by now. */
export async function deleteOwnedSecret(
  owner: KubeObject,
  name: string,
  deps: OwnedSecretDeps,
  pass: Pass,
): Promise<void> {
  const known = knownSecret(owner, name, deps);
  deps.contests.forget(owner.metadata.uid);
  if (known !== undefined && isOwnedBy(known, owner)) await deps.cluster.delete(secretKind, known, pass);
}

function knownSecret(owner: KubeObject, name: string, { cluster }: OwnedSecretDeps): KubeSecret | undefined {
  return cluster.get(secretKind, namespaceOf(owner), name);
}

function namespaceOf({ metadata: { namespace = '' } }: KubeObject): string {
  return namespace;
}

/** Whether it is wrong, and can only be made anew. */
function isLocked(secret: KubeSecret, asked: AskedSecret): boolean {
  return secret.immutable === true && !isSameJson(ownedPart(secret, asked).data, asked.content.data);
}

/** Answers with what has the name by then, be it somebody else's. */
async function createSecret(
  owner: KubeObject,
  asked: AskedSecret,
  deps: OwnedSecretDeps,
  pass: Pass,
): Promise<KubeSecret> {
  const { name, content } = asked;
  const { labels, annotations, data } = content;
  const namespace = namespaceOf(owner);
  const made = await deps.cluster.create(
    secretKind,
    {
      metadata: { name, namespace, labels, annotations, ownerReferences: [referenceTo(owner, deps.ownerKind)] },
      type: 'Opaque',
      data,
    },
    pass,
  );
  if (!isAsAsked(made, owner, asked)) return made;
  noteWrite(owner, undefined, content, deps, pass);
  deps.announce({
    type: 'Normal',
    reason: 'SecretPublished',
    message: `Secret ${namespace}/${name} says how to connect`,
  });
  return made;
}

function referenceTo({ metadata: { name, uid } }: KubeObject, kind: ResourceKind) {
  return { apiVersion: apiVersionOf(kind), kind: kind.kind, name, uid, controller: true, blockOwnerDeletion: false };
}

async function correct(
  secret: KubeSecret,
  owner: KubeObject,
  asked: AskedSecret,
  deps: OwnedSecretDeps,
  pass: Pass,
): Promise<void> {
  const before = ownedPart(secret, asked);
  const patch = patchBetween(before, asked.content);
  if (patch === undefined) return;
  await deps.cluster.merge(secretKind, secret, patch, pass);
  noteWrite(owner, before, asked.content, deps, pass);
  announceCorrection(secret, before, asked, deps);
}

/** Of what is there now only what is ours, so that nothing is lost that others have added by now. */
function patchBetween(before: SecretContent, after: SecretContent): MergedFields | undefined {
  const { labels, annotations, data } = mergedFields(before, after);
  if (labels === undefined && annotations === undefined && data === undefined) return undefined;
  return {
    metadata: { ...(labels && { labels }), ...(annotations && { annotations }) },
    ...(data && { data }),
  };
}

type Changes = Partial<Record<keyof SecretContent, Readonly<Record<string, string | null>>>>;

function mergedFields(before: SecretContent, after: SecretContent): Changes {
  // A patch between texts has texts, and null for those that go.
  return (mergePatchBetween(before, after) ?? {}) as Changes;
}

function ownedPart({ metadata, data = {} }: KubeSecret, { ownedOf }: AskedSecret): SecretContent {
  return ownedOf({ labels: metadata.labels ?? {}, annotations: metadata.annotations ?? {}, data });
}

function noteWrite(
  { metadata: { uid } }: KubeObject,
  before: SecretContent | undefined,
  after: SecretContent,
  { contests }: OwnedSecretDeps,
  { clock }: Pass,
): void {
  contests.noteCorrection(uid, before && markOf(before), clock.monotonicMs());
  contests.noteWrite(uid, markOf(after));
}

/** The same for the same content; what it holds cannot be told from it. */
function markOf({ labels, annotations, data }: SecretContent): string {
  const sorted = [labels, annotations, data].map((texts) =>
    Object.entries(texts).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex');
}

/** Somebody may have put in thousands. */
const MOST_KEYS_NAMED = 10;

/** Names keys, never what they hold. */
function announceCorrection(
  { metadata: { namespace = '', name } }: KubeSecret,
  { data: before }: SecretContent,
  { content: { data } }: AskedSecret,
  { announce }: OwnedSecretDeps,
): void {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(data)])].filter((key) => before[key] !== data[key]);
  if (keys.length === 0) return;
  const changed = shortened(keys, MOST_KEYS_NAMED);
  const message = `Secret ${namespace}/${name} is brought up to date: ${changed} changed`;
  announce({ type: 'Normal', reason: 'SecretUpdated', message });
}

/** Texts as `data` has them. */
export function encoded(texts: Texts): Texts {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString('base64')]));
}

/** The texts that a Secret holds. */
export function decoded({ data = {} }: KubeSecret): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
}
