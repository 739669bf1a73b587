import type { CelFunc, CelInput, CelList, CelMap, CelValue } from '@bufbuild/cel';
import { CelScalar, celFunc, celMethod, listType, mapType } from '@bufbuild/cel';
import ipaddr from 'ipaddr.js';
import { hasFormat } from './formats.ts';
import { compareQuantities, isQuantity } from './quantity.ts';

/*
 * The functions that Kubernetes adds to the language (https://kubernetes.io/docs/reference/using-api/cel/). The evaluator
 * has no types of our own, so a value of such a type (an optional, an address, a block, a quantity, a URL) is a map with a
 * member that no JSON object has: its name starts with NUL. Methods look for that member.
 */

const { BOOL, INT, STRING, DYN } = CelScalar;
const MAP = mapType(DYN, DYN);
const LIST = listType(DYN);
const TYPE = '\0type';

function opaque(type: string, members: { readonly [name: string]: CelInput }): Map<string, CelInput> {
  return new Map<string, CelInput>([[TYPE, type], ...Object.entries(members)]);
}

function member(self: CelMap, type: string, name: string): CelValue {
  const value = self.get(TYPE) === type ? self.get(name) : undefined;
  if (value === undefined) throw new Error(`no such overload: ${name}`);
  return value;
}

/** `oldSelf` of a rule with `optionalOldSelf`. */
export function optionalOf(value: CelInput | undefined): CelInput {
  return opaque('optional', value === undefined ? { present: false } : { present: true, value });
}

const text = (value: CelValue): string => {
  if (typeof value !== 'string') throw new Error('no such overload');
  return value;
};

const optionals: CelFunc[] = [
  celMethod('hasValue', MAP, [], BOOL, function () {
    return member(this, 'optional', 'present') === true;
  }),
  celMethod('value', MAP, [], DYN, function () {
    return member(this, 'optional', 'value');
  }),
  celMethod('orValue', MAP, [DYN], DYN, function (other) {
    return member(this, 'optional', 'present') === true ? member(this, 'optional', 'value') : other;
  }),
];

function parsedAddress(value: string): ipaddr.IPv4 | ipaddr.IPv6 {
  if (!hasFormat(value, 'ipv4') && !hasFormat(value, 'ipv6')) throw new Error(`IP Address ${value} parse error`);
  return ipaddr.parse(value);
}

function addressOf(value: string): Map<string, CelInput> {
  const address = parsedAddress(value);
  const family = address.kind() === 'ipv4' ? 4n : 6n;
  return opaque('ip', { text: address.toString(), family });
}

function parsedBlock(value: string): readonly [ipaddr.IPv4 | ipaddr.IPv6, number] {
  if (!hasFormat(value, 'cidr')) throw new Error(`network address parse error: ${value}`);
  return ipaddr.parseCIDR(value);
}

function blockOf(value: string): Map<string, CelInput> {
  const [address, bits] = parsedBlock(value);
  return opaque('cidr', { text: `${address.toString()}/${bits}`, bits: BigInt(bits) });
}

function networkOf(block: string): string {
  const [address, bits] = parsedBlock(block);
  const network = address.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6;
  return `${network.networkAddressFromCIDR(`${address.toString()}/${bits}`).toString()}/${bits}`;
}

/** The library's types want both to be of one kind, which only `instanceof` tells them. */
function liesIn(address: ipaddr.IPv4 | ipaddr.IPv6, network: ipaddr.IPv4 | ipaddr.IPv6, bits: number): boolean {
  if (address instanceof ipaddr.IPv4) return network instanceof ipaddr.IPv4 && address.match(network, bits);
  return network instanceof ipaddr.IPv6 && address.match(network, bits);
}

function contains(block: string, value: string): boolean {
  const [network, bits] = parsedBlock(block);
  const [address, innerBits] = value.includes('/') ? parsedBlock(value) : [parsedAddress(value), 128];
  return innerBits >= bits && liesIn(address, network, bits);
}

const textOf = (value: CelValue): string =>
  // Declared for texts and maps alone.
  typeof value === 'string' ? value : text((value as CelMap).get('text') ?? null);

