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
  /** Whether somebody has asked for the Scope, and there were several: without objects of users it does not matter. */
  #isUndecided = false;

  constructor(deps: SingleClusterDeps) {
    this.#deps = deps;
  }

  /** What keeps objects of users from being served. */
  get problem(): string | undefined {
    return this.#isUndecided ? `${this.#deps.namespace} has several Scopes; ${ADVICE}` : undefined;
  }

  scopeOf(cluster: string): Scope | undefined {
    if (cluster !== this.#deps.controlPlane().name) return undefined;
    const [scope, another] = this.#candidates();
    this.#setUndecided(another !== undefined);
    return another === undefined ? scope : undefined;
  }

  clusterOf({ namespace, name }: NamespacedName): string | undefined {
    const [scope, another] = namespace === this.#deps.namespace ? this.#candidates() : [];
    const isIt = another === undefined && scope?.metadata.name === name;
    return isIt ? this.#deps.controlPlane().name : undefined;
  }

  #candidates(): readonly Scope[] {
    const { controlPlane, namespace, scope } = this.#deps;
    const scopes = controlPlane().cache(scopeKind);
    if (scope === undefined) return scopes.list(namespace);
    const named = scopes.get({ namespace, name: scope });
    return named === undefined ? [] : [named];
  }

  #setUndecided(isUndecided: boolean): void {
    if (isUndecided && !this.#isUndecided) {
      this.#deps.log.error({ namespace: this.#deps.namespace }, `There are several Scopes: ${ADVICE}`);
    }
    this.#isUndecided = isUndecided;
  }
}

const ADVICE =
  'say by --clusters-scope which is that of the objects of cloud-resources.kyma-project.io in this cluster';
