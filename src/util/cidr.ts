import ipaddr from 'ipaddr.js';

/** An IPv4 network. Always canonical: `first` is its first address, as a number from 0 to 2^32 - 1. */
export interface Cidr {
  readonly first: number;
  /** Length of the prefix: 0 to 32. */
  readonly prefix: number;
}

const ADDRESS_BITS = 32;

/** Parses a CIDR of any notation that is unambiguous; host bits are dropped. Undefined when it is none. */
export function parseCidr(text: string): Cidr | undefined {
  // Short and octal forms ("10/8", "010.0.0.0/8") mean different things to different programs.
  if (!ipaddr.IPv4.isValidCIDRFourPartDecimal(text)) return undefined;
  const [address, prefix] = ipaddr.IPv4.parseCIDR(text);
  const number = address.octets.reduce((sum, octet) => sum * 256 + octet, 0);
  return { first: alignedDown(number, prefix), prefix };
}

/** As {@link parseCidr}. *Throws* `RangeError` when `text` is no IPv4 CIDR. For constants and what was parsed before. */
export function cidrOf(text: string): Cidr {
  const cidr = parseCidr(text);
  if (cidr === undefined) throw new RangeError(`Not an IPv4 CIDR: ${text}`);
  return cidr;
}

export function cidrText({ first, prefix }: Cidr): string {
  const octets = [24, 16, 8, 0].map((bits) => Math.floor(first / 2 ** bits) % 256);
  return `${octets.join('.')}/${prefix}`;
}

/** Number of addresses. */
export function sizeOf({ prefix }: Pick<Cidr, 'prefix'>): number {
  return 2 ** (ADDRESS_BITS - prefix);
}

/** The last address, as a number. */
export function lastOf(cidr: Cidr): number {
  return cidr.first + sizeOf(cidr) - 1;
}

export function isSameCidr(a: Cidr, b: Cidr): boolean {
  return a.first === b.first && a.prefix === b.prefix;
}

export function overlaps(a: Cidr, b: Cidr): boolean {
  return a.first <= lastOf(b) && b.first <= lastOf(a);
}

/** Whether all addresses of `inner` are in `outer`. */
export function contains(outer: Cidr, inner: Cidr): boolean {
  return outer.first <= inner.first && lastOf(inner) <= lastOf(outer);
}

/**
 * Splits into at least `count` networks of one size, as few as that takes (a power of two), in order. Undefined when
 * there are not enough addresses.
 */
export function splitCidr(cidr: Cidr, count: number): readonly Cidr[] | undefined {
  const bits = Math.ceil(Math.log2(Math.max(count, 1)));
  const prefix = cidr.prefix + bits;
  if (prefix > ADDRESS_BITS) return undefined;
  return Array.from({ length: 2 ** bits }, (_, i) => ({ first: cidr.first + i * sizeOf({ prefix }), prefix }));
}

export interface AllocationRequest {
  /** Prefix length of the network to be found. */
  readonly prefix: number;
  /** Where it may lie, by preference. */
  readonly pools: readonly Cidr[];
  /** What it must not overlap; may lie anywhere and overlap each other. */
  readonly occupied: readonly Cidr[];
  /** The search starts after this one, in the pool that holds it, and comes round to it. Default: at the first pool. */
  readonly after?: Cidr | undefined;
}

/**
 * Finds a free network.
 *
 * *Guarantees*: it lies in one of the pools and overlaps nothing occupied; one is found whenever there is one; the same
 * request, whatever the order of `occupied`, has the same answer.
 */
export function allocateCidr({ prefix, pools, occupied, after }: AllocationRequest): Cidr | undefined {
  for (const { from, to } of searchOrder(pools, after)) {
    const first = firstFree(from, to, prefix, occupied);
    if (first !== undefined) return { first, prefix };
  }
  return undefined;
}

interface Span {
  readonly from: number;
  /** Inclusive. */
  readonly to: number;
}

function searchOrder(pools: readonly Cidr[], after: Cidr | undefined): readonly Span[] {
  const spans = pools.map((pool) => ({ from: pool.first, to: lastOf(pool) }));
  if (after === undefined) return spans;
  const home = spans.find((span) => span.from <= after.first && after.first <= span.to);
  // The home pool comes once more as a whole: a network that begins before the end of `after` must not be missed.
  return home === undefined ? spans : [{ from: lastOf(after) + 1, to: home.to }, home, ...spans];
}

function firstFree(from: number, to: number, prefix: number, occupied: readonly Cidr[]): number | undefined {
  let candidate = alignedUp(from, prefix);
  while (candidate + sizeOf({ prefix }) - 1 <= to) {
    const current = { first: candidate, prefix };
    const obstacle = occupied.find((other) => overlaps(other, current));
    if (obstacle === undefined) return candidate;
    candidate = alignedUp(lastOf(obstacle) + 1, prefix);
  }
  return undefined;
}

function alignedDown(address: number, prefix: number): number {
  return address - (address % sizeOf({ prefix }));
}

function alignedUp(address: number, prefix: number): number {
  const down = alignedDown(address, prefix);
  return down === address ? address : down + sizeOf({ prefix });
}
