/**
 * The simulated world: accounts with their access keys and roles, sessions, and a partition of state for each account
 * and region. Access keys and roles are fixed by the options; sessions and partitions come and go, and `reset` forgets
 * them.
 */
import type { Clock } from '../../util/clock.ts';
import type { Logger } from '../../util/log.ts';
import { createIds, type Ids } from './ids.ts';
import type { LifeCycleClock } from './life-cycle-clock.ts';
import type {
  AnyStateSlot,
  Credential,
  Identities,
  Partition,
  Principal,
  Role,
  ServiceDefinition,
  StateSlot,
} from './service.ts';
import { TokenBuckets } from './throttle.ts';
import {
  completeWorldOptions,
  WorldOptionsError,
  type AccessKeyOptions,
  type CompleteWorldOptions,
  type WorldOptions,
} from './world-options.ts';

export interface WorldDeps {
  readonly options: WorldOptions;
  readonly services: readonly ServiceDefinition[];
  readonly clock: Clock;
  readonly lifeCycleClock: LifeCycleClock;
  readonly log: Logger;
}

interface PartitionEntry {
  readonly partition: Partition;
  readonly buckets: TokenBuckets;
  readonly slots: Map<string, { readonly slot: AnyStateSlot; readonly state: unknown }>;
}

/** Defaults of all services with the world's overrides; a name that no service declares is refused. */
function merged(
  key: 'quotas' | 'durationsSeconds',
  services: readonly ServiceDefinition[],
  overrides: Readonly<Record<string, number>>,
): ReadonlyMap<string, number> {
  const defaults = new Map(services.flatMap((service) => Object.entries(service[key] ?? {})));
  const unknown = Object.keys(overrides).filter((name) => !defaults.has(name));
  if (unknown.length > 0) {
    const known = [...defaults.keys()].join(', ') || 'none';
    throw new WorldOptionsError(unknown.map((name) => `${key}.${name}: unknown name; known are ${known}`));
  }
  return new Map([...defaults, ...Object.entries(overrides)]);
}

function userPrincipal(account: string, key: AccessKeyOptions): Principal {
  const isRoot = key.userName === undefined;
  return {
    kind: isRoot ? 'root' : 'user',
    account,
    arn: isRoot ? `arn:aws:iam::${account}:root` : `arn:aws:iam::${account}:user/${key.userName}`,
    // A user's id is fixed by its key, so that it is the same in every run.
    userId: isRoot ? account : `AIDA${key.accessKeyId.slice(4).toUpperCase().padEnd(17, '0').slice(0, 17)}`,
    deniedActions: key.deniedActions ?? [],
  };
}

export class World implements Identities {
  readonly options: CompleteWorldOptions;
  readonly #deps: WorldDeps;
  readonly #quotas: ReadonlyMap<string, number>;
  readonly #durations: ReadonlyMap<string, number>;
  readonly #roles: ReadonlyMap<string, Role>;
  readonly #longTermCredentials: ReadonlyMap<string, Credential>;
  readonly #sessions = new Map<string, Credential>();
  readonly #partitions = new Map<string, PartitionEntry>();
  #ids: Ids;

  constructor(deps: WorldDeps) {
    this.#deps = deps;
    this.options = completeWorldOptions(deps.options);
    this.#quotas = merged('quotas', deps.services, this.options.quotas);
    this.#durations = merged('durationsSeconds', deps.services, this.options.durationsSeconds);
    this.#ids = createIds(this.options.seed);
    this.#roles = new Map(this.#createRoles().map((role) => [role.arn, role]));
    this.#longTermCredentials = new Map(this.#createCredentials().map((key) => [key.accessKeyId, key]));
  }

  get ids(): Ids {
    return this.#ids;
  }

  hasRegion(region: string): boolean {
    return this.options.regions.some(({ name }) => name === region);
  }

  role(arn: string): Role | undefined {
    return this.#roles.get(arn);
  }

  credential(accessKeyId: string): Credential | undefined {
    return this.#longTermCredentials.get(accessKeyId) ?? this.#sessions.get(accessKeyId);
  }

