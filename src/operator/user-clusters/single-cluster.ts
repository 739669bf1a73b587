import { type Scope, scopeKind } from '../../api/index.ts';
import type { NamespacedName } from '../../kube/index.ts';
import type { Planes } from '../../reconcilers/cloud-resources/common/planes.ts';
import type { Logger } from '../../util/log.ts';

/** What {@link Planes} ask of whoever knows the clusters of users. */
export type ClustersOfScopes = Pick<Planes, 'scopeOf' | 'clusterOf'>;

export interface SingleClusterDeps extends Pick<Planes, 'controlPlane' | 'namespace'> {
  /** The Scope of the users' objects. Undefined: the only one of the namespace. */
  readonly scope: string | undefined;
  readonly log: Logger;
}

/** The control plane, when users write their objects there. */
export class SingleCluster implements ClustersOfScopes {
  readonly #deps: SingleClusterDeps;
  /** Whether it was told that there are several, to who asked: without objects of users it does not matter. */
  #isTold = false;

  constructor(deps: SingleClusterDeps) {
    this.#deps = deps;
  }

  /** What keeps objects of users from being served. */
  get problem(): string | undefined {
    const isUndecided = this.#isTold && this.#candidates().length > 1;
    return isUndecided ? `${this.#deps.namespace} has several Scopes; ${ADVICE}` : undefined;
  }

  scopeOf(cluster: string): Scope | undefined {
    if (cluster !== this.#deps.controlPlane().name) return undefined;
    const [scope, another] = this.#candidates();
    if (another !== undefined) this.#tellOnce();
    else this.#isTold = false;
    return another === undefined ? scope : undefined;
  }

  /** Also of one among several, or that is gone: whether there are several concerns all. */
  clusterOf({ namespace, name }: NamespacedName): string | undefined {
    const { controlPlane, namespace: ours, scope = name } = this.#deps;
    return namespace === ours && name === scope ? controlPlane().name : undefined;
  }

  #candidates(): readonly Scope[] {
    const { controlPlane, namespace, scope } = this.#deps;
    const scopes = controlPlane().cache(scopeKind);
    if (scope === undefined) return scopes.list(namespace);
    const named = scopes.get({ namespace, name: scope });
    return named === undefined ? [] : [named];
  }

  #tellOnce(): void {
    const { log, namespace } = this.#deps;
    if (!this.#isTold) log.error({ namespace }, `There are several Scopes: ${ADVICE}`);
    this.#isTold = true;
  }
}

const ADVICE =
  'say by --clusters-scope which is that of the objects of cloud-resources.kyma-project.io in this cluster';
