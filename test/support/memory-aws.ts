import type { AwsDeps } from '../../src/aws/index.ts';
import type { AwsSimulator } from '../../src/sandbox/aws/server.ts';
import { createInTurn } from './in-turn.ts';

type Transport = NonNullable<AwsDeps['transport']>;
type Request = Parameters<Transport['handle']>[0];
type Handled = Parameters<AwsSimulator['answer']>[0];

/** The way of an SDK client to a simulator in the same process: no socket, so that nothing takes real time. */
export function memoryAws(simulator: Pick<AwsSimulator, 'answer'>): Transport {
  const inTurn = createInTurn();
  return {
    metadata: { handlerProtocol: 'memory' },
    destroy: () => {},
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
    handle: async (request, { abortSignal, beforeSocket }: SendParts = {}) => {
      const handled = handledFrom(request);
      const answer = await inTurn(nameOf(handled), async () => {
        abortSignal?.throwIfAborted();
        beforeSocket?.();
        return simulator.answer(handled);
      });
      // As Node.js says it of a connection that was cut.
      if (answer === undefined) throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
      const { status, contentType, requestId, nowMs, body } = answer;
      const date = new Date(nowMs).toUTCString();
      const headers = { 'content-type': contentType, 'x-amzn-requestid': requestId, date };
      return { response: { statusCode: status, headers, body: Buffer.from(body) } };
    },
  };
}

/** What is asked, in the words of the wire: of two requests of one turn the same one goes first each time. */
function nameOf({ headers, body }: Handled): string {
  return `${headers['x-amz-target'] ?? ''} ${Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')}`;
}

interface SendParts {
  readonly abortSignal?: AbortSignal;
  readonly beforeSocket?: () => void;
}

function handledFrom({ method, path, headers, body }: Request): Handled {
  const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  const isBytes = body instanceof Uint8Array;
  const bytes = isBytes ? Buffer.from(body.buffer, body.byteOffset, body.byteLength) : Buffer.from(String(body ?? ''));
  return { method, path, query: '', headers: Object.fromEntries(lowerCase) as Handled['headers'], body: bytes };
}
