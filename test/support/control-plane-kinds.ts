import { CONTROL_PLANE_KINDS } from '../../src/api/index.ts';
import { stopAndForget } from '../../src/composed/index.ts';
import {
  type MadeForRemote,
  REMOTE_INDEX,
  remoteIndexValues,
  SCOPE_INDEX,
} from '../../src/reconcilers/common/indexes.ts';
import type { ResourceKind } from '../../src/kube/index.ts';
import { type Controller, controller } from '../../src/runtime/index.ts';

const indexes = {
  [REMOTE_INDEX]: (object: MadeForRemote) => (object.spec.scope === undefined ? [] : remoteIndexValues(object)),
  [SCOPE_INDEX]: ({ metadata, spec }: MadeForRemote) => [`${metadata.namespace}/${spec.scope?.name}`],
};

/** Follow all kinds of the control plane as its controllers do, and do nothing: its part is the test's. */
export function restingControlPlane(): readonly Controller[] {
  return CONTROL_PLANE_KINDS.map((kind) =>
    controller<MadeForRemote>({
      // Those without a Scope are found under none.
      kind: kind as unknown as ResourceKind<MadeForRemote>,
      indexes,
      reconcile: async () => ({ outcome: stopAndForget('it rests') }),
    }),
  );
}
