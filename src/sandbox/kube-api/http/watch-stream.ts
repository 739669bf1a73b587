import type { ServerResponse } from 'node:http';
import type { Target } from '../operations/api.ts';
import type { WatchEvent } from '../operations/watch.ts';
import { watch } from '../operations/watch.ts';
import type { Exchange, HandlerDeps } from './context.ts';
import { resourceRequestFrom } from './context.ts';
import { warningText } from './exchange.ts';
import { shaped } from './representation.ts';

/**
 * Answers a watch: one JSON document a line, for as long as the watch lasts.
 *
 * *Throws* a `StatusError` when it cannot start; nothing has been written then.
 */
export function startWatch(deps: HandlerDeps, exchange: Exchange, target: Target): void {
  const asked = resourceRequestFrom(deps, exchange, target);
  const { format } = asked;
  // Both kinds of response write and end alike; their signatures do not unite.
  const response = exchange.response as ServerResponse;
  const early: WatchEvent[] = [];
  let isOpen = false;
  let isOver = false;
  let columnsSent = false;
  const write = (event: WatchEvent): void => {
    const object = event.type === 'ERROR' ? event.object : shaped(asked, event.object, !columnsSent);
    columnsSent ||= event.type !== 'ERROR';
    response.write(`${JSON.stringify({ type: event.type, object })}\n`);
  };
  const finish = (): void => {
    isOver = true;
    // A watch that ends before it is open, with 410 as its only event, is not among the streams yet.
    if (!isOpen) return;
    deps.streams.delete(close);
    response.end();
  };
  const stop = watch(deps.api, target, asked.url.searchParams, {
    send: (event) => (isOpen ? write(event) : void early.push(event)),
    end: finish,
  });
  const close = (): void => {
    stop();
    finish();
  };
  response.statusCode = 200;
  response.setHeader(
    'content-type',
    format.as === 'object' ? 'application/json' : `application/json;as=${format.as};v=v1;g=meta.k8s.io`,
  );
  response.setHeader('cache-control', 'no-cache, private');
  const { deprecation } = target.resource;
  if (deprecation !== undefined) response.setHeader('warning', warningText(deprecation));
  response.flushHeaders();
  isOpen = true;
  for (const event of early) write(event);
  if (isOver) {
    response.end();
    return;
  }
  deps.streams.add(close);
  response.on('close', () => {
    stop();
    deps.streams.delete(close);
  });
}
