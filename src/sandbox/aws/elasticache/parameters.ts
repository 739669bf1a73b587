/** The parameters of Redis that ElastiCache lets groups hold, by family: a long, plain table. */

export interface ParameterRow {
  readonly name: string;
  /** Undefined: AWS shows no value until somebody sets one. */
  readonly value: string | undefined;
  readonly dataType: 'string' | 'integer';
  /** A range `0-100`, an open range `0-`, or a list `yes,no`; undefined: anything. */
  readonly allowed: string | undefined;
  readonly isModifiable: boolean;
  readonly changeType: 'immediate' | 'requires-reboot';
  readonly minimumVersion: string;
}

type Flag = 'fixed' | 'reboot';

interface Row {
  readonly name: string;
  readonly value: string | undefined;
  readonly allowed: string | undefined;
  readonly flags: readonly Flag[];
  /** Families that have it. */
  readonly in: readonly string[];
}

const F4 = 'redis4.0';
const F5 = 'redis5.0';
const F6 = 'redis6.x';
const F7 = 'redis7';
const ALL = [F4, F5, F6, F7];
const FROM_5 = [F5, F6, F7];
const FROM_6 = [F6, F7];
const UNTIL_6 = [F4, F5, F6];
const MAX_INT = '0-2147483647';
const YES_NO = 'yes,no';
const POLICIES =
  'volatile-lru,allkeys-lru,volatile-lfu,allkeys-lfu,volatile-random,allkeys-random,volatile-ttl,noeviction';

const row = (
  name: string,
  value: string | undefined,
  allowed: string | undefined,
  families: readonly string[] = ALL,
  ...flags: readonly Flag[]
): Row => ({ name, value, allowed, flags, in: families });

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html */
const ROWS: readonly Row[] = [
  row('acllog-max-len', '128', '1-10000', FROM_6),
  row('active-defrag-cycle-max', '75', '1-75'),
  row('active-defrag-cycle-min', '5', '1-75'),
  row('active-defrag-ignore-bytes', '104857600', '1048576-'),
  row('active-defrag-max-scan-fields', '1000', '1-1000000', FROM_5),
  row('active-defrag-threshold-lower', '10', '1-100'),
  row('active-defrag-threshold-upper', '100', '1-100'),
  row('active-expire-effort', '1', '1-10', FROM_6),
  row('activedefrag', 'no', YES_NO),
  row('activerehashing', 'yes', YES_NO, ALL, 'reboot'),
  row('appendfsync', 'everysec', 'always,everysec,no', ALL, 'fixed'),
  row('appendonly', 'no', YES_NO, ALL, 'fixed'),
  row('client-output-buffer-limit-normal-hard-limit', '0', '0-'),
  row('client-output-buffer-limit-normal-soft-limit', '0', '0-'),
  row('client-output-buffer-limit-normal-soft-seconds', '0', '0-'),
  row('client-output-buffer-limit-pubsub-hard-limit', '33554432', '0-'),
  row('client-output-buffer-limit-pubsub-soft-limit', '8388608', '0-'),
  row('client-output-buffer-limit-pubsub-soft-seconds', '60', '0-'),
  row('client-output-buffer-limit-replica-soft-seconds', '60', '0-', FROM_5, 'fixed'),
  row('client-output-buffer-limit-slave-soft-seconds', '60', '0-', [F4], 'fixed'),
  row('client-query-buffer-limit', '1073741824', '1048576-1073741824', ALL, 'fixed'),
  row('close-on-replica-write', 'yes', YES_NO, FROM_5),
  row('close-on-slave-write', 'yes', YES_NO, [F4]),
  row('cluster-allow-pubsubshard-when-down', 'yes', YES_NO, [F7]),
  row('cluster-allow-reads-when-down', 'no', YES_NO, FROM_6),
  row('cluster-enabled', 'no', YES_NO, ALL, 'reboot'),
  row('cluster-preferred-endpoint-type', 'tls-dynamic', 'ip,tls-dynamic', [F7]),
  row('cluster-require-full-coverage', 'no', YES_NO),
  row('databases', '16', '1-1200000', ALL, 'reboot'),
  row('hash-max-listpack-entries', '512', MAX_INT, [F7]),
  row('hash-max-listpack-value', '64', MAX_INT, [F7]),
  row('hash-max-ziplist-entries', '512', MAX_INT, UNTIL_6),
  row('hash-max-ziplist-value', '64', MAX_INT, UNTIL_6),
  row('hll-sparse-max-bytes', '3000', '1-16000'),
  row('latency-tracking', 'no', YES_NO, [F7]),
  row('lazyfree-lazy-eviction', 'no', YES_NO),
  row('lazyfree-lazy-expire', 'no', YES_NO),
  row('lazyfree-lazy-server-del', 'no', YES_NO),
  row('lazyfree-lazy-user-del', 'no', YES_NO, FROM_6),
  row('lfu-decay-time', '1', MAX_INT),
  row('lfu-log-factor', '10', MAX_INT),
  row('list-compress-depth', '0', '0-'),
  row('list-max-listpack-size', '-2', '-5,-4,-3,-2,-1,1-', [F7]),
  row('list-max-ziplist-size', '-2', '-5,-4,-3,-2,-1,1-', UNTIL_6),
  row('lua-replicate-commands', 'yes', YES_NO, [F5, F6], 'fixed'),
  row('lua-time-limit', '5000', '5000', ALL, 'fixed'),
  row('maxclients', '65000', '1-65000', ALL, 'fixed'),
  row('maxmemory-policy', 'volatile-lru', POLICIES),
  row('maxmemory-samples', '3', '1-'),
  row('min-replicas-max-lag', '10', '0-', FROM_5),
  row('min-replicas-to-write', '0', '0-', FROM_5),
  row('min-slaves-max-lag', '10', '0-', [F4]),
  row('min-slaves-to-write', '0', '0-', [F4]),
  row('notify-keyspace-events', undefined, undefined),
  row('proto-max-bulk-len', '536870912', '1048576-536870912', FROM_5),
  row('rename-commands', undefined, undefined, FROM_5),
  row('repl-backlog-size', '1048576', '16384-'),
  row('repl-backlog-ttl', '3600', '0-'),
  row('repl-timeout', '60', '11-60', ALL, 'fixed'),
  row('replica-allow-chaining', 'no', YES_NO, FROM_5, 'fixed'),
  row('replica-ignore-maxmemory', 'yes', YES_NO, FROM_5, 'fixed'),
  row('replica-lazy-flush', 'yes', YES_NO, FROM_5, 'fixed'),
  row('reserved-memory-percent', '25', '0-100'),
  row('set-max-intset-entries', '512', MAX_INT),
  row('slave-allow-chaining', 'no', YES_NO, [F4], 'fixed'),
  row('slowlog-log-slower-than', '10000', '-1-'),
  row('slowlog-max-len', '128', '0-'),
  row('stream-node-max-bytes', '4096', '0-', FROM_5),
  row('stream-node-max-entries', '100', '0-', FROM_5),
  row('tcp-keepalive', '300', '0-'),
  row('timeout', '0', '0,20-'),
  row('tracking-table-max-keys', '1000000', '1-100000000', FROM_6),
  row('zset-max-listpack-entries', '128', MAX_INT, [F7]),
  row('zset-max-listpack-value', '64', MAX_INT, [F7]),
  row('zset-max-ziplist-entries', '128', MAX_INT, UNTIL_6),
  row('zset-max-ziplist-value', '64', MAX_INT, UNTIL_6),
];

