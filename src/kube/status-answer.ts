import type { Subresource } from './operation.ts';
import { type FieldCause, KubeApiError } from './errors.ts';
import type { HttpResponse } from './transport/transport.ts';

interface Asked {
  readonly verb: string;
  readonly resource: string;
  readonly subresource?: Subresource | undefined;
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  readonly mayQuote: boolean;
}

/** What a server's refusal says, read from its `Status`, or from the HTTP status when something else answered. */
export function errorFromAnswer(response: HttpResponse, body: string, asked: Asked): KubeApiError {
  return errorFromStatus(parseStatus(body), response.status, asked, retryAfterMs(response));
}

/** The same for a `Status` that came as an event of a watch. */
export function errorFromStatus(
  status: Readonly<Record<string, unknown>>,
  httpStatus: number,
  asked: Asked,
  retryAfter?: number,
): KubeApiError {
  const details = recordOf(status['details']);
  const seconds = details['retryAfterSeconds'];
  const waitMs = retryAfter ?? (typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : undefined);
  const code = typeof status['code'] === 'number' ? status['code'] : httpStatus;
  return new KubeApiError({
    ...asked,
    code,
    reason: textOf(status['reason']) ?? `HTTP${code}`,
    causes: causesOf(details['causes'], asked.mayQuote),
    ...(asked.mayQuote && { detail: textOf(status['message']) ?? 'no message' }),
    ...(waitMs !== undefined && { retryAfterMs: waitMs }),
  });
}

function parseStatus(body: string): Readonly<Record<string, unknown>> {
  try {
    const parsed = recordOf(JSON.parse(body));
    return parsed['kind'] === 'Status' ? parsed : {};
  } catch {
    // A proxy or load balancer answered: its page says nothing beyond the HTTP status.
    return {};
  }
}

/** Reason and field are words of the API and needed to classify; only the message may quote what was sent. */
function causesOf(value: unknown, mayQuote: boolean): readonly FieldCause[] {
  if (!Array.isArray(value)) return [];
  return value.map((entry: unknown) => {
    const cause = recordOf(entry);
    const part = (key: string): string => textOf(cause[key]) ?? '';
    return { field: part('field'), reason: part('reason'), message: mayQuote ? part('message') : '' };
  });
}

/** `Retry-After` in seconds; the other form, a date, is not used by API servers. */
function retryAfterMs(response: HttpResponse): number | undefined {
  const seconds = Number(response.header('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  // A record of unknowns claims nothing about its fields.
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
