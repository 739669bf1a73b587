import { loadOptions } from '../options.ts';
import { variablesFor } from './install-options.ts';
import {
  HEALTH_PORT,
  type InstallObject,
  type InstallSettings,
  isWithoutLeases,
  METRICS_PORT,
  metadataOf,
  selectorLabels,
} from './settings.ts';

/**
 * Of `bench/README.md`: 151 to 154 MiB at the most with 500 objects. There is no limit: a program that needs more memory
 * gets slower, and one that is killed for it would meet the same objects again.
 */
const RESOURCES = { requests: { cpu: '100m', memory: '160Mi' } };

/** After `--shutdown-timeout` passes are aborted; then leases are let go, by requests of a few seconds, and all is closed. */
const CLOSING_SECONDS = 30;

/** Nobody's, in images without a shell as well. */
const USER_ID = 65532;

/** What runs, and how much of it may be away. */
export function workloadObjects(settings: InstallSettings): readonly InstallObject[] {
  return [disruptionBudget(settings), deployment(settings)];
}

function disruptionBudget(settings: InstallSettings): InstallObject {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: metadataOf(settings),
    spec: { maxUnavailable: 1, selector: { matchLabels: selectorLabels(settings) } },
  };
}

/** Without leases two must not overlap. */
const ONE_AFTER_THE_OTHER = { type: 'Recreate' };

/**
 * What the API server takes when nothing is said; but what it fills in nobody owns, so that it stays when the strategy
 * becomes Recreate, which is refused with it.
 */
const OVERLAPPING = { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } };

function deployment(settings: InstallSettings): InstallObject {
  const labels = selectorLabels(settings);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadataOf(settings),
    spec: {
      replicas: settings.replicas,
      strategy: isWithoutLeases(settings) ? ONE_AFTER_THE_OTHER : OVERLAPPING,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: podSpec(settings) },
    },
  };
}

function podSpec(settings: InstallSettings): object {
  return {
    serviceAccountName: settings.name,
    terminationGracePeriodSeconds: terminationGraceSeconds(settings),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: USER_ID,
      runAsGroup: USER_ID,
      // So that the tokens of service accounts can be read.
      fsGroup: USER_ID,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    topologySpreadConstraints: ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map((topologyKey) => ({
      maxSkew: 1,
      topologyKey,
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: selectorLabels(settings) },
    })),
    containers: [container(settings)],
  };
}

function terminationGraceSeconds({ options }: InstallSettings): number {
  const { 'shutdown-timeout': shutdownTimeout } = options;
  // Of any region: an installation is asked for its own elsewhere.
  const flags = { awsRegion: 'eu-central-1', ...(shutdownTimeout !== undefined && { shutdownTimeout }) };
  return Math.ceil(loadOptions({ flags }).timing.shutdownTimeoutMs / 1000) + CLOSING_SECONDS;
}

function container({ image, options, credentialsSecret }: InstallSettings): object {
  const env = variablesFor(options);
  const probe = (path: string): object => ({ httpGet: { path, port: 'health' } });
  return {
    name: 'cloud-manager',
    image,
    imagePullPolicy: 'IfNotPresent',
    args: ['run'],
    ...(env.length > 0 && { env }),
    ...(credentialsSecret !== undefined && { envFrom: [{ secretRef: { name: credentialsSecret } }] }),
    ports: [
      { name: 'metrics', containerPort: METRICS_PORT },
      { name: 'health', containerPort: HEALTH_PORT },
    ],
    livenessProbe: { ...probe('/healthz'), periodSeconds: 20, timeoutSeconds: 5 },
    readinessProbe: { ...probe('/readyz'), periodSeconds: 10, timeoutSeconds: 5 },
    resources: RESOURCES,
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
  };
}
