import type { ClustersMode } from '../user-clusters/roles.ts';

/** What differs between installations. */
export interface InstallSettings {
  /** Of the objects; one namespace may hold several. */
  readonly name: string;
  readonly namespace: string;
  readonly image: string;
  readonly replicas: number;
  /** IAM role for the service account (IRSA). Undefined: Pod Identity, or credentials by other means. */
  readonly roleArn: string | undefined;
  /** Secret with `AWS_ACCESS_KEY_ID` and the like, as environment variables. Undefined: none. */
  readonly credentialsSecret: string | undefined;
  /** By flags of `run` without their dashes: `aws-region`. See `INSTALL_OPTIONS`. */
  readonly options: Readonly<Record<string, string>>;
}

/** Whether there may be no more than one operator at a time. */
export function isWithoutLeases({ options }: Pick<InstallSettings, 'options'>): boolean {
  return options['leases'] === 'off';
}

/** Whether users write their objects in the same cluster, or in clusters of their own. */
export function clustersModeOf({ options }: Pick<InstallSettings, 'options'>): ClustersMode {
  return options['clusters'] === 'remote' ? 'remote' : 'single';
}

/** An object as it is applied. */
export interface InstallObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Readonly<Record<string, unknown>> & { readonly name: string };
  readonly [field: string]: unknown;
}

/** What selects the pods; never changes, because Kubernetes lets nobody change the selector of a Deployment. */
export function selectorLabels({ name }: InstallSettings): Readonly<Record<string, string>> {
  return { 'app.kubernetes.io/name': 'cloud-manager', 'app.kubernetes.io/instance': name };
}

/** `metadata` of an object in the namespace. */
export function metadataOf(settings: InstallSettings, more: object = {}): InstallObject['metadata'] {
  const { name, namespace } = settings;
  return { name, namespace, labels: selectorLabels(settings), ...more };
}

/** `metadata` of an object of the cluster: installations in other namespaces have theirs. */
export function clusterMetadataOf(settings: InstallSettings): InstallObject['metadata'] {
  const { name, namespace } = settings;
  return { name: `${namespace}-${name}`, labels: selectorLabels(settings) };
}

/** Where the program serves when nothing else is said; the options of an installation leave these alone. */
export const METRICS_PORT = 8080;
export const HEALTH_PORT = 8081;
