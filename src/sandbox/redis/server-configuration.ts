/** What a real server is told at its start. */
import type { Clock } from '../../util/clock.ts';
import { HOST } from './addresses.ts';
import type { ServerBinary } from './server-binary.ts';
import type { Watchdog } from './watchdog.ts';
import { BUS_OFFSET } from './ports.ts';

/** Paths of the files that all servers of a sandbox share. */
export interface TlsFiles {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
  /** Nodes of a cluster show each other this one: the bus wants both sides to have one. */
  readonly clientCertificate: string;
  readonly clientKey: string;
}

export interface ServerDeps {
  readonly binary: ServerBinary;
  readonly tls: TlsFiles;
  readonly folder: string;
  readonly adminPassword: string;
  readonly watchdog: Watchdog;
  readonly clock: Clock;
}

/** Where a server listens and keeps its files. */
export interface ServerPlace {
  readonly port: number;
  readonly folder: string;
}

export interface ServerWish {
  readonly id: string;
  readonly isClustered: boolean;
  readonly isTransitEncrypted: boolean;
}

export const ADMIN = 'sandbox';

function clusterLines(port: number, isTransitEncrypted: boolean, { major }: ServerBinary): string[] {
  return [
    'cluster-enabled yes',
    'cluster-config-file nodes.conf',
    'cluster-node-timeout 5000',
    'cluster-require-full-coverage no',
    `cluster-announce-ip ${HOST}`,
    `cluster-announce-${isTransitEncrypted ? 'tls-port' : 'port'} ${port}`,
    `cluster-announce-bus-port ${port + BUS_OFFSET}`,
    ...(isTransitEncrypted ? ['tls-cluster yes'] : []),
    // Replicas stay where the simulated AWS says that they are.
    ...(major >= 7 ? ['cluster-allow-replica-migration no'] : []),
  ];
}

function tlsLines(port: number, { ca, certificate, key, clientCertificate, clientKey }: TlsFiles): string[] {
  return [
    'port 0',
    `tls-port ${port}`,
    `tls-ca-cert-file ${ca}`,
    `tls-cert-file ${certificate}`,
    `tls-key-file ${key}`,
    `tls-client-cert-file ${clientCertificate}`,
    `tls-client-key-file ${clientKey}`,
    'tls-auth-clients no',
    'tls-replication yes',
  ];
}

/** Nobody but us gets in until the tokens are set; those never stand in a file. */
export function configuration({ port, folder }: ServerPlace, wish: ServerWish, deps: ServerDeps): string {
  const { tls, adminPassword, binary } = deps;
  return [
    ...(wish.isTransitEncrypted ? tlsLines(port, tls) : [`port ${port}`]),
    `bind ${HOST}`,
    'protected-mode no',
    `dir ${folder}`,
    'unixsocket s',
    'unixsocketperm 700',
    'logfile log',
    'daemonize no',
    'save ""',
    'appendonly no',
    'repl-diskless-sync yes',
    'repl-diskless-sync-delay 0',
    `user ${ADMIN} on >${adminPassword} ~* &* +@all`,
    'user default off',
    `masteruser ${ADMIN}`,
    `masterauth ${adminPassword}`,
    ...(wish.isClustered ? clusterLines(port, wish.isTransitEncrypted, binary) : []),
    '',
  ].join('\n');
}
