import { type Scope } from '../../src/api/cloud-control/v1beta1/scope.ts';
import { type Action, runPipeline, type Stop } from '../../src/composed/index.ts';
import type { KubeObject, ResourceKind } from '../../src/kube/index.ts';
import { COUNTERPART_KINDS } from '../../src/reconcilers/cloud-resources/common/counterpart-kinds.ts';
import type { Planes } from '../../src/reconcilers/cloud-resources/common/planes.ts';
import type { UserObject, UserObjectState } from '../../src/reconcilers/cloud-resources/common/user-object.ts';
import { REMOTE_INDEX, remoteIndexValues } from '../../src/reconcilers/common/indexes.ts';
import { createObjectState } from '../../src/reconcilers/common/object-state.ts';
import type { StatusInput } from '../../src/runtime/index.ts';
import { VirtualClock } from '../../src/util/virtual-clock.ts';
import { aScope } from './cloud-control.ts';
import { createMemoryCluster, type MemoryCluster } from './memory-cluster.ts';
import { aPass } from './pass.ts';

type Index = (object: KubeObject) => readonly string[];

/** A user's cluster and the control plane in memory: pipelines of the user's side without controllers. */
export interface UserWorld {
  readonly clock: VirtualClock;
  readonly user: MemoryCluster;
  readonly controlPlane: MemoryCluster;
  /** What the control plane knows the cluster as; undefined: there is none. */
  scope: Scope | undefined;
  /** What a pass over this object starts with, as it is now. */
  stateOf<O extends UserObject>(kind: ResourceKind<O>, name: string, namespace?: string): UserObjectState<O>;
  /** One pass, with the status that it comes to. */
  pass<S extends UserObjectState>(
    state: S,
    pipeline: Action<S>,
    statusOf?: (state: S) => StatusInput,
  ): Promise<{ readonly stop: Stop; readonly state: S }>;
}

export const USER_CLUSTER = 'kcp-system/demo';

/** @param indexes - Those of kinds of the user's cluster. */
export function createUserWorld(indexes: Readonly<Record<string, Readonly<Record<string, Index>>>> = {}): UserWorld {
  const clock = new VirtualClock();
  // What was made for users has a Scope, and all that have one can be indexed by it.
  const ofRemote = { [REMOTE_INDEX]: remoteIndexValues as unknown as Index };
  const world: UserWorld = {
    clock,
    user: createMemoryCluster(indexes, clock),
    controlPlane: createMemoryCluster(Object.fromEntries(COUNTERPART_KINDS.map(({ kind }) => [kind, ofRemote])), clock),
    scope: aScope(),
    stateOf: (kind, name, namespace) => {
      const object = world.user.find(kind, name, namespace);
      if (object === undefined) throw new Error(`There is no ${kind.kind} ${name}`);
      return Object.assign(createObjectState(kind, object, world.user), {
        clusterName: USER_CLUSTER,
        controlPlane: world.controlPlane,
        planes: planesOf(world),
      });
    },
    pass: async (state, pipeline, statusOf) => {
      const { kind, object } = state;
      const stop = await runPipeline(pipeline, state, aPass({ clock }));
      if (statusOf !== undefined) {
        world.user.setStatus(kind, object.metadata.name, statusOf(state), object.metadata.namespace);
      }
      return { stop, state };
    },
  };
  return world;
}

function planesOf(world: UserWorld): Planes {
  return {
    controlPlane: () => {
      throw new Error('There is no runtime here');
    },
    namespace: 'kcp-system',
    scopeOf: (cluster) => (cluster === USER_CLUSTER ? world.scope : undefined),
    clusterOf: ({ name }) => (name === world.scope?.metadata.name ? USER_CLUSTER : undefined),
  };
}
