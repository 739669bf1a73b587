import { applyPatch, KubeApiError, mergePatch, isBeingDeleted, isNotFound } from '../../src/kube/index.ts';
import { NAMESPACE } from '../support/memory-kube.ts';
import type { Asked, Creation, HistoryKind, Named } from './kind.ts';
import { KINDS, kindNamed } from './kinds/all.ts';
import type { World } from './world.ts';

/** Those who ask for objects, and remember what they asked for. */
export class Users {
  readonly #world: World;
  readonly #asked = new Map<string, Named>();

  constructor(world: World) {
    this.#world = world;
  }

  isAsked({ kind, name }: Named): boolean {
    return this.#asked.has(`${kind}/${name}`);
  }

  /** Whether the object, or the one it comes with, is asked for. */
  isWanted(object: Asked): boolean {
    return this.isAsked(ownerOf(object) ?? named(object));
  }

  /** Asks for an object, unless one of its name still goes. What admission refuses, of one that is there, is not asked. */
  async create({ kind, name, spec }: Creation): Promise<void> {
    const present = await this.find({ kind, name });
    if (present && isBeingDeleted(present)) return;
    const { kind: resource } = kindNamed(kind);
    const metadata = { name, namespace: NAMESPACE };
    const manifest = { apiVersion: `${resource.group}/${resource.version}`, kind, metadata, spec };
    const patch = applyPatch(manifest, { fieldManager: 'users', force: true });
    await this.#world.user.patch(resource, metadata, patch).catch(unlessRefused);
    this.#asked.set(`${kind}/${name}`, { kind, name });
  }

  /** What admission refuses is not asked. */
  async edit({ kind, name, spec }: Creation): Promise<void> {
    const { kind: resource } = kindNamed(kind);
    const edit = this.#world.user.patch(resource, { name, namespace: NAMESPACE }, mergePatch({ spec }));
    await edit.catch(unlessRefused);
  }

  async delete({ kind, name }: Named): Promise<void> {
    const { kind: resource } = kindNamed(kind);
    await this.#world.user.delete(resource, { name, namespace: NAMESPACE }).catch(unlessRefused);
    this.#asked.delete(`${kind}/${name}`);
  }

  find({ kind, name }: Named): Promise<Asked | undefined> {
    return this.#world.user.find(kindNamed(kind).kind, { name, namespace: NAMESPACE });
  }

  async list({ kind }: HistoryKind): Promise<readonly Asked[]> {
    return (await this.#world.user.list(kind, { namespace: NAMESPACE })).items;
  }

  async listAll(): Promise<readonly Asked[]> {
    return (await Promise.all(KINDS.map((kind) => this.list(kind)))).flat();
  }

  /** Without those that come and go with others. */
  async listOwn(): Promise<readonly Asked[]> {
    return (await this.listAll()).filter((object) => ownerOf(object) === undefined);
  }

  /** What is asked for can be had: who needs something that goes goes with it, and what they need is there. */
  async agree(): Promise<void> {
    for (const kind of KINDS.toReversed()) {
      for (const object of await this.list(kind)) {
        if (this.isAsked(named(object))) await this.#agreeOn(named(object), kind.dependenciesOf(object));
      }
    }
  }

  /** *Returns* whether the object stays. */
  async #agreeOn(one: Named, needed: readonly Named[]): Promise<boolean> {
    for (const dependency of needed) {
      if (await this.#provide(dependency)) continue;
      await this.delete(one);
      return false;
    }
    return true;
  }

  async #provide(one: Named): Promise<boolean> {
    const kind = kindNamed(one.kind);
    const found = await this.find(one);
    if (found && isBeingDeleted(found)) return false;
    const creation = kind.creations.find(({ name }) => name === one.name);
    if (!found && !creation) return false;
    if (!found && creation) await this.create(creation);
    return this.#agreeOn(one, kind.dependenciesOf(found ?? (creation as Creation)));
  }
}

export function ownerOf(object: Asked): Named | undefined {
  return kindNamed(object.kind).comesWith?.(object);
}

export function named({ kind, metadata }: Asked): Named {
  return { kind, name: metadata.name };
}

function unlessRefused(error: unknown): void {
  if (isNotFound(error) || (error instanceof KubeApiError && error.code === 422)) return;
  throw error;
}
