import { type KubeConnection, type KubeSecret, secretKind } from '../../kube/index.ts';
import type { Activity } from '../../runtime/activity.ts';
import { Informer } from '../../runtime/informer.ts';
import type { RuntimeMetrics } from '../../runtime/index.ts';
import type { Clock } from '../../util/clock.ts';
import type { Logger } from '../../util/log.ts';

/** The name of the Secret is this, and that of the Scope. */
const NAME_PREFIX = 'kubeconfig-';
/** The key in it. */
export const KUBECONFIG_KEY = 'config';

export function kubeconfigNameOf(scope: string): string {
  return `${NAME_PREFIX}${scope}`;
}

export interface KubeconfigsDeps {
  readonly connection: KubeConnection;
  readonly namespace: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
  readonly metrics: RuntimeMetrics;
  readonly activity: Activity;
  /** Hears the name of a Scope when its kubeconfig comes, changes or goes. */
  readonly onChange: (scope: string) => void;
}

/**
 * The kubeconfigs of users' clusters, as the Secrets of the control plane's namespace hold them. No other Secret is kept in
 * memory, and of these nothing else.
 */
export class Kubeconfigs {
  readonly #informer: Informer<KubeSecret>;
  readonly #ending = new AbortController();
  readonly #namespace: string;
  #running: Promise<void> = Promise.resolve();

  constructor({ onChange, metrics, ...deps }: KubeconfigsDeps) {
    this.#namespace = deps.namespace;
    const { cluster } = deps.connection;
    this.#informer = new Informer<KubeSecret>(secretKind, {
      ...deps,
      keep: kept,
      onList: (reason) => metrics.listed(cluster, KIND, reason),
      onFollowing: (isFollowing) => metrics.followed(cluster, KIND, isFollowing),
    });
    this.#informer.subscribe(({ before, after }) => {
      const name = (after ?? before)?.metadata.name;
      if (name !== undefined) onChange(name.slice(NAME_PREFIX.length));
    });
  }

  /** Why they are not followed just now. */
  get problem(): string | undefined {
    return this.#informer.problem;
  }

  /** The kubeconfig of the cluster of a Scope; empty where its Secret has none in the key. */
  of(scope: string): string | undefined {
    const secret = this.#informer.get({ namespace: this.#namespace, name: kubeconfigNameOf(scope) });
    return secret && Buffer.from(secret.data?.[KUBECONFIG_KEY] ?? '', 'base64').toString('utf8');
  }

  /** Resolves when all that there was at `revision` is known; by default, what there was at the start. */
  whenObserved(revision: string | undefined, signal: AbortSignal): Promise<void> {
    return this.#informer.whenObserved(revision, signal);
  }

  start(): void {
    this.#running = this.#informer.run(this.#ending.signal);
  }

  async stop(): Promise<void> {
    this.#ending.abort(new Error('Kubeconfigs are no longer followed'));
    await this.#running;
  }
}

/** What metrics call them: Secrets are followed for other reasons, too. */
const KIND = 'secrets/kubeconfig';

function kept({ apiVersion, kind, metadata, data }: KubeSecret): KubeSecret | undefined {
  const { name, namespace = '', uid, resourceVersion } = metadata;
  if (!name.startsWith(NAME_PREFIX)) return undefined;
  const config = data?.[KUBECONFIG_KEY];
  const only = config === undefined ? {} : { data: { [KUBECONFIG_KEY]: config } };
  return { apiVersion, kind, metadata: { name, namespace, uid, resourceVersion }, ...only };
}
