/** Commands to a server of our own, over its Unix socket: no TLS there, but a user and a password. */
import { connect, type Socket } from 'node:net';
import { createReplyReader, encodeCommand, RedisError, type Reply } from './resp.ts';

export interface AdminAccess {
  readonly socketPath: string;
  readonly user: string;
  readonly password: string;
}

type Command = readonly string[];

/** Resolves with as many replies as there are commands; an error reply is one of them. */
function exchange(socket: Socket, commands: readonly Command[]): Promise<readonly Reply[]> {
  return new Promise((resolve, reject) => {
    const replies: Reply[] = [];
    const reader = createReplyReader();
    socket.setEncoding('latin1');
    socket.on('error', reject);
    socket.on('close', () => reject(new RedisError('The server closed the connection')));
    socket.on('data', (piece: string) => {
      try {
        replies.push(...reader.push(piece));
      } catch (error) {
        reject(error);
      }
      if (replies.length >= commands.length) resolve(replies);
    });
    socket.write(commands.map(encodeCommand).join(''), 'latin1');
  });
}

/**
 * Sends commands in one go and gives their replies, in order.
 *
 * *Throws* the system's error when nobody listens, {@link RedisError} when the server refuses one of the commands.
 */
export async function ask(access: AdminAccess, commands: readonly Command[]): Promise<readonly Reply[]> {
  const socket = connect(access.socketPath);
  try {
    const all = [['AUTH', access.user, access.password], ...commands];
    const [login, ...replies] = await exchange(socket, all);
    const refusal = [login, ...replies].find((reply) => reply instanceof RedisError);
    if (refusal instanceof RedisError) throw refusal;
    return replies;
  } finally {
    socket.destroy();
  }
}
