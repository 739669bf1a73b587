import {
  applyPatch,
  type Condition,
  findCondition,
  isNotFound,
  type KubeClient,
  type KubeObject,
  type ResourceKind,
  secretKind,
} from '../../kube/index.ts';
import type { Ec2Client, PeeringClient } from '../../aws/index.ts';
import { kindOf, type Manifest } from './manifests.ts';
import { pingRedis, type RedisAnswer } from './redis-ping.ts';
import { until } from './watching.ts';

/** Where the story plays: a cluster, an AWS account, and what users write. */
export interface Stage {
  readonly kube: KubeClient;
  readonly ec2: Ec2Client;
  readonly peering: PeeringClient;
  /** Another account and region, as somebody at a console there has it. */
  readonly peeringIn: (accountId: string, region: string) => PeeringClient;
  readonly samples: readonly Manifest[];
  /** Of a cluster where nobody empties namespaces they are no part of what is deleted in the end. */
  readonly emptiesNamespaces: boolean;
  /** What AWS holds, by resource, without what changes by itself. */
  readonly awsInventory: () => readonly string[];
  /** Resolves when `holds` is true after a call that AWS answered. */
  untilAws(holds: () => boolean): Promise<void>;
  isOpenToTheWorld(securityGroupId: string): boolean;
  /** Whether a subnet of that range is there. */
  hasSubnet(cidr: string): boolean;
  /** The status code of a peering. */
  peeringState(id: string): string | undefined;
  /** What a route table leads `destination` to; undefined when it has no such route. */
  routeTarget(routeTableId: string, destination: string): string | undefined;
}

interface Reported extends KubeObject {
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly observedGeneration?: number;
    readonly authSecret?: { readonly name: string };
  };
}

export function keyOf({ metadata: { namespace = '', name } }: Manifest): { namespace: string; name: string } {
  return { namespace, name };
}

export function samplesOf(stage: Stage, ...kinds: readonly string[]): readonly Manifest[] {
  return stage.samples.filter((sample) => kinds.includes(sample.kind));
}

/** *Throws* unless there is one sample of the kind. */
export function only(stage: Stage, kind: string): Manifest {
  const [manifest, ...others] = samplesOf(stage, kind);
  if (!manifest || others.length > 0) throw new Error(`The samples hold ${others.length + 1} objects of kind ${kind}`);
  return manifest;
}

/** Applies the manifests as `kubectl apply --server-side` does. */
export async function apply(stage: Stage, manifests: readonly Manifest[]): Promise<void> {
  for (const manifest of manifests) {
    await stage.kube.patch(
      kindOf(manifest),
      keyOf(manifest),
      applyPatch(manifest, { fieldManager: 'cloud-manager-demo' }),
    );
  }
}

/** Waits until the object is Ready for its present specification, and gives it. */
export async function untilReady<T extends KubeObject>(stage: Stage, manifest: Manifest): Promise<T> {
  const isReady = (object: Reported | undefined): boolean =>
    findCondition(object?.status?.conditions, 'Ready')?.status === 'True' &&
    object?.status?.observedGeneration === object?.metadata.generation;
  const ready = await until<Reported>(stage.kube, kindOf(manifest), keyOf(manifest), isReady);
  // The kind of the manifest says what type it is; `until` ends only with an object, as `isReady` asks.
  return ready as unknown as T;
}

export function untilAllReady<T extends KubeObject>(stage: Stage, kind: T['kind']): Promise<T[]> {
  return Promise.all(samplesOf(stage, kind).map((manifest) => untilReady<T>(stage, manifest)));
}

/** Waits until `holds` is true of the object, and gives it. */
export async function untilShown<T extends KubeObject>(
  stage: Stage,
  kind: ResourceKind<T>,
  manifest: Manifest,
  holds: (object: T) => boolean,
): Promise<T> {
  const shown = await until(stage.kube, kind, keyOf(manifest), (object) => object !== undefined && holds(object));
  if (shown === undefined) throw new Error(`${manifest.kind} ${manifest.metadata.name} is gone`);
  return shown;
}

/** Deletes all of them at once, in no order, as `kubectl delete -f` does, and waits until they are gone. */
export async function deleteAll(stage: Stage, manifests: readonly Manifest[]): Promise<void> {
  await Promise.all(manifests.map((manifest) => stage.kube.delete(kindOf(manifest), keyOf(manifest))));
  await Promise.all(
    manifests.map((manifest) => until(stage.kube, kindOf(manifest), keyOf(manifest), (object) => object === undefined)),
  );
}

/** Pings the Redis of an object with nothing but what its Secret says, as an application would. */
export async function pingWithSecret(stage: Stage, manifest: Manifest): Promise<RedisAnswer> {
  const object = await untilReady<Reported>(stage, manifest);
  const name = object.status?.authSecret?.name;
  if (name === undefined) throw new Error(`${manifest.kind} ${manifest.metadata.name} names no Secret`);
  const { data = {} } = await stage.kube.get(secretKind, { ...keyOf(manifest), name }).catch((error: unknown) => {
    throw isNotFound(error) ? new Error(`The Secret ${name} does not exist`, { cause: error }) : error;
  });
  const value = (key: string): string => Buffer.from(data[key] ?? '', 'base64').toString('utf8');
  return pingRedis({
    host: value('host'),
    port: Number(value('port')),
    caPem: value('ca.crt'),
    authToken: value('authString') || undefined,
  });
}
