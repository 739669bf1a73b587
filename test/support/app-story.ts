import {
  ANNOTATIONS,
  awsRedisClusterKind,
  cloudResourcesKind,
  CONTROL_PLANE_KINDS,
  type RedisCluster,
  redisClusterKind,
  userIpRangeKind,
} from '../../src/api/index.ts';
import {
  clusterRoleKind,
  crdKind,
  findCondition,
  type KubeSecret,
  mergePatch,
  resourceNameOf,
} from '../../src/kube/index.ts';
import { LONGEST_PAUSE_MS } from '../../src/operator/user-clusters/user-cluster.ts';
import { createAllServices } from '../../src/sandbox/aws/services.ts';
import { areReady, type BothSides, lookAt, opening, outlineOfSides, type Reported } from './both-sides.ts';
import { Environment, type EnvironmentOptions } from './environment.ts';
import { aScopeManifest, type Manifest } from './manifests.ts';
import { outlineOf } from './outline.ts';
import { anAwsPeeringWithPartner, PEERING_ENVIRONMENT } from './peering-scenario.ts';
import { QUICK_CACHES } from './quick-caches.ts';
import type { Part } from './script.ts';
import { type ShallDieAt, type Story, tellOn } from './telling.ts';
import { createTokenPlane, type Tokens } from './token-plane.ts';
import type { TestUserCluster } from './user-cluster.ts';

/*
 * The story of an application developer, on both sides: their cluster is taken on by the control plane, they ask for the
 * module, for a Redis in the default IpRange and for a peering, change them, and take it all away again.
 */

const CLOUD_RESOURCES_CRD = resourceNameOf(cloudResourcesKind);
const MODULE_VIEW = 'cloud-resources-module-view';

const SCOPE = aScopeManifest('demo');
const GROUP = `${cloudResourcesKind.group}/${cloudResourcesKind.version}`;
const MODULE: Manifest = {
  apiVersion: GROUP,
  kind: cloudResourcesKind.kind,
  metadata: { namespace: 'default', name: 'default' },
  spec: {},
};
const CACHE: Manifest = {
  apiVersion: GROUP,
  kind: awsRedisClusterKind.kind,
  metadata: { namespace: 'default', name: 'cache' },
  spec: { redisTier: 'C1', shardCount: 1, replicasPerShard: 1, authEnabled: true },
};
const DEFAULT_RANGE: Manifest = {
  apiVersion: GROUP,
  kind: userIpRangeKind.kind,
  metadata: { name: 'default' },
  spec: {},
};

/** Asks for another token, once. */
const ROTATION = 'now';

interface AppChapter {
  readonly part: Part;
  readonly title: string;
  /** What people do: all of it in one breath, so that the operator meets it in the same order each time. */
  readonly ask: (world: AppWorld) => Promise<void>;
  /** Whether all is there, beside that everything is Ready. */
  readonly isDone: (sides: BothSides) => boolean;
}

const CHAPTERS = [
  {
    part: 'creation',
    title: 'a cluster is taken on',
    ask: async ({ environment, cluster }) => {
      // A cluster that nobody has served before.
      await cluster.kube.delete(crdKind, { name: CLOUD_RESOURCES_CRD });
      await cluster.kube.delete(clusterRoleKind, { name: MODULE_VIEW });
      await environment.apply(SCOPE);
    },
    isDone: ({ user }) => user.installed.length === 2,
  },
  {
    part: 'creation',
    title: 'the module',
    ask: ({ cluster }) => cluster.user.apply(MODULE),
    isDone: () => true,
  },
  {
    part: 'creation',
    title: 'a Redis and a peering',
    ask: async ({ cluster, peering }) => {
      await Promise.all([cluster.user.apply(CACHE), cluster.user.apply(peering)]);
    },
    isDone: () => true,
  },
  {
    part: 'change',
    title: 'more shards, and another token',
    ask: async ({ cluster }) => {
      const metadata = { annotations: { [ANNOTATIONS.rotateAuthToken]: ROTATION } };
      const patch = mergePatch({ metadata, spec: { shardCount: 2 } });
      await cluster.kube.patch(awsRedisClusterKind, CACHE.metadata, patch);
    },
    isDone: ({ controlPlane, user }) => [...controlPlane.objects, ...user.objects].every(hasNewToken),
  },
  {
    part: 'deletion',
    title: 'everything of the developer deleted at once',
    ask: async ({ cluster, peering }) => {
      await Promise.all([MODULE, DEFAULT_RANGE, CACHE, peering].map((manifest) => cluster.user.delete(manifest)));
    },
    isDone: ({ user }) => user.objects.length === 0 && user.installed.length === 2,
  },
  {
    part: 'deletion',
    title: 'the cluster is let go',
    ask: ({ environment }) => environment.delete(SCOPE),
    isDone: ({ controlPlane }) => controlPlane.objects.length === 0,
  },
] as const satisfies readonly AppChapter[];

export type AppTitle = (typeof CHAPTERS)[number]['title'];

function chapterOf(title: AppTitle): AppChapter {
  const found = CHAPTERS.find((chapter) => chapter.title === title);
  if (!found) throw new Error(`There is no chapter ${title}`);
  return found;
}

/** Whether it is a Redis of which the old token is refused by now, or no Redis, and nothing goes on. */
function hasNewToken({ kind, status }: Reported): boolean {
  if (findCondition(status?.conditions, 'Updating')?.status === 'True') return false;
  if (kind !== redisClusterKind.kind) return true;
  const { handledRequests, authToken } = (status ?? {}) as NonNullable<RedisCluster['status']>;
  return handledRequests?.rotateAuthToken === ROTATION && authToken?.phase === 'Settled';
}

