export {
  createKubeClient,
  type DeleteOptions,
  type KubeClient,
  type KubeList,
  type ListOptions,
  type OnWritten,
} from './client.ts';
export {
  clusterRoleKind,
  crdKind,
  type KubeClusterRole,
  type KubeCrd,
  type KubeSecret,
  namespaceKind,
  secretKind,
} from './builtin-kinds.ts';
export { type KubeLease, leaseKind, type LeaseSpec, microTime } from './lease.ts';
export type { ClusterConfig } from './config/cluster-config.ts';
export { clusterConfigFromText, loadClusterConfig, type LoadOptions } from './config/config.ts';
export { selfContainedClusterConfig, type SelfContainedOptions } from './config/self-contained.ts';
export { ExchangeableIdentity, type Identity } from './config/identity.ts';
export { KubeConfigError } from './config/error.ts';
export { type ConditionInput, conditionsWithTimes, findCondition, isConditionTrue, kubeTime } from './conditions.ts';
export type { AnswerLimits } from './answer-limits.ts';
export { KubeConnection, type KubeConnectionOptions, type RequestReport } from './connection.ts';
export {
  isAhead,
  isAlreadyExists,
  isConflict,
  isForbidden,
  isGone,
  isInvalid,
  isNamespaceTerminating,
  isNotFound,
  isObjectNotFound,
  isUnauthorized,
  isUnreachable,
  type FieldCause,
  KubeApiError,
  type KubeApiErrorFields,
  type LocalReason,
} from './errors.ts';
export {
  eventKind,
  type EventInput,
  EventRecorder,
  type EventRecorderOptions,
  eventPermissions,
  type KubeEvent,
} from './events.ts';
export { addFinalizer, finalizerPermissions, hasFinalizer, removeFinalizer } from './finalizers.ts';
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
export { isRefusal, refusalMessage } from './refusal.ts';
export { hasSameStatus, mergeStatus, statusPermissions } from './merge-status.ts';
export type { ListSelection, NamespacedName } from './operation.ts';
export { type Permission, type PolicyRule, rulesFrom, UndeclaredRequestError } from './permission.ts';
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
  type Verb,
  withoutManagedFields,
} from './resource.ts';
export { requestToken, serviceAccountKind, type TokenOrder } from './token-request.ts';
export type { WatchEvent, WatchOptions } from './watch.ts';
export type { Reachability } from './transport/cluster-transport.ts';
export type { HttpRequest, HttpResponse, Transport } from './transport/transport.ts';
export { type Call, type Caller, type Mode, WriteRefusedError } from '../util/call.ts';
export { type Clock, sleep, systemClock } from '../util/clock.ts';
export { createLogger, type Logger, silentLogger } from '../util/log.ts';
export { type CallOptions, startCall } from '../util/start-call.ts';
