import { type Scope, scopeKind } from '../../api/index.ts';
import { ANNOTATIONS } from '../../api/names.ts';
import type { NamespacedName } from '../../kube/index.ts';
import type { Planes } from '../../reconcilers/cloud-resources/common/planes.ts';
import { recordedUidOf } from '../../reconcilers/common/indexes.ts';
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
  /** Whether it was told why none is served, to who asked: without objects of users it does not matter. */
  #isTold = false;

  constructor(deps: SingleClusterDeps) {
    this.#deps = deps;
  }

  /** What keeps objects of users from being served. */
  get problem(): string | undefined {
    return this.#isTold ? this.#troubleWith(this.#candidates()) : undefined;
  }

  scopeOf(cluster: string): Scope | undefined {
    if (cluster !== this.#deps.controlPlane().name) return undefined;
    const candidates = this.#candidates();
    const trouble = this.#troubleWith(candidates);
    if (trouble !== undefined && !this.#isTold) this.#deps.log.error({ problem: trouble }, NOT_SERVED);
    this.#isTold = trouble !== undefined;
    return trouble === undefined ? candidates[0] : undefined;
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

  /**
   * A Scope that is recorded for another cluster is that one's: what was made for its objects would be taken for left behind, and
   * be deleted with all data.
   */
  #troubleWith([scope, another]: readonly Scope[]): string | undefined {
    const { namespace } = this.#deps;
    if (another !== undefined) return `${namespace} has several Scopes; ${WHICH_SCOPE}`;
    const isOfAnother = scope !== undefined && recordedUidOf(scope) !== undefined;
    return isOfAnother
      ? `Scope ${namespace}/${scope.metadata.name} is that of another cluster; ${WHICH_MODE}`
      : undefined;
  }
}

const NOT_SERVED = 'The objects of users in this cluster are not served';

const WHICH_SCOPE =
  'say by --clusters-scope which is that of the objects of cloud-resources.kyma-project.io in this cluster';

const WHICH_MODE =
  'say --clusters remote to serve that one. If the Scope is for this cluster from now on, take the annotation ' +
  `${ANNOTATIONS.clusterUid} off it: what was made for objects that this cluster does not have is deleted then`;
