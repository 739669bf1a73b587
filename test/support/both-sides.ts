import { CONTROL_PLANE_KINDS, USER_KINDS } from '../../src/api/index.ts';
import {
  type Condition,
  clusterRoleKind,
  findCondition,
  isBeingDeleted,
  isNotFound,
  type KubeClient,
  type KubeObject,
  type KubeSecret,
  type ResourceKind,
  resourceNameOf,
  secretKind,
} from '../../src/kube/index.ts';
import { decoded } from '../../src/reconcilers/common/owned-secret.ts';
import { outlineOf } from './outline.ts';
import { isTheOnlyToken, type Tokens } from './token-plane.ts';

/** An object of any kind of this program. */
export interface Reported extends KubeObject {
  readonly spec?: object;
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly observedGeneration?: number;
    readonly [field: string]: unknown;
  };
}

/** All that this program may have made or marked in a cluster: its kinds' objects, Secrets, and what it installs. */
export interface Held {
  readonly objects: readonly Reported[];
  readonly secrets: readonly KubeSecret[];
  readonly installed: readonly string[];
}

/** What is in a control plane and in a cluster of users. */
export interface BothSides {
  readonly controlPlane: Held;
  readonly user: Held;
}

export async function lookAt(controlPlane: KubeClient, user: KubeClient): Promise<BothSides> {
  const [here, there] = await Promise.all([heldIn(controlPlane, CONTROL_PLANE_KINDS), heldIn(user, USER_KINDS)]);
  return { controlPlane: here, user: there };
}

async function heldIn(kube: KubeClient, kinds: readonly ResourceKind[]): Promise<Held> {
  const lists = await Promise.all(kinds.map((kind) => listIfServed(kube, kind as ResourceKind<Reported>)));
  const { items: secrets } = await kube.list(secretKind);
  const { items: roles } = await kube.list(clusterRoleKind);
  const roleNames = roles.map(({ metadata }) => metadata.name).filter((name) => name.startsWith('cloud-resources-'));
  return {
    objects: lists.flatMap((items) => items ?? []),
    // Those by which the operator knows clusters are the test's.
    secrets: secrets.filter(({ metadata }) => !metadata.name.startsWith('kubeconfig-')),
    installed: [...roleNames, ...kinds.filter((_, index) => lists[index] !== undefined).map(resourceNameOf)],
  };
}

/** What there is of a kind; undefined where its definition is not installed. To list the definitions would be far dearer. */
async function listIfServed<T extends KubeObject>(
  kube: KubeClient,
  kind: ResourceKind<T>,
): Promise<readonly T[] | undefined> {
  try {
    return (await kube.list(kind)).items;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Whether every object is Ready for what it asks, and none is on its way out. */
export function areReady({ controlPlane, user }: BothSides): boolean {
  return [...controlPlane.objects, ...user.objects].every(isReady);
}

function isReady(object: Reported): boolean {
  const { metadata, status } = object;
  const isCurrent = status?.observedGeneration === metadata.generation;
  return isCurrent && !isBeingDeleted(object) && findCondition(status?.conditions, 'Ready')?.status === 'True';
}

/** In a form in which two tellings of a story are equal. A Secret says of its token only whether it alone opens the servers. */
export function outlineOfSides({ controlPlane, user }: BothSides, tokens: Tokens): unknown {
  return { controlPlane: outlineOfHeld(controlPlane, tokens), user: outlineOfHeld(user, tokens) };
}

/** The Secrets whose token opens the servers of a replication group, and is the only one that does. */
export function opening({ secrets }: Held, tokens: Tokens): readonly KubeSecret[] {
  return secrets.filter((secret) => openedBy(decoded(secret)['authString'] ?? '', tokens).length > 0);
}

function openedBy(token: string, tokens: Tokens): readonly string[] {
  return [...tokens.keys()].filter((group) => token !== '' && isTheOnlyToken(tokens, group, token));
}

function outlineOfHeld({ objects, secrets, installed }: Held, tokens: Tokens): unknown {
  const shown = secrets.map((secret) => shownSecret(secret, tokens));
  return outlineOf({ objects: objects.map(shownObject), secrets: shown, installed });
}

function shownObject({ kind, metadata, spec, status }: Reported): object {
  const { namespace, name, labels, annotations, finalizers } = metadata;
  return { kind, namespace, name, labels, annotations, finalizers, spec, status };
}

function shownSecret(secret: KubeSecret, tokens: Tokens): object {
  const { namespace, name, labels, annotations, finalizers, ownerReferences } = secret.metadata;
  const { authString = '', ...others } = decoded(secret);
  const opens = openedBy(authString, tokens);
  const texts = JSON.stringify(others);
  // The URL has the token in it.
  const shown = authString === '' ? texts : texts.replaceAll(authString, '<token>');
  return { namespace, name, labels, annotations, finalizers, ownerReferences, texts: shown, opens };
}