const addresses: CelFunc[] = [
  celFunc('isIP', [STRING], BOOL, (value) => hasFormat(value, 'ipv4') || hasFormat(value, 'ipv6')),
  celFunc('ip', [STRING], MAP, addressOf),
  celFunc('isCIDR', [STRING], BOOL, (value) => hasFormat(value, 'cidr')),
  celFunc('cidr', [STRING], MAP, blockOf),
  celMethod('family', MAP, [], INT, function () {
    // As `addressOf` made it.
    return member(this, 'ip', 'family') as bigint;
  }),
  celMethod('isLoopback', MAP, [], BOOL, function () {
    return parsedAddress(textOf(this)).range() === 'loopback';
  }),
  celMethod('isGlobalUnicast', MAP, [], BOOL, function () {
    return !['loopback', 'multicast', 'linkLocal', 'unspecified', 'broadcast'].includes(
      parsedAddress(textOf(this)).range(),
    );
  }),
  celMethod('prefixLength', MAP, [], INT, function () {
    // As `blockOf` made it.
    return member(this, 'cidr', 'bits') as bigint;
  }),
  celMethod('ip', MAP, [], MAP, function () {
    return addressOf(textOf(this).split('/')[0] ?? '');
  }),
  celMethod('masked', MAP, [], MAP, function () {
    return blockOf(networkOf(textOf(this)));
  }),
  celMethod('containsIP', MAP, [DYN], BOOL, function (value) {
    return contains(textOf(this), textOf(value));
  }),
  celMethod('containsCIDR', MAP, [DYN], BOOL, function (value) {
    return contains(textOf(this), textOf(value));
  }),
  celFunc('string', [MAP], STRING, textOf),
];

const quantities: CelFunc[] = [
  celFunc('isQuantity', [STRING], BOOL, isQuantity),
  celFunc('quantity', [STRING], MAP, (value) => {
    if (!isQuantity(value)) throw new Error('quantities must match the regular expression of Kubernetes quantities');
    return opaque('quantity', { text: value });
  }),
  celMethod('compareTo', MAP, [MAP], INT, function (other) {
    return BigInt(compareQuantities(textOf(this), textOf(other)));
  }),
  celMethod('isGreaterThan', MAP, [MAP], BOOL, function (other) {
    return compareQuantities(textOf(this), textOf(other)) > 0;
  }),
  celMethod('isLessThan', MAP, [MAP], BOOL, function (other) {
    return compareQuantities(textOf(this), textOf(other)) < 0;
  }),
];

const urlOf = (self: CelMap): URL => new URL(text(member(self, 'url', 'text')));

const urls: CelFunc[] = [
  celFunc('isURL', [STRING], BOOL, (value) => URL.canParse(value)),
  celFunc('url', [STRING], MAP, (value) => opaque('url', { text: new URL(value).href })),
  celMethod('getScheme', MAP, [], STRING, function () {
    return urlOf(this).protocol.slice(0, -1);
  }),
  celMethod('getHost', MAP, [], STRING, function () {
    return urlOf(this).host;
  }),
  celMethod('getHostname', MAP, [], STRING, function () {
    return urlOf(this).hostname;
  }),
  celMethod('getPort', MAP, [], STRING, function () {
    return urlOf(this).port;
  }),
  celMethod('getEscapedPath', MAP, [], STRING, function () {
    return urlOf(this).pathname;
  }),
];

type Comparable = bigint | number | string;

const comparables = (list: CelList): Comparable[] =>
  [...list].map((item) => {
    if (typeof item === 'bigint' || typeof item === 'number' || typeof item === 'string') return item;
    throw new Error('no such overload');
  });

function extreme(list: CelList, isBetter: (a: Comparable, b: Comparable) => boolean): Comparable {
  const [first, ...rest] = comparables(list);
  if (first === undefined) throw new Error('min called on empty list');
  return rest.reduce((best, item) => (isBetter(item, best) ? item : best), first);
}

function sumOf(list: CelList): Comparable {
  const items = comparables(list);
  if (items.every((item) => typeof item === 'bigint')) return items.reduce((sum, item) => sum + item, 0n);
  return items.reduce<number>((sum, item) => sum + Number(item), 0);
}

const lists: CelFunc[] = [
  celMethod('isSorted', LIST, [], BOOL, function () {
    const items = comparables(this);
    return items.every((item, index) => index === 0 || (items[index - 1] ?? item) <= item);
  }),
  celMethod('sum', LIST, [], DYN, function () {
    return sumOf(this);
  }),
  celMethod('min', LIST, [], DYN, function () {
    return extreme(this, (a, b) => a < b);
  }),
  celMethod('max', LIST, [], DYN, function () {
    return extreme(this, (a, b) => a > b);
  }),
  celMethod('indexOf', LIST, [DYN], INT, function (wanted) {
    return BigInt([...this].indexOf(wanted));
  }),
  celMethod('lastIndexOf', LIST, [DYN], INT, function (wanted) {
    return BigInt([...this].lastIndexOf(wanted));
  }),
];

const regularExpressions: CelFunc[] = [
  celMethod('find', STRING, [STRING], STRING, function (pattern) {
    return new RegExp(pattern, 'u').exec(this)?.[0] ?? '';
  }),
  celMethod('findAll', STRING, [STRING], LIST, function (pattern) {
    return [...this.matchAll(new RegExp(pattern, 'gu'))].map(([found]) => found);
  }),
];

export const celFunctions: CelFunc[] = [
  ...optionals,
  ...addresses,
  ...quantities,
  ...urls,
  ...lists,
  ...regularExpressions,
];
