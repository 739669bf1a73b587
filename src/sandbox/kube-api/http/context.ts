import type { Cancel } from '../../../util/clock.ts';
import type { Logger } from '../../../util/log.ts';
import type { Access } from '../access/reviews.ts';
import type { User } from '../access/user.ts';
import type { FaultPlan } from '../faults.ts';
import type { Journal } from '../journal.ts';
import type { Api, Target } from '../operations/api.ts';
import type { Authenticator } from './authenticate.ts';
import type { Request, Response } from './exchange.ts';
import type { Format } from './negotiate.ts';
import { formatFrom } from './negotiate.ts';

/** What the handler of requests needs. */
export interface HandlerDeps {
  readonly api: Api;
  readonly log: Logger;
  readonly authenticator: Authenticator;
  readonly access: Access;
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
  /** Who asks, or is impersonated. */
  readonly user: User;
}

/** A request about a resource, and in which form its answer is wanted. */
export interface ResourceRequest extends Pick<Exchange, 'request' | 'url' | 'body' | 'user'> {
  readonly api: Api;
  readonly access: Access;
  readonly target: Target;
  readonly format: Format;
}

export function resourceRequestFrom({ api, access }: HandlerDeps, exchange: Exchange, target: Target): ResourceRequest {
  const { request, url, body, user } = exchange;
  return { request, url, body, user, api, access, target, format: formatFrom(request.headers.accept) };
}
