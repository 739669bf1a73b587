import type { Logger } from '../../util/log.ts';
import { type DataPlane, noDataPlane } from '../aws/elasticache/data-plane.ts';
import type { CertificateAuthority } from '../certificates.ts';

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

export async function createDataPlane(_mode: RedisMode, _deps: DataPlaneDeps): Promise<RunningDataPlane> {
  return { ...noDataPlane, description: 'nothing', stop: async () => {} };
}
