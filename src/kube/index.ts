export { createKubeClient, type DeleteOptions, type KubeClient, type KubeList, type ListOptions } from './client.ts';
export type { ClusterConfig } from './config/cluster-config.ts';
export { clusterConfigFromText, loadClusterConfig, type LoadOptions } from './config/config.ts';
export { KubeConfigError } from './config/error.ts';
export { type ConditionInput, conditionsWithTimes, findCondition, isConditionTrue, kubeTime } from './conditions.ts';
export { KubeConnection, type KubeConnectionOptions, type RequestReport } from './connection.ts';
export {
  isAlreadyExists,
  isConflict,
  isForbidden,
  isGone,
  isInvalid,
  isNotFound,
  isTooManyRequests,
  isUnauthorized,
  isUnreachable,
  KubeApiError,
} from './errors.ts';
export { eventKind, type EventInput, EventRecorder, type EventRecorderOptions, type KubeEvent } from './events.ts';
export { addFinalizer, hasFinalizer, removeFinalizer } from './finalizers.ts';
export {
  applyPatch,
  isSameJson,
  type Json,
  jsonPatch,
  type JsonPatchOperation,
  mergePatch,
  mergePatchBetween,
  type Patch,
  pointer,
} from './json-patch.ts';
export type { NamespacedName } from './operation.ts';
export {
  apiVersionOf,
  type Condition,
  isBeingDeleted,
  keyOf,
  keyText,
  type KubeInput,
  type KubeObject,
  type ObjectKey,
  type ObjectMeta,
  type ObjectMetaInput,
  type OwnerReference,
  type ResourceKind,
  resourceNameOf,
} from './resource.ts';
export type { WatchEvent, WatchOptions } from './watch.ts';
export type { HttpRequest, HttpResponse, Transport } from './transport/transport.ts';
