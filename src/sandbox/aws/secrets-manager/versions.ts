/**
 * The versions of a secret and their staging labels.
 *
 * A version is one value with an id that the client chooses (its request token). A label stands on one version at most.
 * `AWSCURRENT` is where readers look; when it moves, `AWSPREVIOUS` moves to the version that it leaves. A version
 * without a label is deprecated: it can still be read by its id until it is pruned.
 */
import { AwsFault } from '../fault.ts';

export const CURRENT = 'AWSCURRENT';
export const PREVIOUS = 'AWSPREVIOUS';

/** AWS keeps about a hundred versions and removes deprecated ones first. */
const MOST_VERSIONS = 100;

export interface SecretValue {
  readonly string: string | undefined;
  readonly binary: Uint8Array | undefined;
}

export interface SecretVersion {
  readonly id: string;
  readonly value: SecretValue;
  readonly createdAtMs: number;
  readonly stages: Set<string>;
}

function isSameValue(left: SecretValue, right: SecretValue): boolean {
  if (left.binary === undefined || right.binary === undefined) {
    return left.string === right.string && left.binary === right.binary;
  }
  return Buffer.from(left.binary).equals(Buffer.from(right.binary));
}

function parameterFault(message: string): AwsFault {
  return new AwsFault('InvalidParameterException', message);
}

export class SecretVersions {
  readonly #versions = new Map<string, SecretVersion>();

  all(): readonly SecretVersion[] {
    return [...this.#versions.values()];
  }

  byId(id: string): SecretVersion | undefined {
    return this.#versions.get(id);
  }

  byStage(stage: string): SecretVersion | undefined {
    return this.all().find(({ stages }) => stages.has(stage));
  }

  /** Labels by version id, versions without labels left out, as `DescribeSecret` shows them. */
  stagesById(): Record<string, string[]> {
    const labelled = this.all().filter(({ stages }) => stages.size > 0);
    return Object.fromEntries(labelled.map(({ id, stages }) => [id, [...stages]]));
  }

  /**
   * Adds a version and gives it labels. The same id with the same value is a repetition and changes nothing.
   *
   * *Throws* {@link AwsFault} `ResourceExistsException` when the id stands for another value.
   */
  put(id: string, value: SecretValue, atMs: number, stages: readonly string[]): SecretVersion {
    const known = this.#versions.get(id);
    if (known && !isSameValue(known.value, value)) {
      throw new AwsFault('ResourceExistsException', 'A resource with the ID you requested already exists.');
    }
    if (known) return known;
    const isFirst = this.#versions.size === 0;
    const version: SecretVersion = { id, value, createdAtMs: atMs, stages: new Set() };
    this.#versions.set(id, version);
    // The first version is current, whatever labels were asked for.
    for (const stage of isFirst ? new Set([...stages, CURRENT]) : stages) this.#attach(stage, version);
    this.#prune();
    return version;
  }

  /** Moves or removes a label, as `UpdateSecretVersionStage`. *Throws* {@link AwsFault} for an impossible move. */
  moveStage(stage: string, fromId: string | undefined, toId: string | undefined): void {
    if (fromId === undefined && toId === undefined) {
      throw parameterFault('You must specify either MoveToVersionId or RemoveFromVersionId.');
    }
    const from = fromId === undefined ? undefined : this.#existing(fromId);
    const to = toId === undefined ? undefined : this.#existing(toId);
    this.#assertMovable(stage, from, to);
    from?.stages.delete(stage);
    if (!to) return;
    to.stages.add(stage);
    if (stage === CURRENT && from && from !== to) this.#attach(PREVIOUS, from);
  }

  #assertMovable(stage: string, from: SecretVersion | undefined, to: SecretVersion | undefined): void {
    const holder = this.byStage(stage);
    if (from && holder !== from) {
      throw parameterFault(`The staging label ${stage} is not attached to the version ${from.id}.`);
    }
    if (!from && holder && holder !== to) {
      throw parameterFault(
        `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ${holder.id}, so you must explicitly reference that version in RemoveFromVersionId.`,
      );
    }
    if (stage === CURRENT && from && !to) {
      throw parameterFault(`You can only move staging label ${CURRENT} to a different secret version.`);
    }
  }

  #attach(stage: string, version: SecretVersion): void {
    const holder = this.byStage(stage);
    if (holder === version) return;
    holder?.stages.delete(stage);
    version.stages.add(stage);
    if (stage === CURRENT && holder) this.#attach(PREVIOUS, holder);
  }

  #existing(id: string): SecretVersion {
    const version = this.#versions.get(id);
    if (version) return version;
    throw new AwsFault('ResourceNotFoundException', `Secrets Manager can't find the specified version: ${id}`);
  }

  #prune(): void {
    const deprecated = this.all().filter(({ stages }) => stages.size === 0);
    const surplus = Math.max(this.#versions.size - MOST_VERSIONS, 0);
    for (const { id } of deprecated.slice(0, surplus)) this.#versions.delete(id);
  }
}
