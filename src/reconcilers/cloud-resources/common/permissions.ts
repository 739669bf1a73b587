import type { Permission, ResourceKind } from '../../../kube/index.ts';

/** What passes over users' objects ask of the control plane about kinds of counterparts, beyond following them. */
export function counterpartPermissions(...kinds: readonly ResourceKind[]): readonly Permission[] {
  return kinds.map((kind) => ({ kind, verbs: ['create', 'delete', 'get', 'patch'] }));
}
