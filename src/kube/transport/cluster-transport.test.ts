import { once } from 'node:events';
import { constants, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { createServer, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { aClusterConfig } from '../../../test/support/fake-transport.ts';
import { Passage } from '../../../test/support/passage.ts';
import { startTlsServer, type TlsServer, type TlsServerOptions } from '../../../test/support/tls-server.ts';
import { turns, until } from '../../../test/support/virtual-time.ts';
import { type Clock, systemClock } from '../../util/clock.ts';
import { VirtualClock } from '../../util/virtual-clock.ts';
import type { ClusterConfig } from '../config/cluster-config.ts';
import { ClusterTransport, type ClusterTransportOptions, type Reachability } from './cluster-transport.ts';
import type { HttpRequest } from './transport.ts';

const cleanUps: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

async function aServer(options: Partial<TlsServerOptions> = {}): Promise<TlsServer> {
  const server = await startTlsServer({ onRequest: answerAtOnce, ...options });
  cleanUps.unshift(() => server.close());
  return server;
}

function aTransport(
  config: ClusterConfig,
  clock: Clock = systemClock,
  options: Partial<ClusterTransportOptions> = {},
): ClusterTransport {
  const transport = new ClusterTransport(config, { clock, random: () => 1, ...options });
  cleanUps.unshift(() => transport.close());
  return transport;
}

function answerAtOnce(request: Http2ServerRequest, response: Http2ServerResponse): void {
  response.end(`${request.method} ${request.url} HTTP/${request.httpVersion}`);
}

/** A server's side of requests that wait until they are told to end. */
function heldRequests() {
  const held: Http2ServerResponse[] = [];
  let arrived = (): void => {};
  const onRequest = (_request: Http2ServerRequest, response: Http2ServerResponse): void => {
    held.push(response);
    response.on('error', () => {});
    arrived();
  };
  const until = async (count: number): Promise<void> => {
    while (held.length < count) {
      await new Promise<void>((resolve) => {
        arrived = resolve;
      });
    }
  };
  return { held, onRequest, until };
}

function aRequest(overrides: Partial<HttpRequest> = {}): HttpRequest {
  return {
    method: 'GET',
    path: '/x',
    headers: {},
    body: undefined,
    signal: new AbortController().signal,
    beforeSend: () => {},
    ...overrides,
  };
}

const bodyOf = async (transport: ClusterTransport, request = aRequest()): Promise<string> =>
  text((await transport.request(request)).body);

it('gives an answer whole, however late one begins to read it', async () => {
  const transport = aTransport((await aServer()).config);
  for (const body of [undefined, '{}']) {
    const first = await transport.request(aRequest({ path: '/first', method: 'PATCH', body }));
    // On the same connection, so when it is answered the first one is over.
    await text((await transport.request(aRequest({ path: '/second' }))).body);
    await turns();
    expect(await text(first.body)).toBe('PATCH /first HTTP/2.0');
  }
});

describe('over HTTP/2', () => {
  it('sends all requests through one connection, also those that begin together', async () => {
    const server = await aServer();
    const transport = aTransport(server.config);
    const bodies = await Promise.all(Array.from({ length: 50 }, () => bodyOf(transport)));
    expect(new Set(bodies)).toEqual(new Set(['GET /x HTTP/2.0']));
    expect(server.connections.ever).toBe(1);
  });

  it('sends the body and gives back status and headers', async () => {
    const server = await aServer({
      onRequest: (request, response) => {
        response.statusCode = 429;
        response.setHeader('retry-after', '3');
        request.pipe(response);
      },
    });
    const answer = await aTransport(server.config).request(aRequest({ method: 'POST', body: '{"a":1}' }));
    expect([answer.status, answer.header('retry-after'), await text(answer.body)]).toEqual([429, '3', '{"a":1}']);
  });

  it('puts the path of the server before that of the request', async () => {
    const server = await aServer();
    const transport = aTransport({ ...server.config, server: new URL('/clusters/one', server.config.server) });
    expect(await bodyOf(transport)).toBe('GET /clusters/one/x HTTP/2.0');
  });

  it('opens another connection only when the streams of the first are used up', async () => {
    const { held, onRequest, until } = heldRequests();
    const server = await aServer({ onRequest, maxConcurrentStreams: 2 });
    const transport = aTransport(server.config);
    const bodies = Array.from({ length: 3 }, () => bodyOf(transport));
    await until(3);
    expect(server.connections.open).toBe(2);
    for (const response of held) response.end('ok');
    expect(await Promise.all(bodies)).toEqual(['ok', 'ok', 'ok']);
  });

  it('holds no connection to a server that takes no requests over it', async () => {
    const server = await aServer({ maxConcurrentStreams: 0 });
    const transport = aTransport(server.config);
    for (let i = 0; i < 3; i += 1) {
      await expect(bodyOf(transport)).rejects.toThrow('the server takes no requests');
    }
    expect(transport.connections).toBe(0);
  });

  it('after GOAWAY lets running requests end and takes a new connection for the next', async () => {
    const { held, onRequest, until } = heldRequests();
    const server = await aServer({ onRequest });
    const transport = aTransport(server.config);
    const first = bodyOf(transport);
    await until(1);
    for (const session of server.sessions) session.goaway();
    // The first thing that the client does after the GOAWAY shows that it has seen it.
    const [session] = server.sessions;
    await new Promise<void>((resolve) => {
      session?.ping(() => resolve());
    });
    const second = bodyOf(transport);
    await until(2);
    expect(server.connections.ever).toBe(2);
    for (const response of held) response.end('ok');
    expect(await Promise.all([first, second])).toEqual(['ok', 'ok']);
  });

  it('says of a broken connection that the request may have arrived, and connects again', async () => {
    const { held, onRequest, until } = heldRequests();
    const server = await aServer({ onRequest });
    const transport = aTransport(server.config);
    const broken = bodyOf(transport);
    await until(1);
    server.reset();
    await expect(broken).rejects.toMatchObject({ name: 'TransportError', mayHaveArrived: true });
    const next = bodyOf(transport);
    await until(2);
    held[1]?.end('ok');
    expect(await next).toBe('ok');
  });

  it('says of a stream that the server refused that the request has not arrived', async () => {
    const onRequest = (_request: Http2ServerRequest, { stream }: Http2ServerResponse): void =>
      stream.close(constants.NGHTTP2_REFUSED_STREAM);
    const transport = aTransport((await aServer({ onRequest })).config);
    await expect(bodyOf(transport)).rejects.toMatchObject({ name: 'TransportError', mayHaveArrived: false });
  });

  it('lets a slow reader slow down the server, instead of filling the memory', async () => {
    const chunk = Buffer.alloc(64 * 1024);
    let written = 0;
    const filled = Promise.withResolvers<void>();
    const server = await aServer({
      onRequest: (_request, response) => {
        response.on('error', () => {});
        while (response.write(chunk)) written += chunk.length;
        const writeOn = (): void => {
          while (response.write(chunk)) written += chunk.length;
        };
        response.on('drain', writeOn);
        response.stream.session?.ping(() => filled.resolve());
      },
    });
    const ending = new AbortController();
    const { body } = await aTransport(server.config).request(aRequest({ signal: ending.signal }));
    body.on('error', () => {});
    await filled.promise;
    await turns(200);
    expect(written).toBeLessThan(4 * 1024 * 1024);
    ending.abort(new Error('enough'));
  });

  it('ends a request with its signal and leaves the others alone', async () => {
    const { held, onRequest, until } = heldRequests();
    const server = await aServer({ onRequest });
    const transport = aTransport(server.config);
    const ending = new AbortController();
    const aborted = bodyOf(transport, aRequest({ signal: ending.signal }));
    const other = bodyOf(transport);
    await until(2);
    ending.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    for (const response of held) response.end('ok');
    expect(await other).toBe('ok');
    expect(server.connections.ever).toBe(1);
  });

  it('sends nothing that its gate refuses', async () => {
    const { held, onRequest } = heldRequests();
    const server = await aServer({ onRequest });
    const refuse = (): void => {
      throw new Error('refused');
    };
    await expect(bodyOf(aTransport(server.config), aRequest({ beforeSend: refuse }))).rejects.toThrow('refused');
    expect(held).toEqual([]);
  });

  it('gives up a peer that does not answer pings', async () => {
    const { onRequest, until } = heldRequests();
    const server = await aServer({ onRequest });
    const clock = new VirtualClock();
    const transport = aTransport(server.config, clock);
    const hanging = bodyOf(transport);
    hanging.catch(() => {});
    await until(1);
    server.freeze();
    clock.advance(30_000);
    clock.advance(15_000);
    await expect(hanging).rejects.toMatchObject({ mayHaveArrived: true });
    expect(transport.connections).toBe(0);
  });

  it('keeps a peer that answers pings', async () => {
    const { held, onRequest, until } = heldRequests();
    const server = await aServer({ onRequest });
    const clock = new VirtualClock();
    const body = bodyOf(aTransport(server.config, clock));
    await until(1);
    const [session] = server.sessions;
    for (let i = 0; i < 3; i += 1) {
      const pinged = new Promise((resolve) => session?.once('ping', resolve));
      clock.advance(30_000);
      await pinged;
      // The answer needs its way back before time goes on.
      await new Promise<void>((resolve) => {
        session?.ping(() => resolve());
      });
    }
    held[0]?.end('ok');
    expect(await body).toBe('ok');
  });

  it('connects anew after renew, and lets running requests end', async () => {
    const { held, onRequest, until } = heldRequests();
    const server = await aServer({ onRequest });
    const transport = aTransport(server.config);
    const first = bodyOf(transport);
    await until(1);
    transport.renew();
    const second = bodyOf(transport);
    await until(2);
    for (const response of held) response.end('ok');
    expect(await Promise.all([first, second])).toEqual(['ok', 'ok']);
    expect(server.connections.ever).toBe(2);
  });

  it('closes its connections', async () => {
    const server = await aServer();
    const transport = aTransport(server.config);
    await bodyOf(transport);
    const [session] = server.sessions;
    const closed = session === undefined ? undefined : once(session, 'close');
    transport.close();
    await closed;
    expect(server.sessions.size).toBe(0);
    await expect(bodyOf(transport)).rejects.toThrow('closed');
  });
});

describe('over HTTP/1.1', () => {
  it('speaks it to a server that knows nothing else, and uses connections again', async () => {
    const server = await aServer({ protocol: 'http/1.1' });
    const transport = aTransport(server.config);
    for (let i = 0; i < 3; i += 1) expect(await bodyOf(transport)).toBe('GET /x HTTP/1.1');
    // One to learn the protocol, one for the requests.
    expect(server.connections.ever).toBe(2);
  });

  it('sends a body', async () => {
    const onRequest: TlsServerOptions['onRequest'] = (request, response) => void request.pipe(response);
    const server = await aServer({ protocol: 'http/1.1', onRequest });
    expect(await bodyOf(aTransport(server.config), aRequest({ method: 'PUT', body: 'ä' }))).toBe('ä');
  });

  it('sends nothing that its gate refuses', async () => {
    const { held, onRequest } = heldRequests();
    const server = await aServer({ protocol: 'http/1.1', onRequest });
    const refuse = (): void => {
      throw new Error('refused');
    };
    const transport = aTransport(server.config);
    await expect(bodyOf(transport, aRequest({ method: 'POST', body: 'x', beforeSend: refuse }))).rejects.toThrow(
      'refused',
    );
    expect(held).toEqual([]);
  });

  it('says of a broken connection that the request may have arrived', async () => {
    const { onRequest, until } = heldRequests();
    const server = await aServer({ protocol: 'http/1.1', onRequest });
    const broken = bodyOf(aTransport(server.config));
    broken.catch(() => {});
    await until(1);
    server.reset();
    await expect(broken).rejects.toMatchObject({ name: 'TransportError', mayHaveArrived: true });
  });

  it('fails where the server changes to another protocol', async () => {
    const server = await aServer({
      protocol: 'http/1.1',
      onRequest: (_request, response) => {
        response.writeHead(101, { connection: 'upgrade', upgrade: 'other' });
        response.end();
      },
    });
    await expect(bodyOf(aTransport(server.config))).rejects.toMatchObject({
      name: 'TransportError',
      mayHaveArrived: true,
    });
  });

  it('ends a request with its signal', async () => {
    const { onRequest, until } = heldRequests();
    const server = await aServer({ protocol: 'http/1.1', onRequest });
    const ending = new AbortController();
    const aborted = bodyOf(aTransport(server.config), aRequest({ signal: ending.signal }));
    aborted.catch(() => {});
    await until(1);
    ending.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
  });
});

describe('a server that is away', () => {
  /** A port on which nobody listens. */
  async function aClosedPort(): Promise<number> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    return port;
  }

  it('is asked once however many wait, then after growing pauses', async () => {
    const clock = new VirtualClock();
    const server = new URL(`https://127.0.0.1:${await aClosedPort()}`);
    const transport = aTransport(aClusterConfig({ server }), clock);
    const failed = { status: 'rejected', reason: { name: 'TransportError', mayHaveArrived: false } };
    await bodyOf(transport).catch(() => {});
    for (const pauseMs of [100, 200, 400]) {
      const attempts = Promise.allSettled(Array.from({ length: 5 }, () => bodyOf(transport)));
      await turns();
      // One timer: all wait for the same pause.
      expect([clock.pending, clock.nextDueInMs]).toEqual([1, pauseMs]);
      clock.advance(pauseMs);
      for (const result of await attempts) expect(result).toMatchObject(failed);
    }
  });

  it('sees no storm, however long it is away and however many ask', async () => {
    let connections = 0;
    const broken = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    broken.listen(0, '127.0.0.1');
    await once(broken, 'listening');
    cleanUps.push(() => void broken.close());
    const clock = new VirtualClock();
    const { port } = broken.address() as AddressInfo;
    const transport = aTransport(aClusterConfig({ server: new URL(`https://127.0.0.1:${port}`) }), clock);
    await bodyOf(transport).catch(() => {});
    while (clock.monotonicMs() < 600_000) {
      const attempts = Promise.allSettled(Array.from({ length: 6 }, () => bodyOf(transport)));
      await turns();
      expect(clock.nextDueInMs).toBeLessThanOrEqual(15_000);
      clock.advance(clock.nextDueInMs ?? 0);
      await attempts;
    }
    // Eight while the pauses grow, then one in 15 s.
    expect(connections).toBeLessThan(55);
  });

  it('does not hold a request longer than its own signal', async () => {
    const clock = new VirtualClock();
    const server = new URL(`https://127.0.0.1:${await aClosedPort()}`);
    const transport = aTransport(aClusterConfig({ server }), clock);
    await bodyOf(transport).catch(() => {});
    const ending = new AbortController();
    const waiting = bodyOf(transport, aRequest({ signal: ending.signal }));
    await turns();
    ending.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });

  it('that accepts and says nothing is given up after 10 s', async () => {
    const silent = createServer(() => {});
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    cleanUps.push(() => void silent.close());
    const clock = new VirtualClock();
    const { port } = silent.address() as AddressInfo;
    const transport = aTransport(aClusterConfig({ server: new URL(`https://127.0.0.1:${port}`) }), clock);
    const hanging = bodyOf(transport);
    hanging.catch(() => {});
    await turns();
    clock.advance(10_000);
    await expect(hanging).rejects.toThrow('timed out');
  });

  it('whose certificate nobody vouches for is refused', async () => {
    const server = await aServer();
    const transport = aTransport({ ...server.config, certificateAuthority: undefined });
    await expect(bodyOf(transport)).rejects.toMatchObject({ mayHaveArrived: false });
    const trusting = aTransport({ ...server.config, certificateAuthority: undefined, verifyServer: false });
    expect(await bodyOf(trusting)).toBe('GET /x HTTP/2.0');
  });
});

describe('a server that is away for long', () => {
  const LONGEST_PAUSE_MS = 300_000;
  const { signal } = new AbortController();

  /** A transport to a server to which the way can be closed, in virtual time. */
  async function aWay(options: Partial<TlsServerOptions> = {}) {
    const server = await aServer(options);
    const passage = await Passage.to(Number(server.config.server.port));
    cleanUps.push(() => passage.close());
    const clock = new VirtualClock();
    const told: Reachability[] = [];
    const config = { ...server.config, server: new URL(`https://127.0.0.1:${passage.port}`) };
    const onReachability = (reachability: Reachability): void => void told.push(reachability);
    const transport = aTransport(config, clock, { longestPauseMs: LONGEST_PAUSE_MS, onReachability });
    const lose = async (): Promise<void> => {
      await bodyOf(transport);
      passage.refuse();
      await until('the connection is lost', () => transport.connections === 0 && passage.connections === 0);
    };
    /** Lets the pauses go by until time is `endMs`, with one attempt after each. */
    const passUntil = async (endMs: number): Promise<void> => {
      while (clock.monotonicMs() < endMs) {
        const pauseMs = Math.min(100 * 2 ** (passage.refusals - 1), LONGEST_PAUSE_MS);
        await until('the next pause begins', () => clock.nextDueInMs === pauseMs);
        const before = passage.refusals;
        clock.advance(clock.nextDueInMs ?? 0);
        await until('the attempt has failed', () => passage.refusals === before + 1);
      }
    };
    return { server, passage, clock, told, transport, lose, passUntil };
  }

  it('is looked for ever more rarely, once for all who wait, who go on together', async () => {
    const { passage, clock, told, transport, lose, passUntil } = await aWay();
    await lose();
    const waits = Promise.all(Array.from({ length: 7 }, () => transport.whenReachable(signal)));
    await until('the first attempt has failed', () => passage.refusals === 1);
    await passUntil(3_600_000);
    // Twelve while the pauses grow, in the first seven minutes; then one in five.
    expect(passage.refusals).toBeLessThan(25);
    await until('the next pause begins', () => clock.nextDueInMs === LONGEST_PAUSE_MS);
    passage.open();
    clock.advance(LONGEST_PAUSE_MS);
    expect(await waits).toEqual(Array.from({ length: 7 }, () => true));
    expect(passage.connections).toBe(1);
    await bodyOf(transport);
    expect(told).toEqual([
      { isReachable: false, problem: expect.stringContaining('cannot connect') },
      { isReachable: true, problem: undefined },
    ]);
  });

  it('is not waited for by requests once the pauses are long', async () => {
    const { passage, transport, lose, passUntil } = await aWay();
    await lose();
    const ending = new AbortController();
    const waiting = transport.whenReachable(ending.signal);
    await until('the first attempt has failed', () => passage.refusals === 1);
    await passUntil(30_000);
    await turns();
    const message = /^the server is away, and asked again in \d+ s$/;
    await expect(bodyOf(transport)).rejects.toMatchObject({
      message: expect.stringMatching(message),
      mayHaveArrived: false,
    });
    ending.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });

  it('is not told about when it was only restarted', async () => {
    const { passage, clock, told, transport, lose } = await aWay();
    await lose();
    const back = transport.whenReachable(signal);
    await until('the first attempt has failed', () => passage.refusals === 1);
    await until('the pause begins', () => clock.nextDueInMs === 100);
    passage.open();
    clock.advance(100);
    await back;
    await bodyOf(transport);
    expect(told).toEqual([]);
  });

  it('is away, too, when it takes connections and answers nothing', async () => {
    const onRequest = (_request: Http2ServerRequest, { stream }: Http2ServerResponse): void => {
      stream.session?.destroy();
    };
    const { clock, told, transport } = await aWay({ onRequest });
    const failed = { name: 'TransportError' };
    await expect(bodyOf(transport)).rejects.toMatchObject(failed);
    for (const pauseMs of [100, 200, 400, 800]) {
      const next = bodyOf(transport);
      next.catch(() => {});
      await until('the pause begins', () => clock.nextDueInMs === pauseMs);
      clock.advance(pauseMs);
      await expect(next).rejects.toMatchObject(failed);
    }
    expect(told).toEqual([{ isReachable: false, problem: 'connections break before anything is answered' }]);
  });

  it('is asked once for all over HTTP/1.1 as well', async () => {
    const { passage, clock, transport } = await aWay({ protocol: 'http/1.1' });
    await bodyOf(transport);
    expect(await transport.whenReachable(signal)).toBe(false);
    passage.refuse();
    await until('the connection is lost', () => passage.connections === 0);
    await bodyOf(transport).catch(() => {});
    const before = passage.refusals;
    const waits = Promise.all(Array.from({ length: 3 }, () => transport.whenReachable(signal)));
    await until('an attempt has failed', () => passage.refusals === before + 1);
    await until('the pause begins', () => clock.nextDueInMs === 100);
    passage.open();
    clock.advance(100);
    expect(await waits).toEqual([true, true, true]);
    expect(passage.refusals).toBe(before + 1);
    expect(await bodyOf(transport)).toBe('GET /x HTTP/1.1');
  });
});