const MINIMUM_VERSION: Readonly<Record<string, string>> = {
  [F4]: '4.0.10',
  [F5]: '5.0.0',
  [F6]: '6.0.5',
  [F7]: '7.0.4',
};

const isNumeric = (text: string): boolean => /^-?\d/.test(text);

function parameterFrom({ name, value, allowed, flags }: Row, family: string): ParameterRow {
  return {
    name,
    value,
    allowed,
    dataType: allowed !== undefined && isNumeric(allowed) ? 'integer' : 'string',
    isModifiable: !flags.includes('fixed'),
    changeType: flags.includes('reboot') ? 'requires-reboot' : 'immediate',
    minimumVersion: MINIMUM_VERSION[family] ?? '',
  };
}

export const FAMILIES: readonly string[] = ALL;

const BY_FAMILY = new Map(
  ALL.map((family) => [
    family,
    new Map(ROWS.filter((one) => one.in.includes(family)).map((one) => [one.name, parameterFrom(one, family)])),
  ]),
);

/** The parameters of a family by name; undefined when there is no such family. */
export function parametersOf(family: string): ReadonlyMap<string, ParameterRow> | undefined {
  return BY_FAMILY.get(family);
}

/** One part of `allowed`: a number, a word, or a range whose end may be open; the start may be negative. */
function isIn(part: string, value: string): boolean {
  const range = /^(-?\d+)-(\d*)$/.exec(part);
  if (!range) return part === value;
  if (!/^-?\d+$/.test(value)) return false;
  const number = Number(value);
  return number >= Number(range[1]) && (range[2] === '' || number <= Number(range[2]));
}

export function isAllowed({ allowed }: ParameterRow, value: string): boolean {
  return allowed === undefined || allowed.split(',').some((part) => isIn(part, value));
}
