import { connect, type TLSSocket } from 'node:tls';

export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  /** PEM of the authority that signed the server's certificate. */
  readonly caPem: string;
  /** Undefined when the server asks for none. */
  readonly authToken: string | undefined;
}

/** What the server answered; `server` is its own word from INFO (`redis_version:7.0.15`, or the sandbox's responder). */
export interface RedisAnswer {
  readonly pong: string;
  readonly server: string;
}

const TIMEOUT_MS = 5_000;

/**
 * Connects over verified TLS, authenticates, pings and asks who is there: what an application would do first.
 *
 * *Throws* when the certificate is not trusted, the token is refused, or nothing answers within five seconds. The token
 * is in no message.
 */
export async function pingRedis(address: RedisAddress): Promise<RedisAnswer> {
  const socket = await openTls(address);
  try {
    const commands = [
      ...(address.authToken === undefined ? [] : [['AUTH', address.authToken]]),
      ['PING'],
      ['INFO', 'server'],
    ];
    const replies = await exchange(socket, commands);
    const [info = '', pong = ''] = replies.toReversed();
    return { pong, server: /(?:redis|valkey)_version:[^\r\n]*/.exec(info)?.[0] ?? info.split('\r\n')[0] ?? '' };
  } finally {
    socket.destroy();
  }
}

function openTls({ host, port, caPem }: RedisAddress): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, ca: caPem, ...(/[a-z]/i.test(host) && { servername: host }) });
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error(`${host}:${port} did not answer in time`)));
    socket.once('secureConnect', () => resolve(socket));
    socket.once('error', reject);
  });
}

/** Sends all commands at once and waits for as many replies, as Redis pipelining allows. */
function exchange(socket: TLSSocket, commands: readonly (readonly string[])[]): Promise<string[]> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      try {
        const replies = repliesIn(received);
        if (replies.length >= commands.length) resolve(replies);
      } catch (error) {
        reject(error);
      }
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the server closed the connection')));
    socket.write(commands.map(encodeCommand).join(''));
  });
}

function encodeCommand(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}

/**
 * The complete replies at the start of `buffer`: simple strings, integers and bulk strings.
 *
 * *Throws* on an error reply, with Redis's own words.
 */
export function repliesIn(buffer: Buffer): string[] {
  const replies: string[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = buffer.indexOf('\r\n', at);
    if (lineEnd < 0) return replies;
    const type = String.fromCharCode(buffer[at] ?? 0);
    const line = buffer.toString('utf8', at + 1, lineEnd);
    at = lineEnd + 2;
    if (type === '-') throw new Error(`Redis answered: ${line}`);
    if (type !== '$') {
      replies.push(line);
      continue;
    }
    const length = Number(line);
    if (buffer.length < at + length + 2) return replies;
    replies.push(buffer.toString('utf8', at, at + length));
    at += length + 2;
  }
}
