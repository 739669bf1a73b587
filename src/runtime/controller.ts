import type { Pass, Stop } from '../composed/index.ts';
import type {
  ConditionInput,
  EventInput,
  KubeClient,
  KubeObject,
  NamespacedName,
  ObjectKey,
  Permission,
  ResourceKind,
} from '../kube/index.ts';
import type { Call } from '../util/call.ts';
import type { Cache } from './informer.ts';

/** What a reconcile sees of the cluster that its object lives in. */
export interface Cluster {
  readonly name: string;
  /** A client bound to the pass (or any call): ends with it, writes by its authority. What it writes enters the cache. */
  client(call: Call): KubeClient;
  /** *Throws* for a kind that no controller reconciles or watches. */
  cache<T extends KubeObject>(kind: ResourceKind<T>): Cache<T>;
  /** Tells an event about `object` by the authority of `call`; repetitions are counted up. Never throws, never waits. */
  recordEvent(call: Call, object: KubeObject, event: EventInput): void;
}

/** A pass that ended with an error. A `TerminalError` rests until the object or what it depends on changes. */
export interface Failed {
  readonly kind: 'failed';
  readonly error: unknown;
}

/** How a pass ended: with what its pipeline says of the next one, or with an error. */
export type PassEnd = Stop | Failed;

/**
 * A status as a reconciler states it, whole: fields left out are removed. The runtime adds `observedGeneration`, and to
 * each condition its `lastTransitionTime` and `observedGeneration`.
 */
export type StatusInput = WithConditions & (object | { readonly [field: string]: unknown });

interface WithConditions {
  readonly conditions?: readonly ConditionInput[];
}

/** What a pass comes to. */
export interface ReconcileResult {
  /** When to look again. What `reconcile` throws counts as `failed`, without a word about the status. */
  readonly outcome: PassEnd;
  /** Left out: the status stays as it is. Written once, after the pass, as a patch of what differs. */
  readonly status?: StatusInput | undefined;
}

/** One pass over an object, which may be frozen; what it throws counts as {@link Failed}. */
export type Reconcile<T extends KubeObject> = (object: T, pass: Pass, cluster: Cluster) => Promise<ReconcileResult>;

/**
 * The role of a cluster that was given none, and of a controller that says nothing. Clusters of other roles are for
 * programs that keep two kinds of API servers in step, such as a control plane and the clusters that it serves.
 */
export const MAIN_ROLE = 'main';

/** An object to be woken; without `cluster` it is in that of the dependency. */
export type Woken = (NamespacedName & { readonly cluster?: string }) | WholeCluster;

/** All objects that a cluster has of the kind, and the keys that are named elsewhere. */
export interface WholeCluster {
  readonly cluster: string;
  readonly name?: undefined;
}

/** One pass over a key that no object has; what it throws counts as {@link Failed}. */
export type ReconcileAbsent = (key: ObjectKey, pass: Pass, cluster: Cluster) => Promise<PassEnd>;

/** Finds whom a change of another object concerns. */
export interface Watch {
  readonly kind: ResourceKind;
  /** In which clusters the dependencies are. Default: in that of the object itself. */
  readonly role?: string;
  /** Only these are followed and kept in memory. All who watch the kind have to mean the same ones. */
  readonly labelSelector?: string;
  /** Only those of this namespace; all who watch the kind have to mean the same one. */
  readonly namespace?: string;
  /** What is kept of them in memory; all who watch the kind have to have the same function. */
  readonly keep?: (dependency: KubeObject) => KubeObject | undefined;
  /** Asked for the object before and after its change. */
  readonly wakes: (dependency: KubeObject, cluster: Cluster) => readonly Woken[];
  /** What of it concerns others; a change of anything else wakes nobody. */
  readonly matters?: (dependency: KubeObject) => KubeObject;
}

/** How {@link watching} narrows what is followed. */
export interface WatchOptions<D extends KubeObject> {
  /** Which objects are followed and kept in memory. Default: all. */
  readonly labelSelector?: string;
  /** In which namespace. Default: in all. */
  readonly namespace?: string;
  /** What is known of an object; undefined: it is as if it did not exist. Its metadata has to stay. Default: all of it. */
  readonly keep?: (dependency: D) => D | undefined;
  /** The object without what concerns nobody: a change of that alone wakes none. Default: all of it. */
  readonly matters?: (dependency: D) => D;
  /** In clusters of which role the dependencies are. Default: in the cluster of the object itself. */
  readonly role?: string;
}

/**
 * Wakes objects when another kind's objects come, change (spec, status, labels, annotations, deletion) or go.
 *
 * @param wakes - Names the objects to be woken; {@link referringBy} names those that refer to it.
 */
