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

/** Labels by which objects of a Subscription are found. */
export const SUBSCRIPTION_LABELS = {
  bindingName: 'cloud-manager.kyma-project.io/binding-name',
  provider: 'cloud-manager.kyma-project.io/provider',
  subscription: 'cloud-manager.kyma-project.io/subscription',
} as const;

/** Its value is the id of a VPC that somebody else made, and that a VpcNetwork is to take over. */
export const ADOPT_ANNOTATION = 'cloud-manager.kyma-project.io/adopt';
