import type { AwsRedisCluster, CustomKind } from '../../api/index.ts';
import type { KubeClient, KubeObject, KubeSecret, NamespacedName } from '../../kube/index.ts';
import { secretKind } from '../../kube/index.ts';
import type { Application } from './application/application.ts';
import { tableOf } from './columns.ts';
import { pingRedis } from './redis-ping.ts';
import type { Stage } from './stage.ts';

/** Whose terminal a command is typed into. */
export type Side = 'user' | 'platform';

/** Where the story of an application plays: on a control plane, as every story, and in a cluster of users. */
export interface AppStage extends Stage {
  /** What that cluster is called; its Scope and its kubeconfig's Secret are named after it. */
  readonly cluster: string;
  /** As its users, who may do everything there. */
  readonly user: KubeClient;
  /** Aborts when the story is to end. */
  readonly signal: AbortSignal;
  /** Makes the operator's identity in that cluster, and a kubeconfig of it. */
  createIdentity(): Promise<string>;
  writeScope(): Promise<void>;
  /** Says what a person would type. */
  say(side: Side, command: string, answer?: readonly string[]): void;
  /** Mounts a Secret of the user's cluster, and starts an application that knows what is mounted. Once. */
  startApplication(secret: Required<NamespacedName>): Promise<Application>;
  /** The one that was started. *Throws* when none was. */
  application(): Application;
}

/** The same stage, on which objects are those of the user's cluster. */
export function userSide(stage: AppStage): Stage {
  return { ...stage, kube: stage.user };
}

/** Says what `kubectl get` shows of an object. */
export function sayShown<T extends KubeObject>(stage: AppStage, side: Side, kind: CustomKind<T>, object: T): void {
  const { name, namespace } = object.metadata;
  const place = namespace === undefined || namespace === 'default' ? '' : ` -n ${namespace}`;
  const resource = kind.plural === 'ipranges' ? `${kind.plural}.${kind.group}` : kind.plural;
  stage.say(side, `kubectl get ${resource} ${name}${place}`, tableOf(kind, object));
}

/** The Secret that it publishes. */
export function secretOf({ metadata, spec }: AwsRedisCluster): Required<NamespacedName> {
  return { namespace: metadata.namespace ?? '', name: spec.authSecret?.name ?? metadata.name };
}

/** The values of a Secret as text. *Throws* when there is none. */
export async function valuesOf(
  kube: KubeClient,
  key: Required<NamespacedName>,
): Promise<Readonly<Record<string, string>>> {
  const { data = {} } = await kube.get<KubeSecret>(secretKind, key);
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [name, Buffer.from(value, 'base64').toString()]),
  );
}

/** Whether somebody who connects with these values is let in. *Throws* when it is for another reason that they are not. */
export async function isLetIn(values: Readonly<Record<string, string>>): Promise<boolean> {
  const { host = '', port = '', authString = '', 'ca.crt': caPem = '' } = values;
  try {
    const { pong } = await pingRedis({ host, port: Number(port), caPem, authToken: authString });
    return pong === 'PONG';
  } catch (error) {
    if (error instanceof Error && error.message.includes('WRONGPASS')) return false;
    throw error;
  }
}
