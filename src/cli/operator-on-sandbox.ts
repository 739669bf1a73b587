import { CUSTOM_KINDS, type CustomKind, crdFrom } from '../api/index.ts';
import { loadOptions } from '../operator/options.ts';
import type { Flags } from '../operator/option-sources.ts';
import { createOperator, type Operator } from '../operator/wiring.ts';
import { applyPatch, crdKind, type KubeClient } from '../kube/index.ts';
import type { SandboxInfo, Speed } from '../sandbox/index.ts';
import type { Logger } from '../util/log.ts';

/** Installs CRDs as `cloud-manager crds | kubectl apply --server-side -f -` does. */
export async function installCrds(kube: KubeClient, kinds: readonly CustomKind[] = CUSTOM_KINDS): Promise<void> {
  for (const kind of kinds) {
    const crd = crdFrom(kind);
    const { name } = crd.metadata;
    await kube.patch(crdKind, { name }, applyPatch(crd, { fieldManager: 'cloud-manager', force: true }));
  }
}

/** A ten-thousandth: at unlimited speed waiting for AWS costs a round trip, no more. */
const FASTEST_WAIT_SCALE = 0.0001;
const WAIT_TICK_MS = 10_000;
const LOOK_INTERVAL_SECONDS = 600;
const FULL_CHECK_INTERVAL_SECONDS = 6 * 3600;
/** People play in the time of the simulator, programs too. */
const TOKEN_GRACE_SECONDS = 600;

/** As much of a sandbox as an operator has to be told. */
type Reach = Pick<
  SandboxInfo,
  'kubeconfig' | 'caFile' | 'awsEndpoint' | 'region' | 'accessKeyId' | 'secretAccessKey'
> & {
  /** Default: that of the sandbox's worlds, unless they say otherwise. Empty: there is none. */
  readonly roleName?: string;
};

/** Flags and environment of an operator on a sandbox. It serves neither health nor metrics unless told to. */
export function configurationFor(reach: Reach) {
  const {
    kubeconfig,
    caFile,
    awsEndpoint,
    region,
    accessKeyId,
    secretAccessKey,
    roleName = 'CloudManagerRole',
  } = reach;
  return {
    flags: {
      kubeconfig,
      awsRegion: region,
      awsEndpointUrl: awsEndpoint,
      ...(roleName !== '' && { awsRoleName: roleName }),
      redisCaFile: caFile,
      metricsAddress: 'off',
      healthAddress: 'off',
    },
    env: { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
  };
}

/**
 * The operator as a user would run it, configured for a sandbox: by kubeconfig, endpoint, credentials and intervals, and by
 * `more` flags.
 */
export function createOperatorOn(info: SandboxInfo, speed: Speed, log: Logger, more: Flags = {}): Operator {
  const factor = speed === 'max' ? 1 / FASTEST_WAIT_SCALE : speed;
  const scaled = (seconds: number): string => `${Math.max(Math.round((seconds * 1000) / factor), 1000)}ms`;
  const { flags, env } = configurationFor(info);
  const options = loadOptions({
    flags: {
      ...flags,
      waitScale: String(Math.max(1 / factor, FASTEST_WAIT_SCALE)),
      waitTick: `${Math.max(Math.round(WAIT_TICK_MS / factor), 1)}ms`,
      lookInterval: scaled(LOOK_INTERVAL_SECONDS),
      fullCheckInterval: scaled(FULL_CHECK_INTERVAL_SECONDS),
      redisTokenGrace: scaled(TOKEN_GRACE_SECONDS),
      shutdownTimeout: '5s',
      ...(Object.keys(info.userClusters).length > 0 && { clusters: 'remote' }),
      ...more,
    },
    env,
  });
  return createOperator(options, { log });
}