const MINUTE_MS = 60_000;
/** In which the operator reaches a server again that is back, and does what it waited for. */
const LONGEST_LOOK_MS = LONGEST_PAUSE_MS + MINUTE_MS;
/** Longer than AWS goes on showing what is gone. */
const LINGERING_MS = 10 * MINUTE_MS;

/** A system in which the story can be told, again and again. */
export class AppWorld implements Story {
  readonly environment: Environment;
  readonly cluster: TestUserCluster;
  readonly peering: Manifest;
  readonly #tokens: Tokens;

  private constructor(environment: Environment, peering: Manifest, tokens: Tokens) {
    this.environment = environment;
    this.cluster = environment.userCluster('demo');
    this.peering = peering;
    this.#tokens = tokens;
  }

  static async start(options: EnvironmentOptions = {}): Promise<AppWorld> {
    const { tokens, dataPlane } = createTokenPlane();
    const environment = await Environment.start({
      world: { ...PEERING_ENVIRONMENT.world, durationsSeconds: QUICK_CACHES },
      services: createAllServices(dataPlane),
      // Enough for the objects of the story; each more costs a little at every start.
      flags: { ...PEERING_ENVIRONMENT.flags, workers: '5' },
      userClusters: ['demo'],
      ...options,
    });
    return new AppWorld(environment, await anAwsPeeringWithPartner(environment), tokens);
  }

  tell(shallDieAt: ShallDieAt, parts?: readonly Part[], restMs?: number): Promise<ReadonlyMap<string, unknown>> {
    const stage = {
      system: this.environment,
      chapters: CHAPTERS,
      ask: ({ ask }: AppChapter) => ask(this),
      untilDone: (chapter: AppChapter) => this.#untilDone(chapter),
      outcome: () => this.outcome(),
    };
    return tellOn(stage, shallDieAt, parts, restMs);
  }

  /** Tells the chapters up to that of this title. */
  async tellUpTo(title: AppTitle): Promise<void> {
    const last = CHAPTERS.findIndex((chapter) => chapter.title === title);
    for (const chapter of CHAPTERS.slice(0, last + 1)) await this.tellChapter(chapter.title);
  }

  async tellChapter(title: AppTitle): Promise<void> {
    await this.askChapter(title);
    await this.#untilDone(chapterOf(title));
  }

  /** What people do in a chapter, and no more. */
  askChapter(title: AppTitle): Promise<void> {
    return chapterOf(title).ask(this);
  }

  /**
   * Lets time go by until everything on both sides is Ready for what it asks, and `isDone` holds; `restMs` later it still has
   * to.
   */
  async untilReady(isDone: (sides: BothSides) => boolean, restMs: number): Promise<void> {
    const describe = async (): Promise<string> => described(await this.look());
    await this.environment.until(this.#whenReady(isDone), { describe });
    await this.environment.advance(restMs);
    await this.environment.until(this.#whenReady(isDone), { describe, limitMs: 0 });
  }

  /** What there is in AWS and on both sides, in a form in which two tellings are equal. */
  async outcome(): Promise<{ readonly aws: unknown; readonly sides: unknown }> {
    const sides = outlineOfSides(await this.look(), this.#tokens);
    return { aws: outlineOf(this.environment.aws.state()), sides };
  }

  /** What both sides have in an outcome when the operator has let go of all: a cluster keeps the kind that it asks with. */
  get nothing(): unknown {
    const installed = [MODULE_VIEW, CLOUD_RESOURCES_CRD];
    const empty = { objects: [], secrets: [] };
    return {
      controlPlane: { ...empty, installed: CONTROL_PLANE_KINDS.map(resourceNameOf).toSorted() },
      user: { ...empty, installed },
    };
  }

  /** The Secrets of either side that have the token of today. */
  opened({ controlPlane, user }: BothSides): Readonly<Record<keyof BothSides, readonly KubeSecret[]>> {
    return { controlPlane: opening(controlPlane, this.#tokens), user: opening(user, this.#tokens) };
  }

  look(): Promise<BothSides> {
    return lookAt(this.environment.kube, this.cluster.kube);
  }

  stop(): Promise<void> {
    return this.environment.stop();
  }

  async #untilDone(chapter: AppChapter): Promise<void> {
    await this.#untilOver(chapter);
    if (chapter.part !== 'deletion') return;
    await this.environment.advance(LINGERING_MS);
    await this.#untilOver(chapter);
  }

  async #untilOver({ isDone }: AppChapter): Promise<void> {
    const describe = async (): Promise<string> => described(await this.look());
    const isReady = this.#whenReady(isDone);
    // What was away has more to tell when it is back, and that is seen at the next look.
    const isOver = async (): Promise<boolean> => this.environment.backForMs > LONGEST_LOOK_MS && isReady();
    await this.environment.until(isOver, { describe });
  }

  /** Looks at both sides where something was written since it last looked, which is dear. */
  #whenReady(isDone: AppChapter['isDone']): () => Promise<boolean> {
    const { environment, cluster } = this;
    let revision = -1;
    return async () => {
      const present = environment.api.resourceVersion() + cluster.api.resourceVersion();
      if (present === revision || !environment.isOperatorAlive) return false;
      revision = present;
      const sides = await this.look();
      return areReady(sides) && isDone(sides);
    };
  }
}

function described({ controlPlane, user }: BothSides): string {
  const shown = [...controlPlane.objects, ...user.objects].map(({ kind, metadata, status }) => {
    const { name, deletionTimestamp } = metadata;
    return { kind, name, deletionTimestamp, status };
  });
  return JSON.stringify([shown, user.installed]);
}
