import {
  createKubeClient,
  type KubeConnection,
  type KubeInput,
  type KubeLease,
  leaseKind,
  type Permission,
} from '../../kube/index.ts';
import type { Authority } from '../../util/call.ts';
import type { Clock } from '../../util/clock.ts';
import type { Logger } from '../../util/log.ts';

/** Leases, as far as replicas touch them. All *throw* `KubeApiError`; a lease was changed meanwhile: `isConflict`. */
export interface LeaseStore {
  list(): Promise<readonly KubeLease[]>;
  find(name: string): Promise<KubeLease | undefined>;
  create(lease: KubeInput<KubeLease>): Promise<KubeLease>;
  /** Compares and swaps by the version of `lease`. */
  update(lease: KubeLease): Promise<KubeLease>;
  /** Deletes this version of `lease`; no error when it is gone. */
  delete(lease: KubeLease): Promise<void>;
}

export interface LeaseStoreOptions {
  /** Leases have one of their own: a renewal must not wait behind anything. */
  readonly connection: KubeConnection;
  readonly clock: Clock;
  readonly log: Logger;
  readonly namespace: string;
  readonly labelSelector: string;
  /** Of one request, its repetitions included: so short that a renewal can be tried again in time. */
  readonly timeoutMs: number;
  /** What bounds renewing itself: not the leases, but the right of the whole program to write. */
  readonly authority: Authority;
}

/** What a {@link LeaseStore} asks. */
export const leasePermissions: Permission = {
  kind: leaseKind,
  verbs: ['list', 'get', 'create', 'update', 'delete'],
  isOwnNamespace: true,
};

/** Leases in a namespace of an API server. A request takes no longer than `timeoutMs`. */
export function createLeaseStore(options: LeaseStoreOptions): LeaseStore {
  const { connection, clock, log, namespace, labelSelector, timeoutMs, authority } = options;
  const { signal } = new AbortController();
  const caller = { kind: 'Lease', namespace, name: labelSelector };
  const client = () =>
    createKubeClient(connection, {
      signal,
      deadlineMs: clock.monotonicMs() + timeoutMs,
      clock,
      log,
      caller,
      mode: 'apply',
      authority,
    });
  return {
    list: async () => (await client().list(leaseKind, { namespace, labelSelector })).items,
    find: (name) => client().find(leaseKind, { namespace, name }),
    create: (lease) => client().create(leaseKind, lease),
    update: (lease) => client().update(leaseKind, lease),
    delete: ({ metadata }) => {
      const { resourceVersion, uid } = metadata;
      return client().delete(leaseKind, metadata, { resourceVersion, uid });
    },
  };
}