export function watching<D extends KubeObject>(
  kind: ResourceKind<D>,
  wakes: (dependency: D, cluster: Cluster) => readonly Woken[],
  options: WatchOptions<D> = {},
): Watch {
  // The informer of `kind` hands them nothing but D.
  return { kind, wakes, ...options } as unknown as Watch;
}

/** The objects of `kind` whose index `index` holds the dependency, as `namespace/name` unless `valueOf` says otherwise. */
export function referringBy<D extends KubeObject>(
  kind: ResourceKind,
  index: string,
  valueOf: (dependency: D) => string = (dependency) =>
    `${dependency.metadata.namespace ?? ''}/${dependency.metadata.name}`,
): (dependency: D, cluster: Cluster) => readonly NamespacedName[] {
  return (dependency, cluster) =>
    cluster
      .cache(kind)
      .byIndex(index, valueOf(dependency))
      .map((object) => object.metadata);
}

/** Values under which `byIndex` finds an object. */
export type Indexes<T extends KubeObject> = Readonly<Record<string, (object: T) => readonly string[]>>;

/**
 * Ten minutes, far longer than any request: when hundreds of objects are made at once, a pass waits in queues before rate
 * limits, and one that is cut off there has asked in vain and asks again.
 */
export const DEFAULT_PASS_TIMEOUT_MS = 600_000;

/** What {@link controller} declares of a kind. */
export interface ControllerOptions<T extends KubeObject> {
  readonly kind: ResourceKind<T>;
  /** What metrics and logs call it. Default: its kind; two kinds of one name need two. */
  readonly name?: string;
  /** In clusters of which role its objects are. Default: {@link MAIN_ROLE}. */
  readonly role?: string;
  readonly reconcile: Reconcile<T>;
  /**
   * Looks after what an object has left behind elsewhere, such as in another cluster. Called when an object is gone, and for each
   * key that a watch or `keysElsewhere` names, and that no object has. Default: nothing is done.
   */
  readonly reconcileAbsent?: ReconcileAbsent;
  /**
   * The keys of a cluster that are named elsewhere, such as by what was made for their objects: those that no object has are due
   * when the cluster comes, when a watch wakes all of it, and when the authority over it is gained. It is asked for each of many
   * clusters, and so has to find them by an index. Default: none.
   */
  readonly keysElsewhere?: (cluster: Cluster) => readonly NamespacedName[];
  /** How many objects are worked on at once. Default: 10. */
  readonly workers?: number;
  readonly indexes?: Indexes<T>;
  readonly watches?: readonly Watch[];
  /**
   * What `reconcile` itself asks of Kubernetes, beyond what the runtime does for it: to follow the kinds above, to write
   * the status, to tell Events. Default: nothing. See {@link permissionsOf}.
   */
  readonly permissions?: readonly Permission[];
  /** What `reconcile` asks of clusters in another role, by role. Default: nothing. */
  readonly permissionsIn?: Readonly<Record<string, readonly Permission[]>>;
  /** Annotations whose change wakes the object. Its spec, its deletion and lost finalizers do so always; its status never. */
  readonly wakingAnnotations?: readonly string[];
  /** A pass is aborted after this time and tried again. Default: {@link DEFAULT_PASS_TIMEOUT_MS}. */
  readonly passTimeoutMs?: number;
}

/** A controller whose kind only its own reconcile knows. */
export type Controller = ControllerOptions<KubeObject>;

/**
 * Declares how the objects of one kind are kept as their spec asks.
 *
 * `reconcile` is called for each object that exists (also while it is being deleted) at the start; when its spec, its
 * deletion or a waking annotation changes, or a finalizer is lost; when a watched dependency wakes it; and when its last
 * outcome asked for it. Never twice at once for one object.
 *
 * @example
 * ```ts
 * const greetings = controller({
 *   kind: Greeting,
 *   indexes: { person: (greeting) => [`${greeting.metadata.namespace}/${greeting.spec.personName}`] },
 *   watches: [watching(Person, referringBy(Greeting, 'person'))],
 *   reconcile: async (greeting, pass, cluster) => {
 *     const state = { greeting, kube: cluster.client(pass), people: cluster.cache(Person) };
 *     return reconcilePipeline(greet, state, pass, statusOf);
 *   },
 * });
 * const manager = new Manager({ controllers: [greetings] });
 * manager.addCluster(new KubeConnection(loadClusterConfig()));
 * await manager.start(signal);
 * ```
 */
export function controller<T extends KubeObject>(options: ControllerOptions<T>): Controller {
  // The informer of `kind` hands `reconcile` and `indexes` nothing but T.
  return options as unknown as Controller;
}
