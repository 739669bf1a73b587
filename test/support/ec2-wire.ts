import { Readable } from 'node:stream';
import { Connection, type ConnectionDeps } from '../../src/aws/connection.ts';
import { createDoor } from '../../src/aws/door.ts';
import { createEc2Client } from '../../src/aws/ec2/create-client.ts';
import { createPeeringClient } from '../../src/aws/ec2/create-peering-client.ts';
import type { Ec2Client, PeeringClient } from '../../src/aws/index.ts';
import { readPlainXml } from '../../src/aws/plain-xml.ts';
import { RateLimiter } from '../../src/aws/rate-limiter.ts';
import { silentLogger } from '../../src/util/log.ts';
import { VirtualClock } from '../../src/util/virtual-clock.ts';
import { aCall } from './pass.ts';

/** A request as it went over the wire, without what all have. */
export type Form = Readonly<Record<string, string>>;

export interface Ec2Wire {
  readonly ec2: Ec2Client;
  readonly peering: PeeringClient;
  readonly asked: readonly Form[];
  /** Waits for what is asked, and lets the window of batched questions pass. */
  readonly inTime: <T>(work: Promise<T>) => Promise<T>;
}

/** What is answered to an operation: what stands in the answer's root, or the code of an error. */
export type Answer = string | { readonly code: string } | ((form: Form) => string | { readonly code: string });

const REQUEST_ID = '<requestId>59dbff89-35bd-4eac-99ed-be587example</requestId>';

function documentOf(operation: string, answer: string | { readonly code: string }): string {
  if (typeof answer !== 'string') {
    const error = `<Error><Code>${answer.code}</Code><Message>no</Message></Error>`;
    return `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors>${error}</Errors><RequestID>1</RequestID></Response>`;
  }
  const root = `${operation}Response`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">\n  ${REQUEST_ID}\n  ${answer.trim()}\n</${root}>`;
}

/**
 * The clients of EC2 in front of a scripted wire: requests and answers are those of AWS, letter by letter.
 *
 * *Throws* for an answer that our reader of XML would leave to the SDK.
 */
export function anEc2Wire(answers: Readonly<Record<string, Answer>>): Ec2Wire {
  const clock = new VirtualClock();
  const asked: Form[] = [];
  const door = createDoor({
    clock,
    onCall: () => {},
    limiter: new RateLimiter(clock),
    requestTimeoutMs: 15_000,
    closed: new AbortController().signal,
    random: () => 0,
  });
  const transport: ConnectionDeps['transport'] = {
    metadata: { handlerProtocol: 'http/1.1' },
    destroy: () => {},
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
    handle: async ({ body }) => {
      const { Action = '', Version, ...form } = Object.fromEntries(new URLSearchParams(String(body)));
      asked.push({ Action, ...form });
      const script = answers[Action];
      if (script === undefined) throw new Error(`nobody expected ${Action}`);
      const answer = typeof script === 'function' ? script(form) : script;
      const xml = documentOf(Action, answer);
      if (readPlainXml(xml) === undefined) throw new Error(`the answer to ${Action} ${Version} is not plain`);
      const statusCode = typeof answer === 'string' ? 200 : 400;
      return { response: { statusCode, headers: {}, body: Readable.from([Buffer.from(xml)]) } };
    },
  };
  const credentials: ConnectionDeps['credentials'] = {
    get: () => Promise.resolve({ accessKeyId: 'key', secretAccessKey: 'secret' }),
    forget: () => false,
  };
  const target = { accountId: '111122223333', region: 'eu-central-1', roleArn: undefined };
  const connection = new Connection(target, { clock, door, transport, credentials, options: {} });
  const deps = { clock, log: silentLogger };
  return {
    ec2: createEc2Client(connection, aCall({ clock }), deps),
    peering: createPeeringClient(connection, aCall({ clock }), deps),
    asked,
    inTime: (work) => {
      // A second list of the same kind rests first.
      clock.advance(10_000);
      return work;
    },
  };
}
