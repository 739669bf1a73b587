/**
 * A small stand-in for a Redis server: it checks tokens and answers what clients ask when they connect and try
 * themselves out. Data lives in a plain map for each shard and is lost with the group. It says in `INFO` what it is.
 */
import { randomBytes } from 'node:crypto';
import type { Address } from '../aws/elasticache/data-plane.ts';
import { OK, RedisError, Status, type ProtocolVersion, type Reply } from './resp.ts';
import { slotOf, type SlotRange } from './slots.ts';

export interface ResponderNode {
  readonly id: string;
  /** Forty hexadecimal digits, as nodes of a cluster are named. */
  readonly clusterId: string;
  readonly address: Address;
}

export interface ResponderShard {
  readonly slots: SlotRange;
  /** The first one is the primary. */
  readonly nodes: readonly ResponderNode[];
  readonly data: Map<string, string>;
}

/** What all nodes of a group know. */
export interface ResponderGroup {
  readonly version: string;
  readonly isClustered: boolean;
  readonly shards: readonly ResponderShard[];
  /** Each opens; `undefined` stands for no token at all. */
  readonly tokens: readonly (string | undefined)[];
}

export function newClusterId(): string {
  return randomBytes(20).toString('hex');
}

/** One connection: who it is and which protocol it speaks. */
export interface Session {
  version: ProtocolVersion;
  isAuthenticated: boolean;
  isClosing: boolean;
}

interface Question {
  readonly words: readonly string[];
  readonly session: Session;
  readonly group: ResponderGroup;
  readonly node: ResponderNode;
}

type Command = (question: Question) => Reply;

const NO_AUTH = new RedisError('NOAUTH Authentication required.');
const WRONG_PASS = new RedisError('WRONGPASS invalid username-password pair or user is disabled.');

/** Groups that only users of user groups may enter are open here: passwords of users are not kept. */
function isOpen({ tokens }: ResponderGroup): boolean {
  return tokens.length === 0 || tokens.includes(undefined);
}

function authenticate(user: string, token: string | undefined, { session, group }: Question): Reply {
  const isRight = user === 'default' && (isOpen(group) || (token !== undefined && group.tokens.includes(token)));
  if (!isRight) return WRONG_PASS;
  session.isAuthenticated = true;
  return OK;
}

function auth(question: Question): Reply {
  const [, first, second] = question.words;
  return second === undefined ? authenticate('default', first, question) : authenticate(first ?? '', second, question);
}

function hello(question: Question): Reply {
  const { words, session, group, node } = question;
  const version = Number(words[1] ?? session.version);
  if (version !== 2 && version !== 3) return new RedisError('NOPROTO unsupported protocol version');
  const at = words.findIndex((word) => word.toLowerCase() === 'auth');
  const answer = at > 0 ? authenticate(words[at + 1] ?? '', words[at + 2], question) : OK;
  if (answer instanceof RedisError) return answer;
  if (!isAllowed(question)) return NO_AUTH;
  session.version = version;
  return new Map<string, Reply>([
    ['server', 'redis'],
    ['version', group.version],
    ['proto', version],
    ['id', 1],
    ['mode', group.isClustered ? 'cluster' : 'standalone'],
    ['role', isPrimary(group, node) ? 'master' : 'replica'],
    ['modules', []],
  ]);
}

function isAllowed({ session, group }: Question): boolean {
  return session.isAuthenticated || isOpen(group);
}

function isPrimary({ shards }: ResponderGroup, node: ResponderNode): boolean {
  return shards.some(({ nodes }) => nodes[0]?.id === node.id);
}

function shardOf({ shards }: ResponderGroup, node: ResponderNode): ResponderShard | undefined {
  return shards.find(({ nodes }) => nodes.some(({ id }) => id === node.id));
}

function info({ group, node }: Question): Reply {
  const shard = shardOf(group, node);
  return [
    '# Server',
    `redis_version:${group.version}`,
    `redis_mode:${group.isClustered ? 'cluster' : 'standalone'}`,
    'sandbox:a small responder of the Cloud Manager sandbox, not a Redis server',
    '# Replication',
    `role:${isPrimary(group, node) ? 'master' : 'slave'}`,
    `connected_slaves:${isPrimary(group, node) ? (shard?.nodes.length ?? 1) - 1 : 0}`,
    '# Cluster',
    `cluster_enabled:${group.isClustered ? 1 : 0}`,
    '# Keyspace',
    `db0:keys=${shard?.data.size ?? 0},expires=0,avg_ttl=0`,
    '',
  ].join('\r\n');
}

const nodeEntry = ({ address, clusterId }: ResponderNode): Reply => [address.host, address.port, clusterId, []];

