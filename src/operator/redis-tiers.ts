/**
 * What the tiers of the Redis kinds of users mean, where the operator of the control plane has another opinion: node types by
 * tier, read at the start. In a file a mapping, elsewhere `S1=cache.t4g.micro,P1=cache.r7g.large:1`.
 */
import { AWS_REDIS_CLUSTER_TIERS } from '../api/cloud-resources/v1beta1/aws-redis-cluster.ts';
import {
  DEFAULT_TIERS,
  REDIS_TIERS,
  type RedisTier,
  type TierNodes,
  type TierTable,
} from '../reconcilers/cloud-resources/aws-redis/tiers.ts';
import type { OptionKind } from './option-kinds.ts';

/** Tiers that mean something else. */
export type TierChanges = ReadonlyMap<RedisTier, Partial<TierNodes>>;

/** The table that all of it comes to. */
export function tierTableWith(changes: TierChanges = new Map()): TierTable {
  const changed = REDIS_TIERS.map((tier) => [tier, { ...DEFAULT_TIERS[tier], ...changes.get(tier) }] as const);
  // It has an entry for each of them.
  return Object.fromEntries(changed) as Record<RedisTier, TierNodes>;
}

/** A tier, and what it is to mean, as somebody wrote it. */
type Entry = readonly [tier: string, meaning: unknown];

export const tiersKind: OptionKind<TierChanges> = {
  placeholder: 'tier=type,...',
  expected:
    'node types by tier, such as S1=cache.t4g.micro,P1=cache.r7g.large:1, where the number of read replicas follows the colon',
  secret: false,
  schema: { type: 'string' },
  parse: (raw) => {
    const entries = entriesOf(raw);
    if (entries === undefined || problemsOf(entries).length > 0) return undefined;
    return new Map(entries.map(([tier, meaning]) => [tier as RedisTier, nodesOf(meaning) ?? {}]));
  },
  whyNot: (raw) => {
    const entries = entriesOf(raw);
    return entries && problemsOf(entries).join('; ');
  },
};

/** Undefined: it is neither of the two forms. */
function entriesOf(raw: unknown): readonly Entry[] | undefined {
  if (typeof raw === 'string') return raw.split(',').flatMap(entryOf);
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw) ? Object.entries(raw) : undefined;
}

function entryOf(text: string): readonly Entry[] {
  const [tier = '', ...meaning] = text.split('=');
  return text.trim() === '' ? [] : [[tier.trim(), meaning.join('=').trim()]];
}

function problemsOf(entries: readonly Entry[]): readonly string[] {
  const tiers = entries.map(([tier]) => tier);
  return entries.flatMap(([tier, meaning], at) => {
    if (tiers.indexOf(tier) !== at) return [`${tier} is there twice`];
    const problem = problemOf(tier, meaning);
    return problem === undefined ? [] : [problem];
  });
}

function problemOf(tier: string, meaning: unknown): string | undefined {
  if (!REDIS_TIERS.some((known) => known === tier)) {
    return `${JSON.stringify(tier)} is no tier: there are ${REDIS_TIERS.join(', ')}`;
  }
  const nodes = nodesOf(meaning);
  if (nodes === undefined) return `${tier} has no node type such as cache.m7g.large, but ${JSON.stringify(meaning)}`;
  const { readReplicas } = nodes;
  if (readReplicas === undefined) return undefined;
  if (AWS_REDIS_CLUSTER_TIERS.some((known) => known === tier)) {
    return `${tier} cannot have a number of replicas, because the users of a cluster choose it`;
  }
  return readReplicas <= 1 ? undefined : `${tier} can have 0 read replicas or 1, not ${readReplicas}`;
}

const MEANING = /^(?<nodeType>cache[.][a-z0-9-]+[.][a-z0-9-]+)(?::(?<readReplicas>\d{1,3}))?$/;

function nodesOf(meaning: unknown): Partial<TierNodes> | undefined {
  const { nodeType, readReplicas } = (typeof meaning === 'string' ? MEANING.exec(meaning)?.groups : undefined) ?? {};
  if (nodeType === undefined) return undefined;
  return { nodeType, ...(readReplicas !== undefined && { readReplicas: Number(readReplicas) }) };
}
