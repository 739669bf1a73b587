import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { NodeHttpHandler } from '@smithy/node-http-handler';

/** What the SDK's clients need of a request handler. */
export type Transport = Pick<
  NodeHttpHandler,
  'handle' | 'metadata' | 'destroy' | 'updateHttpClientConfig' | 'httpHandlerConfigs'
>;

/** Options of a `send`, which the SDK hands through to the request handler untouched. */
export interface SendOptions {
  readonly abortSignal: AbortSignal;
  /** Called synchronously in the last step before the socket; throws when the request must not go out. */
  readonly beforeSocket: () => void;
}

export interface TransportPool {
  readonly transport: Transport;
  /** Closes all sockets; requests under way fail. */
  close(): void;
}

const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };

/**
 * Creates the one pool of keep-alive connections of all SDK clients.
 *
 * The request handler is the last thing before the socket, after signing, so it is where the write gate is asked.
 * A request that waits for a free socket after that is aborted by its deadline, which the gate has checked. It is the
 * only limit: the SDK's own for connecting also runs while a request waits for a socket, and ends what was never sent.
 */
export function createTransportPool(maxSockets: number): TransportPool {
  const agent = { keepAlive: true, maxSockets };
  const pool = new NodeHttpHandler({
    // It would say on the console that requests wait for sockets, which they may: up to their deadline.
    logger: silent,
    httpAgent: new HttpAgent(agent),
    httpsAgent: new HttpsAgent(agent),
  });
  const transport: Transport = {
    metadata: pool.metadata,
    // Clients come and go with their targets; the pool stays until it is closed.
    destroy: () => {},
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => pool.httpHandlerConfigs(),
    handle: async (request, options: Partial<SendOptions> = {}) => {
      options.abortSignal?.throwIfAborted();
      options.beforeSocket?.();
      return pool.handle(request, options);
    },
  };
  return { transport, close: () => pool.destroy() };
}