function clusterNodes({ group, node }: Question): string {
  const lines = group.shards.flatMap(({ nodes, slots }) =>
    nodes.map(({ id, clusterId, address }, index) => {
      const self = id === node.id ? 'myself,' : '';
      const role = index === 0 ? `${self}master -` : `${self}slave ${nodes[0]?.clusterId ?? '-'}`;
      const range = index === 0 ? ` ${slots.first}-${slots.last}` : '';
      return `${clusterId} ${address.host}:${address.port}@${address.port} ${role} 0 0 1 connected${range}`;
    }),
  );
  return `${lines.join('\n')}\n`;
}

function clusterInfo({ shards }: ResponderGroup): string {
  const nodes = shards.reduce((sum, shard) => sum + shard.nodes.length, 0);
  const facts = ['cluster_state:ok', 'cluster_slots_assigned:16384', `cluster_known_nodes:${nodes}`];
  return `${[...facts, `cluster_size:${shards.length}`].join('\r\n')}\r\n`;
}

function cluster(question: Question): Reply {
  const { group, node, words } = question;
  if (!group.isClustered) return new RedisError('ERR This instance has cluster support disabled');
  switch (words[1]?.toLowerCase()) {
    case 'slots':
      return group.shards.map(({ slots, nodes }) => [slots.first, slots.last, ...nodes.map(nodeEntry)]);
    case 'nodes':
      return clusterNodes(question);
    case 'info':
      return clusterInfo(group);
    case 'myid':
      return node.clusterId;
    case 'keyslot':
      return slotOf(words[2] ?? '');
    default:
      return new RedisError(`ERR unknown subcommand '${words[1] ?? ''}'`);
  }
}

/** Runs `action` on the data of the key's shard, or says where else the key lives. */
function onKey(action: (data: Map<string, string>, key: string, words: readonly string[]) => Reply): Command {
  return ({ words, group, node }) => {
    const key = words[1];
    if (key === undefined) return new RedisError(`ERR wrong number of arguments for '${words[0] ?? ''}' command`);
    const slot = slotOf(key);
    const own = shardOf(group, node);
    const home = group.isClustered ? group.shards.find(({ slots }) => slots.first <= slot && slot <= slots.last) : own;
    const primary = home?.nodes[0];
    if (!home || !primary) return new RedisError('CLUSTERDOWN Hash slot not served');
    if (home !== own) return new RedisError(`MOVED ${slot} ${primary.address.host}:${primary.address.port}`);
    return action(home.data, key, words);
  };
}

const COMMANDS: Readonly<Record<string, Command>> = {
  ping: ({ words }) => words[1] ?? new Status('PONG'),
  echo: ({ words }) => words[1] ?? '',
  info,
  cluster,
  role: ({ group, node }) => (isPrimary(group, node) ? ['master', 0, []] : ['slave', '', 0, 'connected', 0]),
  command: () => [],
  client: ({ words }) => (words[1]?.toLowerCase() === 'id' ? 1 : OK),
  select: ({ group, words }) =>
    group.isClustered && words[1] !== '0' ? new RedisError('ERR SELECT is not allowed in cluster mode') : OK,
  readonly: () => OK,
  readwrite: () => OK,
  dbsize: ({ group, node }) => shardOf(group, node)?.data.size ?? 0,
  get: onKey((data, key) => data.get(key) ?? null),
  set: onKey((data, key, words) => {
    data.set(key, words[2] ?? '');
    return OK;
  }),
  del: onKey((data, key) => (data.delete(key) ? 1 : 0)),
  exists: onKey((data, key) => (data.has(key) ? 1 : 0)),
};

const WRITES: readonly string[] = ['set', 'del'];

/** What a client may ask before it has said who it is. */
const BEFORE_AUTH: Readonly<Record<string, Command>> = {
  auth,
  hello,
  quit: ({ session }) => {
    session.isClosing = true;
    return OK;
  },
};

/** Answers one command. */
export function answer(words: readonly string[], session: Session, group: ResponderGroup, node: ResponderNode): Reply {
  const question: Question = { words, session, group, node };
  const name = words[0]?.toLowerCase() ?? '';
  const free = Object.hasOwn(BEFORE_AUTH, name) ? BEFORE_AUTH[name] : undefined;
  if (free) return free(question);
  if (!isAllowed(question)) return NO_AUTH;
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) return new RedisError(`ERR unknown command '${name}' (this is the sandbox's small responder)`);
  if (WRITES.includes(name) && !isPrimary(group, node)) {
    return new RedisError("READONLY You can't write against a read only replica.");
  }
  return command(question);
}
