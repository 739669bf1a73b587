import type { Identity, Material } from './identity.ts';

/** How one API server is reached, and as whom. */
export interface ClusterConfig {
  /** What the cluster is called in keys, logs and metrics; the context's name unless changed. */
  readonly name: string;
  /** May hold a path, which then precedes every request's. */
  readonly server: URL;
  readonly defaultNamespace: string;
  readonly certificateAuthority: Material | undefined;
  readonly verifyServer: boolean;
  /** The name that the server's certificate must bear, when it is not the host of `server`. */
  readonly serverName: string | undefined;
  readonly identity: Identity;
}
