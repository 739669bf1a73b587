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
import { completeWorldOptions, WorldOptionsError, type CompleteWorldOptions } from './world-options.ts';
import type { AccessKeyOptions, Permissions, RoleOptions, WorldOptions, WorldRules } from './world-options-schema.ts';

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

const EVERYTHING: Permissions = { denied: [], allowed: undefined };

type CompleteAccount = CompleteWorldOptions['accounts'][number];

type NumberKey = 'quotas' | 'durationsSeconds';

/** The services' own numbers. */
function defaultsOf(key: NumberKey, services: readonly ServiceDefinition[]): Map<string, number> {
  return new Map(services.flatMap((service) => Object.entries(service[key] ?? {})));
}

/** Overrides some numbers. *Throws* {@link WorldOptionsError} for a name that no service declares, and changes nothing. */
function override(numbers: Map<string, number>, key: NumberKey, changes: Readonly<Record<string, number>>): void {
  const unknown = Object.keys(changes).filter((name) => !numbers.has(name));
  if (unknown.length > 0) {
    const known = [...numbers.keys()].join(', ') || 'none';
    throw new WorldOptionsError(unknown.map((name) => `${key}.${name}: unknown name; known are ${known}`));
  }
  for (const [name, value] of Object.entries(changes)) numbers.set(name, value);
}

function roleArnOf(account: string, { name }: RoleOptions): string {
  return `arn:aws:iam::${account}:role/${name}`;
}

function userPrincipal(account: string, key: AccessKeyOptions): Principal {
  const isRoot = key.userName === undefined;
  const arn = isRoot ? `arn:aws:iam::${account}:root` : `arn:aws:iam::${account}:user/${key.userName}`;
  return {
    kind: isRoot ? 'root' : 'user',
    account,
    arn,
    // A user's id is fixed by its key, so that it is the same in every run.
    userId: isRoot ? account : `AIDA${key.accessKeyId.slice(4).toUpperCase().padEnd(17, '0').slice(0, 17)}`,
    identityArn: arn,
  };
}

export class World implements Identities {
  readonly options: CompleteWorldOptions;
  readonly #deps: WorldDeps;
  readonly #roles: ReadonlyMap<string, Role>;
  readonly #longTermCredentials: ReadonlyMap<string, Credential>;
  readonly #sessions = new Map<string, Credential>();
  readonly #partitions = new Map<string, PartitionEntry>();
  #quotas = new Map<string, number>();
  #durations = new Map<string, number>();
  #permissions = new Map<string, Permissions>();
  #ids: Ids;

  constructor(deps: WorldDeps) {
    this.#deps = deps;
    this.options = completeWorldOptions(deps.options);
    this.#ids = createIds(this.options.seed);
    this.#restoreRules();
    this.#roles = new Map(this.#createRoles().map((role) => [role.arn, role]));
    this.#longTermCredentials = new Map(this.#createCredentials().map((key) => [key.accessKeyId, key]));
    this.#furnish();
  }

  get ids(): Ids {
    return this.#ids;
  }

  /** What a user or role may do. */
  permissions(identityArn: string): Permissions {
    return this.#permissions.get(identityArn) ?? EVERYTHING;
  }

