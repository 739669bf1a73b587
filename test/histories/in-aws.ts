import { isDeepStrictEqual } from 'node:util';
import { createAllServices } from '../../src/sandbox/aws/services.ts';
import { noDataPlane } from '../../src/sandbox/aws/elasticache/data-plane.ts';
import type { AwsSimulator } from '../../src/sandbox/aws/server.ts';

/*
 * What AWS holds, as a flat list in which two worlds can be compared: ids, which are others each time, are replaced by
 * the names of what they mean, and what is deleted and merely still shows does not count.
 */

/** One thing in AWS. */
export interface Item {
  /** Account and region. */
  readonly place: string;
  /** `ec2.subnets`, `secretsmanager`. */
  readonly slot: string;
  readonly [field: string]: unknown;
}

/**
 * What is to be there, exactly once: fields have to be equal, whatever the order in lists, or such as {@link such} says. Fields
 * that are left out do not count.
 */
export interface Expected {
  readonly place: string;
  readonly slot: string;
  readonly [field: string]: unknown;
}

class Such {
  readonly what: string;
  readonly holds: (value: never) => boolean;

  constructor(what: string, holds: (value: never) => boolean) {
    this.what = what;
    this.holds = holds;
  }
}

/** A value that need not be equal to anything; `what` tells it to people. */
export function such(what: string, holds: (value: never) => boolean): unknown {
  return new Such(what, holds);
}

type Fields = Readonly<Record<string, unknown>>;

const ID = /\b(?:vpc|subnet|sg|igw|dopt|nat|eni|eipalloc|rtb|pcx)-[0-9a-f]{17}\b/g;
/** Addresses and moments differ by what was there before. */
const ACCIDENTAL: ReadonlySet<string> = new Set(['arn', 'versions', 'endpoints']);

type Aws = Pick<AwsSimulator, 'state' | 'world'>;

export function itemsIn(aws: Aws): readonly Item[] {
  const items = Object.entries(aws.state()).flatMap(([account, regions]) =>
    Object.entries(regions).flatMap(([region, slots]) => {
      const tagsOf = tagsIn(aws, account, region, Object.keys(slots));
      const found = Object.entries(slots).flatMap(([slot, content]) => itemsOf(slot, content));
      return found.map((item) => ({ tags: tagsOf(item), ...item, place: `${account}/${region}` }));
    }),
  );
  const staying = items.filter((item) => !isLeaving(item));
  const named = namesOf(staying);
  // What was an item is one again.
  return staying.map((item) => outlined(item, named) as Item);
}

type TagsOf = (item: Fields & { readonly slot: string }) => Readonly<Record<string, string>>;

const services = createAllServices(noDataPlane);

/** Slots whose names mean a thing together with its type only. */
const TYPES: Readonly<Record<string, string>> = {
  'elasticache.replicationGroups': 'elasticache:replicationgroup',
  'elasticache.parameterGroups': 'elasticache:parametergroup',
  'elasticache.subnetGroups': 'elasticache:subnetgroup',
};

/** The simulator does not show tags with its state. To look at a slot that is not there yet would make it. */
function tagsIn({ world }: Aws, account: string, region: string, slots: readonly string[]): TagsOf {
  const partition = world.partition(account, region);
  const found = new Map<string, ReadonlyMap<string, string>>();
  for (const { slots: own, taggedResources } of services) {
    if (partition === undefined || !own.every(({ name }) => slots.includes(name))) continue;
    for (const { arn, resourceType, tags } of taggedResources?.(partition) ?? []) {
      const id = arn.split(/[:/]/).at(-1) ?? '';
      found.set(resourceType.startsWith('elasticache:') ? `${resourceType}/${id}` : id, tags);
    }
  }
  return ({ slot, id, name }) => {
    const type = TYPES[slot];
    const own = String(id ?? name);
    return Object.fromEntries(found.get(type === undefined ? own : `${type}/${own}`) ?? []);
  };
}

/** What ids mean: a name, or a block, or for what belongs to a VPC that VPC. */
function namesOf(items: readonly (Fields & { readonly tags: Readonly<Record<string, string>> })[]) {
  const names = new Map<string, string>();
  const named = (text: string): string => text.replace(ID, (id) => names.get(id) ?? 'nameless');
  for (const { id, name, cidr, tags } of items) {
    const known = [name, cidr, tags['Name']].find((text) => typeof text === 'string');
    if (typeof id === 'string' && known !== undefined) names.set(id, known);
  }
  for (const { id, slot, vpcId } of items) {
    if (slot === 'ec2.routeTables' && typeof id === 'string' && !names.has(id))
      names.set(id, tableNameIn(named(String(vpcId))));
  }
  return named;
}

/** The name of a route table that has none. */
export function tableNameIn(vpc: string): string {
  return `table of ${vpc}`;
}

/** *Returns* what is missing, and what is there besides; both empty when AWS holds `expected` and no more. */
export function differences(items: readonly Item[], expected: readonly Expected[]): readonly string[] {
  const left = new Set(items);
  const missing = expected.filter((one) => {
    const found = [...left].find((item) => fits(item, one));
    return found === undefined || !left.delete(found);
  });
  return [
    ...missing.map((one) => `missing: ${textOf(one)}`),
    ...[...left].map((item) => `not asked for: ${textOf(item)}`),
  ];
}

function itemsOf(slot: string, content: unknown): readonly (Fields & { readonly slot: string })[] {
  if (Array.isArray(content)) return content.flatMap((item: Fields) => partsOf(slot, item));
  return Object.entries(content as Fields).flatMap(([name, list]) => itemsOf(`${slot}.${name}`, list));
}

/** The blocks of a VPC, and the routes of a table, belong to several: each is a thing of its own. */
function partsOf(
  slot: string,
  { id, blocks = [], routes = [], ...item }: Fields & PartLists,
): readonly (Fields & { readonly slot: string })[] {
  return [
    { ...item, id, slot },
    ...blocks.map((block) => ({ ...block, slot: `${slot}.blocks`, of: id })),
    ...routes.map((route) => ({ ...route, slot: `${slot}.routes`, of: id })),
  ];
}

interface PartLists {
  readonly blocks?: readonly Fields[];
  readonly routes?: readonly Fields[];
}

/** Of a peering; AWS shows it for hours. */
const ENDED: readonly unknown[] = ['deleted', 'failed', 'rejected', 'expired'];

function isLeaving({ slot, phase, state }: Fields): boolean {
  return phase === 'erasing' || state === 'disassociated' || (slot === 'ec2.vpcPeerings' && ENDED.includes(state));
}

function outlined(value: unknown, named: (text: string) => string): unknown {
  if (typeof value === 'string') return named(value);
  if (Array.isArray(value)) {
    const items = value.map((item) => outlined(item, named));
    return items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([name]) => !ACCIDENTAL.has(name));
  return Object.fromEntries(fields.map(([name, field]) => [name, outlined(field, named)]));
}

function fits(item: Item, expected: Expected): boolean {
  return Object.entries(expected).every(([field, value]) =>
    value instanceof Such
      ? value.holds(item[field] as never)
      : isDeepStrictEqual(
          item[field],
          outlined(value, (text) => text),
        ),
  );
}

function textOf(item: object): string {
  return JSON.stringify(item, (_, value: unknown) => (value instanceof Such ? `(${value.what})` : value));
}
