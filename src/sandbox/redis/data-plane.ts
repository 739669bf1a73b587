import { systemClock } from '../../util/clock.ts';
import type { Logger } from '../../util/log.ts';
import { type DataPlane, noDataPlane } from '../aws/elasticache/data-plane.ts';
import type { CertificateAuthority } from '../certificates.ts';
import { HOST } from './addresses.ts';
import { ResponderPlane } from './responder-plane.ts';
import { findServerBinary } from './server-binary.ts';
import { ServerPlane } from './server-plane.ts';

/**
 * What answers behind the endpoints of caches: `servers` are real Redis or Valkey servers (an error when none is
 * installed), `responder` a small one of our own, `auto` servers where they are installed and the responder elsewhere,
 * `off` nothing.
 */
export type RedisMode = 'auto' | 'servers' | 'responder' | 'off';

export interface DataPlaneDeps {
  /** Issues the certificates of the endpoints. */
  readonly authority: CertificateAuthority;
  /** A folder for files that live as long as the sandbox. */
  readonly folder: string;
  readonly log: Logger;
}

/** A data plane with an end. */
export interface RunningDataPlane extends DataPlane {
  /** In words, for people: `redis-server 7.0.15`. */
  readonly description: string;
  /** Ends every server and resolves when all are gone. Safe to repeat. */
  stop(): Promise<void>;
}

function off(): RunningDataPlane {
  return { ...noDataPlane, description: 'nothing', stop: async () => {} };
}

async function createResponders({ authority, log }: DataPlaneDeps): Promise<RunningDataPlane> {
  return new ResponderPlane({ certificate: await authority.issueServer(HOST, [HOST, 'localhost']), log });
}

/** *Throws* when `servers` are asked for and none is installed. */
export async function createDataPlane(mode: RedisMode, deps: DataPlaneDeps): Promise<RunningDataPlane> {
  if (mode === 'off') return off();
  if (mode === 'responder') return createResponders(deps);
  const binary = await findServerBinary(process.env['PATH'] ?? '');
  // Servers are real processes that live in real time, whatever clock the simulator has.
  if (binary) return ServerPlane.create({ ...deps, binary, clock: systemClock });
  if (mode === 'auto') return createResponders(deps);
  throw new Error('Neither redis-server nor valkey-server is on the PATH; install one or choose the responder');
}
