import type { HttpRequest, HttpResponse, Transport } from '../../kube/index.ts';
import type { KubeConnection } from '../../kube/connection.ts';
import { serverVersion } from '../../kube/server-version.ts';
import type { Call } from '../../util/call.ts';
import { clockFinding } from './clock.ts';
import { bad, type Finding, good } from './finding.ts';
import { messageOf } from '../../util/error-message.ts';

/** A way to a cluster that remembers the time of the last answer. */
export class DatedTransport implements Transport {
  /** The header `Date`. */
  date: string | undefined;
  readonly #inner: Transport;

  constructor(inner: Transport) {
    this.#inner = inner;
  }

  async request(request: HttpRequest): Promise<HttpResponse> {
    const response = await this.#inner.request(request);
    this.date = response.header('date');
    return response;
  }

  whenReachable(signal: AbortSignal): Promise<boolean> {
    return this.#inner.whenReachable(signal);
  }

  renew(): void {
    this.#inner.renew();
  }

  close(): void {
    this.#inner.close();
  }
}

/** Whether the API server answers, and what time it has there. */
export async function checkKubernetes(
  connection: KubeConnection,
  transport: DatedTransport,
  call: Call,
): Promise<{ readonly isReached: boolean; readonly findings: readonly Finding[] }> {
  const server = connection.config.server.origin;
  try {
    const version = await serverVersion(connection, call);
    const clock = clockFinding('the API server', transport.date, call.clock.now());
    return { isReached: true, findings: [versionFinding(server, version), clock] };
  } catch (error) {
    const advice =
      'Look whether the address is right, reachable from here (NetworkPolicy, firewall), and the credentials are valid';
    const finding = bad('kubernetes', `The API server ${server} does not answer: ${messageOf(error)}`, advice);
    return { isReached: false, findings: [finding] };
  }
}

/**
 * The oldest Kubernetes 1.x that takes the rules of our kinds, which speak of CIDRs: CEL has that library since 1.30,
 * for new rules since 1.31.
 */
export const OLDEST_MINOR = 31;

export function versionFinding(server: string, version: string): Finding {
  const message = `The API server ${server} is Kubernetes ${version}`;
  const minor = Number(/^v?1\.(\d+)/.exec(version)?.[1] ?? Infinity);
  if (minor >= OLDEST_MINOR) return good('kubernetes', message);
  return bad('kubernetes', message, `Bring the cluster to Kubernetes 1.${OLDEST_MINOR} or newer`);
}
