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
): Promise<readonly Finding[]> {
  const server = connection.config.server.origin;
  try {
    const version = await serverVersion(connection, call);
    const clock = clockFinding('the API server', transport.date, call.clock.now());
    return [good('kubernetes', `The API server ${server} is Kubernetes ${version}`), clock];
  } catch (error) {
    const advice =
      'Look whether the address is right, reachable from here (NetworkPolicy, firewall), and the credentials are valid';
    return [bad('kubernetes', `The API server ${server} does not answer: ${messageOf(error)}`, advice)];
  }
}
