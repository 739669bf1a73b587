import { configurationFor, installCrds } from '../../src/cli/operator-on-sandbox.ts';
import { until } from '../../src/cli/demo/watching.ts';
import {
  clusterConfigFromText,
  createKubeClient,
  type KubeClient,
  KubeConnection,
  type KubeObject,
  namespaceKind,
  type ResourceKind,
} from '../../src/kube/index.ts';
import { loadOptions, type OperatorOptions } from '../../src/operator/options.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { systemClock } from '../../src/util/clock.ts';
import { silentLogger } from '../../src/util/log.ts';
import { aCall } from './pass.ts';

/** A sandbox whose transitions are immediate, with the CRDs, and a user; operators are the test's own. */
export interface OperatorWorld {
  readonly sandbox: Sandbox;
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

const NAMESPACE = 'kcp-system';
const LIMIT_MS = 60_000;

export async function startOperatorWorld(): Promise<OperatorWorld> {
  const sandbox = await startSandbox({ clock: systemClock, log: silentLogger, speed: 'max', redis: 'off' });
  const { info, kube } = sandbox;
  if (kube === undefined) throw new Error('the sandbox has no Kubernetes API');
  const connection = new KubeConnection(clusterConfigFromText(kube.kubeconfig));
  const signal = AbortSignal.timeout(LIMIT_MS);
  const user = createKubeClient(connection, aCall({ clock: systemClock, signal }));
  await installCrds(user);
  await user.create(namespaceKind, { metadata: { name: NAMESPACE } });
  const configuration = configurationFor(info);
  return {
    sandbox,
    user,
    options: (flags = {}) =>
      loadOptions({
        flags: {
          ...configuration.flags,
          waitScale: '0.0001',
          waitTick: '1ms',
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
      await sandbox.stop();
    },
  };
}
