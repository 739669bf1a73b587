import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Two ends of one connection. */
type Pair = readonly [client: Socket, server: Socket];

/**
 * A way over TCP to a server on this machine, which can be closed. Blocked, what is on it neither arrives nor fails, as behind
 * a firewall that drops packets. What was sent into a blocked way arrives when it is opened, unless its sender hung up.
 */
export class Passage {
  readonly port: number;
  /** How often somebody came to a way that was refused. */
  refusals = 0;
  readonly #close: () => Promise<unknown>;
  readonly #pairs: Set<Pair>;
  #state: 'open' | 'blocked' | 'refused' = 'open';

  private constructor(port: number, pairs: Set<Pair>, close: () => Promise<unknown>) {
    this.port = port;
    this.#pairs = pairs;
    this.#close = close;
  }

  static async to(port: number): Promise<Passage> {
    const pairs = new Set<Pair>();
    const listener = createServer((client) => {
      if (passage.#state === 'refused') {
        passage.refusals += 1;
        client.destroy();
        return;
      }
      const pair: Pair = [client, connect(port, '127.0.0.1')];
      pairs.add(pair);
      for (const [end, other] of [pair, pair.toReversed()] as const) {
        end.setNoDelay(true);
        // A connection that breaks is what these tests are about; the other end is to hear of it.
        end.on('error', () => other.destroy());
        end.on('close', () => {
          other.destroy();
          pairs.delete(pair);
        });
      }
      if (passage.#state === 'open') flow(pair);
    }).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const close = async (): Promise<void> => {
      const closed = once(listener, 'close');
      listener.close();
      for (const pair of pairs) for (const end of pair) end.destroy();
      await closed;
    };
    // A server that listens on TCP has such an address.
    const passage = new Passage((listener.address() as AddressInfo).port, pairs, close);
    return passage;
  }

  /** How many connections stand. */
  get connections(): number {
    return this.#pairs.size;
  }

  /** Hangs up on everybody. Nobody knocks at the server's port meanwhile, who could come to stand there himself. */
  refuse(): void {
    this.#state = 'refused';
    for (const [client] of this.#pairs) client.destroy();
  }

  block(): void {
    this.#state = 'blocked';
    for (const pair of this.#pairs) for (const end of pair) end.unpipe().pause();
  }

  open(): void {
    this.#state = 'open';
    for (const pair of this.#pairs) flow(pair);
  }

  async close(): Promise<void> {
    await this.#close();
  }
}

function flow([client, server]: Pair): void {
  client.pipe(server);
  server.pipe(client);
}
