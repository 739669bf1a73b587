import { configurationFor } from '../../src/cli/operator-on-sandbox.ts';
import { until } from '../../src/cli/demo/watching.ts';
import {
  clusterConfigFromText,
  createKubeClient,
  type KubeClient,
  KubeConnection,
  type KubeObject,
  type ResourceKind,
} from '../../src/kube/index.ts';
import { loadOptions, type OperatorOptions } from '../../src/operator/options.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { systemClock } from '../../src/util/clock.ts';
import { silentLogger } from '../../src/util/log.ts';
import { NAMESPACE } from './namespace.ts';
import { aCall } from './pass.ts';
import { type ScenarioKube, startScenarioKube } from './scenario-kube.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A Kubernetes API with the CRDs, an AWS simulator whose transitions are immediate, and a user; operators are the test's own. */
export interface OperatorWorld {
  readonly sandbox: Sandbox;
  readonly kube: ScenarioKube;
  readonly user: KubeClient;
  /** Options of an operator on this sandbox. */
  options(flags?: Readonly<Record<string, string>>): OperatorOptions;
  /** Waits until `holds` is true of the object, or of its absence. */
  until<T extends KubeObject>(
    kind: ResourceKind<T>,
    name: string,
    holds: (object: T | undefined) => boolean,
  ): Promise<T | undefined>;
  /** Waits until there is an object of which `holds` is true. */
  untilAny<T extends KubeObject>(kind: ResourceKind<T>, holds: (object: T) => boolean): Promise<void>;
  stop(): Promise<void>;
}

const LIMIT_MS = 60_000;

export async function startOperatorWorld({ isEmbedded = false } = {}): Promise<OperatorWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'cloud-manager-test-'));
  const sandbox = await startSandbox({
    clock: systemClock,
    log: silentLogger,
    speed: 'max',
    kube: 'off',
    redis: 'off',
  });
  const kube = await startScenarioKube({ clock: systemClock, dataDir: folder, isEmbedded });
  const connection = new KubeConnection(clusterConfigFromText(kube.kubeconfig));
  const signal = AbortSignal.timeout(LIMIT_MS);
  const user = createKubeClient(connection, aCall({ clock: systemClock, signal }));
  const configuration = configurationFor({ ...sandbox.info, kubeconfig: join(folder, 'kubeconfig') });
  return {
    sandbox,
    kube,
    user,
    options: (flags = {}) =>
      loadOptions({
        flags: {
          ...configuration.flags,
          waitScale: '0.0001',
          waitTick: '1ms',
          redisTokenGrace: '1ms',
          shutdownTimeout: '5s',
          ...flags,
        },
        env: configuration.env,
      }),
    until: (kind, name, holds) => until(user, kind, { namespace: NAMESPACE, name }, holds),
    untilAny: async (kind, holds) => {
      const { items, resourceVersion } = await user.list(kind, { namespace: NAMESPACE });
      if (items.some(holds)) return;
      for await (const event of user.watch(kind, { namespace: NAMESPACE, resourceVersion })) {
        if (event.type !== 'BOOKMARK' && holds(event.object)) return;
      }
    },
    stop: async () => {
      connection.close();
      await kube.stop();
      await sandbox.stop();
      await rm(folder, { recursive: true });
    },
  };
}
