import { type KubeInput, type KubeLease, type LeaseSpec, microTime } from '../../kube/index.ts';

/*
 * The leases of one installation: one a shard, and one a replica, its membership. All carry the installation's name and
 * the number of shards as labels, so that one list shows all of them, those of another number of shards included.
 */

/** Which leases belong together. */
export interface LeaseSet {
  /** Also the name of the lease when there is one shard. */
  readonly name: string;
  /** Into how many shards the work is divided. */
  readonly shards: number;
}

/** How long leases last; the relations of client-go hold: duration > renew deadline > 1.2 retry periods. */
export interface LeaseTiming {
  /** For so long after a holder was last heard of, nobody else takes its lease. Whole seconds. */
  readonly durationMs: number;
  /** For so long after it last began a renewal that succeeded, a holder writes. */
  readonly renewDeadlineMs: number;
  readonly retryPeriodMs: number;
}

const SET_LABEL = 'cloud-manager.kyma-project.io/lease-set';
const SHARDS_LABEL = 'cloud-manager.kyma-project.io/shards';
const MEMBER_LABEL = 'cloud-manager.kyma-project.io/member';

/** Selects the leases of the installation, whatever their number of shards. */
export function selectorOf({ name }: LeaseSet): string {
  return `${SET_LABEL}=${name}`;
}

export function shardLeaseName({ name, shards }: LeaseSet, shard: number): string {
  return shards === 1 ? name : `${name}-shard-${shard}-of-${shards}`;
}

/** `identity` ends in letters and digits that are its own alone; a host's name may not be legal here. */
export function memberLeaseName({ name }: LeaseSet, identity: string): string {
  return `${name}-member-${identity.slice(identity.lastIndexOf('_') + 1)}`;
}

export function isMembership({ metadata }: KubeLease): boolean {
  return metadata.labels?.[MEMBER_LABEL] !== undefined;
}

/** Into how many shards whoever made the lease divides the work. */
export function shardsOf({ metadata }: KubeLease): number {
  return Number(metadata.labels?.[SHARDS_LABEL]);
}

export function holderOf({ spec }: KubeLease): string {
  return spec?.holderIdentity ?? '';
}

/** Whether the lease is one of the installation's; else nobody here sees it in the list. */
export function isOfSet({ name }: LeaseSet, { metadata }: KubeLease): boolean {
  return metadata.labels?.[SET_LABEL] === name;
}

function labelsOf(set: LeaseSet, name: string): { readonly [label: string]: string } {
  const isMember = name.startsWith(`${set.name}-member-`);
  return {
    'app.kubernetes.io/managed-by': 'cloud-manager',
    [SET_LABEL]: set.name,
    [SHARDS_LABEL]: String(set.shards),
    ...(isMember && { [MEMBER_LABEL]: 'true' }),
  };
}

/** A lease that nobody made yet. */
export function newLease(set: LeaseSet, name: string, namespace: string, spec: LeaseSpec): KubeInput<KubeLease> {
  return { metadata: { name, namespace, labels: labelsOf(set, name) }, spec };
}

/** A lease of the set as it is written: with its labels, which somebody may have edited. */
export function rewritten(set: LeaseSet, lease: KubeLease, spec: LeaseSpec): KubeLease {
  const { metadata } = lease;
  return { ...lease, metadata: { ...metadata, labels: { ...metadata.labels, ...labelsOf(set, metadata.name) } }, spec };
}

/** What the holder writes when it takes a lease, of which `before` was the last word. */
export function takenSpec(
  before: LeaseSpec | undefined,
  identity: string,
  durationMs: number,
  nowMs: number,
): LeaseSpec {
  const former = before?.leaseTransitions ?? 0;
  const isFirst = before === undefined || before.holderIdentity === identity;
  return {
    holderIdentity: identity,
    leaseDurationSeconds: Math.ceil(durationMs / 1000),
    acquireTime: microTime(nowMs),
    renewTime: microTime(nowMs),
    leaseTransitions: isFirst ? former : former + 1,
  };
}

/** What it writes from then on: all that it stands for, whatever somebody made of it. */
export function renewedSpec({ spec }: KubeLease, durationMs: number, nowMs: number): LeaseSpec {
  // Others see a renewal by another time, so it must be another one also while the wall clock stands still.
  const afterMs = Date.parse(spec?.renewTime ?? '') + 1;
  const renewTime = microTime(afterMs > nowMs && afterMs - nowMs < durationMs ? afterMs : nowMs);
  return { ...spec, leaseDurationSeconds: Math.ceil(durationMs / 1000), renewTime };
}

/** What it writes when it gives the lease up: as client-go does, for those who only look at times. */
export function releasedSpec({ spec }: KubeLease, nowMs: number): LeaseSpec {
  const time = microTime(nowMs);
  const { leaseTransitions = 0 } = spec ?? {};
  return { holderIdentity: '', leaseDurationSeconds: 1, acquireTime: time, renewTime: time, leaseTransitions };
}
