/** The finalizer of every kind. */
export const FINALIZER = 'cloud-manager.kyma-project.io/deletion-hook';

/** Finalizers of earlier releases: never added, removed together with {@link FINALIZER}. */
export const LEGACY_FINALIZERS = [
  'cloud-control.kyma-project.io/deletion-hook',
  'cloud-resources.kyma-project.io/deletion-hook',
] as const;

/** Labels that a Scope carries from the cluster it stands for. */
export const SCOPE_LABELS = {
  globalAccountId: 'kyma-project.io/global-account-id',
  subaccountId: 'kyma-project.io/subaccount-id',
  shootName: 'kyma-project.io/shoot-name',
  region: 'kyma-project.io/region',
  brokerPlanName: 'kyma-project.io/broker-plan-name',
} as const;

/** Labels by which objects of different clusters know each other. */
export const LABELS = {
  provider: 'kyma-project.io/provider',
  runtimeId: 'kyma-project.io/runtime-id',
  module: 'kyma-project.io/module',
  kymaName: 'cloud-manager.kyma-project.io/kymaName',
  remoteName: 'cloud-manager.kyma-project.io/remoteName',
  remoteNamespace: 'cloud-manager.kyma-project.io/remoteNamespace',
  /** Its presence alone makes the Scope reconciler leave the Scope as it is. */
  ignore: 'cloud-manager.kyma-project.io/ignore',
} as const;

/** The value of the label {@link LABELS}`.module` on all that is made on behalf of a user. */
export const MODULE_LABEL = 'cloud-manager';

/** Labels of what is made in a user's cluster, by which the object is known that it was made for. */
export const USER_LABELS = {
  /** `true` on all of it. */
  managed: 'cloud-resources.kyma-project.io/managed',
  /** On objects of ours: their `status.id`. */
  id: 'cloud-resources.kyma-project.io/id',
  redisInstanceStatusId: 'cloud-resources.kyma-project.io/redisInstanceStatusId',
  redisInstanceNamespace: 'cloud-resources.kyma-project.io/redisInstanceNamespace',
  redisClusterStatusId: 'cloud-resources.kyma-project.io/redisClusterStatusId',
  redisClusterNamespace: 'cloud-resources.kyma-project.io/redisClusterNamespace',
} as const;

/** More labels of what is made in a user's cluster: those that tools of all kinds know. */
export const COMMON_LABELS = {
  'app.kubernetes.io/component': 'cloud-manager',
  'app.kubernetes.io/part-of': 'kyma',
  'app.kubernetes.io/managed-by': 'cloud-manager',
} as const;

/** The IpRange of what names none. */
export const DEFAULT_IP_RANGE = 'default';

/** Labels of the default IpRange. */
export const DEFAULT_IP_RANGE_LABELS = {
  'app.kubernetes.io/name': 'default-iprange',
  'app.kubernetes.io/instance': 'default',
  'app.kubernetes.io/version': '1.0.0',
  ...COMMON_LABELS,
} as const;

/** Annotations by which somebody steers an object from day to day. */
export const ANNOTATIONS = {
  /** While it is `true` nothing is written to AWS for the object. */
  pause: 'cloud-manager.kyma-project.io/pause',
  /** Any new value: all is looked at, at once. */
  reconcileNow: 'cloud-manager.kyma-project.io/reconcile-now',
  /** Any new value: clients get another token to authenticate with, once. */
  rotateAuthToken: 'cloud-manager.kyma-project.io/rotate-auth-token',
  /** On a Secret that a user's object publishes: which of its keys came from the specification of that. */
  publishedKeys: 'cloud-manager.kyma-project.io/published-keys',
  /** On an object of the control plane: since when the one that it was made for is seen to be gone. */
  orphanedSince: 'cloud-manager.kyma-project.io/orphaned-since',
  /** On a Scope: which cluster is served by it. Another one is refused until somebody takes it away. */
  clusterUid: 'cloud-manager.kyma-project.io/cluster-uid',
} as const;

/** Annotations of what is installed in clusters of users. */
export const INSTALL_ANNOTATIONS = {
  /** The version of the program that has installed it. */
  version: 'cloud-manager.kyma-project.io/version',
  /** A hash of what it has installed. */
  contentHash: 'cloud-manager.kyma-project.io/content-hash',
} as const;

/** Labels by which objects of a Subscription are found. */
export const SUBSCRIPTION_LABELS = {
  bindingName: 'cloud-manager.kyma-project.io/binding-name',
  provider: 'cloud-manager.kyma-project.io/provider',
  subscription: 'cloud-manager.kyma-project.io/subscription',
} as const;

/** Its value is the id of a VPC that somebody else made, and that a VpcNetwork is to take over. */
export const ADOPT_ANNOTATION = 'cloud-manager.kyma-project.io/adopt';
