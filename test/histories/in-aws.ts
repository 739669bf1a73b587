import { isDeepStrictEqual } from 'node:util';
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

const ID = /\b(?:vpc|subnet|sg)-[0-9a-f]{17}\b/g;
/** Addresses and moments differ by what was there before. */
const ACCIDENTAL: ReadonlySet<string> = new Set(['arn', 'versions', 'endpoints']);

export function itemsIn(aws: Pick<AwsSimulator, 'state'>): readonly Item[] {
  const state = aws.state();
  const names = new Map<string, string>();
  const items: Item[] = [];
  for (const [account, regions] of Object.entries(state)) {
    for (const [region, slots] of Object.entries(regions)) {
      const found = Object.entries(slots).flatMap(([slot, content]) => itemsOf(slot, content));
      for (const { id, name, cidr } of found) {
        const known = [name, cidr].find((text) => typeof text === 'string');
        if (typeof id === 'string' && known !== undefined) names.set(id, known);
      }
      items.push(...found.map((item) => ({ ...item, place: `${account}/${region}` })));
    }
  }
  const named = (text: string): string => text.replace(ID, (id) => names.get(id) ?? 'nameless');
  // What was an item is one again.
  return items.filter((item) => !isLeaving(item)).map((item) => outlined(item, named) as Item);
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

/** The blocks of a VPC belong to several: each is a thing of its own. */
function partsOf(slot: string, { id, blocks, ...item }: Fields): readonly (Fields & { readonly slot: string })[] {
  const parts = ((blocks ?? []) as readonly Fields[]).map((block) => ({ ...block, slot: `${slot}.blocks`, of: id }));
  return [{ ...item, id, slot }, ...parts];
}

function isLeaving({ phase, state }: Item): boolean {
  return phase === 'erasing' || state === 'disassociated';
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
