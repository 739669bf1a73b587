import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import type { Registry } from 'prom-client';
import { listen } from '../util/listen.ts';

/** What the endpoints tell. */
export interface HealthSources {
  /** Whether work can be done: workers run and all objects are known. A `Manager` has it. */
  readonly isReady: boolean;
  /** What is amiss, a sentence each, also while ready. A `Manager` has it. */
  readonly problems: readonly string[];
}

/** What is served, and where. */
export interface HealthServerOptions {
  readonly sources: HealthSources;
  readonly registry: Registry;
  /** 0 takes any free port. */
  readonly port: number;
  /** Default: all interfaces, because kubelet and Prometheus come from outside. */
  readonly host?: string;
}

/** A running server of health and metrics. */
export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * The endpoints' answers, without a server.
 *
 * - `GET /healthz`: 200 as long as the event loop turns. It does not look at API servers: a restart would not mend them.
 * - `GET /readyz`: 200 when ready, else 503; its text names what is amiss.
 * - `GET /metrics`: Prometheus text.
 */
export function createHealthApp(sources: HealthSources, registry: Registry): Hono {
  const app = new Hono();
  app.get('/healthz', (c) => c.text('ok'));
  app.get('/readyz', (c) => {
    const lines = [sources.isReady ? 'ready' : 'not ready', ...sources.problems];
    return c.text(lines.join('\n'), sources.isReady ? 200 : 503);
  });
  app.get('/metrics', async (c) => c.text(await registry.metrics(), 200, { 'content-type': registry.contentType }));
  return app;
}

/** Serves {@link createHealthApp}. *Throws* when the port is taken. */
export async function startHealthServer(options: HealthServerOptions): Promise<HealthServer> {
  const app = createHealthApp(options.sources, options.registry);
  const answer = getRequestListener(app.fetch);
  // It answers errors by itself, so its promise never rejects.
  const server = createServer((request, response) => void answer(request, response));
  return { port: await listen(server, options), close: () => closed(server) };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    // Scrapers keep their connections; waiting for them would hold up the exit.
    server.closeAllConnections();
  });
}