  /**
   * Changes rules of the world while it runs, until the next reset: quotas, durations, and the actions denied
   * and allowed to users and roles, by their ARN.
   *
   * *Throws* {@link WorldOptionsError} for a name that no service declares.
   */
  changeRules({ quotas = {}, durationsSeconds = {}, deniedActions = {}, allowedActions = {} }: WorldRules): void {
    override(this.#quotas, 'quotas', quotas);
    override(this.#durations, 'durationsSeconds', durationsSeconds);
    const set = (arn: string, change: Partial<Permissions>): void => {
      this.#permissions.set(arn, { ...this.permissions(arn), ...change });
    };
    for (const [arn, denied] of Object.entries(deniedActions)) set(arn, { denied });
    for (const [arn, allowed] of Object.entries(allowedActions)) set(arn, { allowed });
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
    const shown = new Set(this.#deps.services.flatMap(({ slots }) => slots.map(({ name }) => name)));
    const accounts: Record<string, Record<string, Record<string, unknown>>> = {};
    for (const { partition, slots } of this.#partitions.values()) {
      const regions = (accounts[partition.account] ??= {});
      regions[partition.region] = Object.fromEntries(
        // A slot's own `create` made this state, so its `dump` takes it.
        [...slots]
          .filter(([name]) => shown.has(name))
          .map(([name, { slot, state }]) => [name, slot.dump(state as never)]),
      );
    }
    return accounts;
  }

  /** Forgets everything but accounts, keys and roles; rules are as the options say, and ids start again. */
  reset(): void {
    this.#restoreRules();
    for (const { partition } of this.#partitions.values()) {
      for (const service of this.#deps.services) service.forget?.(partition);
    }
    this.#partitions.clear();
    this.#sessions.clear();
    this.#ids = createIds(this.options.seed);
    this.#furnish();
  }

  /** What stands there from the beginning, at home and where the options have VPCs, shows before anybody asks for it. */
  #furnish(): void {
    const { accounts, regions } = this.options;
    const home = [accounts[0]?.id ?? '', regions[0]?.name ?? ''] as const;
    const places = accounts.flatMap(({ id, vpcs }) => vpcs.map(({ region }) => [id, region] as const));
    const entries = [home, ...places].map(([account, region]) => this.#entry(account, region));
    for (const entry of entries) {
      if (!entry) continue;
      for (const { slots } of this.#deps.services) {
        for (const slot of slots) ensureState(entry.slots, slot, entry.partition);
      }
    }
  }

  #restoreRules(): void {
    const { services } = this.#deps;
    const { accounts, quotas, durationsSeconds } = this.options;
    this.#quotas = defaultsOf('quotas', services);
    this.#durations = defaultsOf('durationsSeconds', services);
    const owners = accounts.flatMap(({ id, accessKeys, roles }) => [
      ...accessKeys.map((key) => [userPrincipal(id, key).arn, key] as const),
      ...roles.map((role) => [roleArnOf(id, role), role] as const),
    ]);
    this.#permissions = new Map(
      owners.map(([arn, { deniedActions: denied = [], allowedActions: allowed }]) => [arn, { denied, allowed }]),
    );
    this.changeRules({ quotas, durationsSeconds });
  }

  #entry(account: string, region: string): PartitionEntry | undefined {
    const key = `${account}/${region}`;
    const known = this.#partitions.get(key);
    if (known || !this.hasRegion(region)) return known;
    const options = this.options.accounts.find(({ id }) => id === account);
    if (!options) return undefined;
    const entry = this.#createEntry(options, region);
    this.#partitions.set(key, entry);
    return entry;
  }

  #createEntry({ id: account, defaultVpc = true, vpcs }: CompleteAccount, region: string): PartitionEntry {
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
        vpcs: vpcs.filter((vpc) => vpc.region === region),
        zones: zones.map((letter) => region + letter),
        isHome: account === this.options.accounts[0]?.id && region === this.options.regions[0]?.name,
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
        arn: roleArnOf(account, role),
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
  // The name stands for the slot: what is stored under it came from the same `create`.
  return ensureState(slots, slot, partition) as S;
}

function ensureState(slots: PartitionEntry['slots'], slot: AnyStateSlot, partition: Partition): unknown {
  const known = slots.get(slot.name);
  if (known) return known.state;
  const state = slot.create(partition);
  slots.set(slot.name, { slot, state });
  return state;
}

function numberOf(numbers: ReadonlyMap<string, number>, name: string, what: string): number {
  const value = numbers.get(name);
  if (value === undefined) throw new Error(`No service of the simulator declares the ${what} ${name}`);
  return value;
}
