import { type Scope, scopeKind } from '../../api/cloud-control/v1beta1/scope.ts';
import type { ResourceKind } from '../../kube/resource.ts';
import { referringBy, type Watch, watching } from '../../runtime/index.ts';
import { SCOPE_INDEX } from './indexes.ts';

/** Wakes the objects of `kind` in a Scope when that changes, but for what it tells people alone and reads every hour. */
export function watchingScope(kind: ResourceKind): Watch {
  return watching(scopeKind, referringBy(kind, SCOPE_INDEX), { matters: withoutExposedData });
}

function withoutExposedData(scope: Scope): Scope {
  const { exposedData: _told, ...status } = scope.status ?? {};
  return { ...scope, status };
}