  /** Remembers temporary credentials; those that have expired stay known, so that they are told apart from invented ones. */
  addSession(credential: Credential): void {
    this.#sessions.set(credential.accessKeyId, credential);
  }

  /** The state of an account in a region, made on first use; undefined when the world has no such account or region. */
  partition(account: string, region: string): Partition | undefined {
    return this.#entry(account, region)?.partition;
  }

  buckets(partition: Partition): TokenBuckets | undefined {
    return this.#entry(partition.account, partition.region)?.buckets;
  }

  /** What `GET /_sandbox/state` shows: account, region, slot. */
  dump(): Record<string, Record<string, Record<string, unknown>>> {
    const accounts: Record<string, Record<string, Record<string, unknown>>> = {};
    for (const { partition, slots } of this.#partitions.values()) {
      const regions = (accounts[partition.account] ??= {});
      regions[partition.region] = Object.fromEntries(
        // A slot's own `create` made this state, so its `dump` takes it.
        [...slots].map(([name, { slot, state }]) => [name, slot.dump(state as never)]),
      );
    }
    return accounts;
  }

  /** Forgets everything but accounts, keys and roles; ids start again too. */
  reset(): void {
    this.#partitions.clear();
    this.#sessions.clear();
    this.#ids = createIds(this.options.seed);
  }

  #entry(account: string, region: string): PartitionEntry | undefined {
    const key = `${account}/${region}`;
    const known = this.#partitions.get(key);
    if (known || !this.hasRegion(region)) return known;
    const options = this.options.accounts.find(({ id }) => id === account);
    if (!options) return undefined;
    const entry = this.#createEntry(account, region, options.defaultVpc ?? true);
    this.#partitions.set(key, entry);
    return entry;
  }

  #createEntry(account: string, region: string, defaultVpc: boolean | { cidrBlock: string }): PartitionEntry {
    const { clock, lifeCycleClock, log } = this.#deps;
    const slots: PartitionEntry['slots'] = new Map();
    const zones = this.options.regions.find(({ name }) => name === region)?.zones ?? [];
    const partition: Partition = {
      account,
      region,
      clock: lifeCycleClock,
      wallClock: clock,
      ids: this.#ids,
      log: log.child({ account, region }),
      settings: {
        defaultVpc: defaultVpc === true ? { cidrBlock: '172.31.0.0/16' } : defaultVpc || undefined,
        zones: zones.map((letter) => region + letter),
      },
      get: (slot) => stateOf(slots, slot, partition),
      quota: (name) => numberOf(this.#quotas, name, 'quota'),
      durationMs: (name) => numberOf(this.#durations, name, 'duration') * 1000,
      sibling: (otherAccount, otherRegion) => this.partition(otherAccount, otherRegion),
    };
    return { partition, buckets: new TokenBuckets(clock), slots };
  }

  #createRoles(): Role[] {
    return this.options.accounts.flatMap(({ id: account, roles }) =>
      roles.map((role) => ({
        ...role,
        account,
        arn: `arn:aws:iam::${account}:role/${role.name}`,
        id: `AROA${this.#ids.alphanumeric(17).toUpperCase()}`,
      })),
    );
  }

  #createCredentials(): Credential[] {
    return this.options.accounts.flatMap(({ id: account, accessKeys }) =>
      accessKeys.map((key) => ({
        accessKeyId: key.accessKeyId,
        secretAccessKey: key.secretAccessKey,
        principal: userPrincipal(account, key),
        session: undefined,
      })),
    );
  }
}

function stateOf<S>(slots: PartitionEntry['slots'], slot: StateSlot<S>, partition: Partition): S {
  const known = slots.get(slot.name);
  // The name stands for the slot: what is stored under it came from the same `create`.
  if (known) return known.state as S;
  const state = slot.create(partition);
  slots.set(slot.name, { slot, state });
  return state;
}

function numberOf(numbers: ReadonlyMap<string, number>, name: string, what: string): number {
  const value = numbers.get(name);
  if (value === undefined) throw new Error(`No service of the simulator declares the ${what} ${name}`);
  return value;
}
