import type { Cancel } from '../../../util/clock.ts';
import type { Logger } from '../../../util/log.ts';
import type { FaultPlan } from '../faults.ts';
import type { Journal } from '../journal.ts';
import type { Api } from '../operations/api.ts';
import type { Authenticator } from './authenticate.ts';
import type { Request, Response } from './exchange.ts';

/** What the handler of requests needs. */
export interface HandlerDeps {
  readonly api: Api;
  readonly log: Logger;
  readonly authenticator: Authenticator;
  readonly faults: FaultPlan;
  readonly journal: Journal;
  readonly address: string;
  /** Streams that are open: closing them all is how watches end from the server's side. */
  readonly streams: Set<Cancel>;
  /** Aborts when the server stops. */
  readonly signal: AbortSignal;
}

/** One request on its way. */
export interface Exchange {
  readonly request: Request;
  readonly response: Response;
  readonly url: URL;
  readonly body: Buffer;
}
