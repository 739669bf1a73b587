/**
 * Which clusters of users are served: those of Scopes of the control plane's namespace that have a kubeconfig there, as far as
 * their work is this process's by the leases.
 *
 * *Guarantees*: what changes (Scope, kubeconfig, lease) is acted upon at once; a cluster has one connection at a time; one
 * that is away or refuses costs a look in some minutes, and holds up no other.
 */
import { type Scope, scopeKind } from '../../api/index.ts';
import {
  type ClusterConfig,
  type KubeClient,
  KubeConfigError,
  type NamespacedName,
  selfContainedClusterConfig,
} from '../../kube/index.ts';
import { ageKey } from '../../reconcilers/common/age-key.ts';
import { CLUSTER_UID_INDEX, clusterUidIndexValue, recordedUidOf } from '../../reconcilers/common/indexes.ts';
import type { Cluster, Manager } from '../../runtime/index.ts';
import { Activity } from '../../runtime/activity.ts';
import type { Authority, Call } from '../../util/call.ts';
import { othersTurn } from '../../util/others-turn.ts';
import { createSlots } from '../../util/slots.ts';
import { problemsIn } from './announcements.ts';
import { KUBECONFIG_KEY, kubeconfigNameOf, Kubeconfigs, type KubeconfigsDeps } from './kubeconfigs.ts';
import type { ClustersOfScopes } from './single-cluster.ts';
import { recognizeCluster } from './recognition.ts';
import { isSameStanding, type Standing } from './standing.ts';
import { UserCluster, type UserClusterDeps } from './user-cluster.ts';

export interface RosterDeps
  extends
    Omit<KubeconfigsDeps, 'activity' | 'onChange'>,
    Omit<UserClusterDeps, 'slots' | 'onStanding' | 'manager' | 'recognize'> {
  readonly controlPlane: () => Cluster;
  /** Asked for when there is something to do. */
  readonly manager: () => Pick<Manager, 'subscribe'> & UserClusterDeps['manager'];
  /** The right to work on the cluster of a Scope; undefined: it is another replica's. */
  readonly authorityOf: (scope: Scope) => Authority | undefined;
  /** Hears how it stands with the cluster of a Scope, at each change. */
  readonly onStanding: (scope: Scope, standing: Standing) => void;
}

/** As many handshakes and writes at once do not hold up what is served already. */
const CONNECTING_AT_ONCE = 20;

/** A cluster that is served, or would be if its kubeconfig could be used. */
interface Member {
  readonly kubeconfig: string;
  readonly cluster: UserCluster | undefined;
  readonly standing: Standing;
  /** Undefined: it stays. */
  readonly leaving: Promise<void> | undefined;
}

/** What a cluster is served with. */
interface Wanted {
  readonly scope: Scope;
  readonly kubeconfig: string;
  readonly authority: Authority;
}

export class Roster implements ClustersOfScopes {
  readonly #deps: RosterDeps;
  readonly #kubeconfigs: Kubeconfigs;
  readonly #members = new Map<string, Member>();
  readonly #activity = new Activity();
  readonly #slots = createSlots(CONNECTING_AT_ONCE);
  /** Scopes that are to be looked at. */
  readonly #due = new Set<string>();
  #isReviewing = false;
  #unsubscribe = (): void => {};
  #isStopping = false;

  constructor(deps: RosterDeps) {
    this.#deps = deps;
    const onChange = (scope: string): void => this.#review(scope);
    this.#kubeconfigs = new Kubeconfigs({ ...deps, activity: this.#activity, onChange });
    this.#activity.register(() => this.#due.size > 0 || [...this.#members.values()].some(isBusy));
  }

  /** Where they stand, by the names of their Scopes. */
  get standings(): ReadonlyMap<string, Standing> {
    return new Map([...this.#members].map(([scope, { standing }]) => [scope, standing]));
  }

  /** What is amiss, a sentence each: of kubeconfigs, and one of all clusters. */
  get problems(): readonly string[] {
    const { problem } = this.#kubeconfigs;
    const kubeconfigs = problem === undefined ? [] : [`kubeconfigs of clusters of users: ${problem}`];
    return [...kubeconfigs, ...problemsIn(this.standings)];
  }

  /** Begins to serve; when the control plane is under management. */
  start(): void {
    const { manager, controlPlane, namespace } = this.#deps;
    this.#unsubscribe = manager().subscribe(controlPlane().name, scopeKind, ({ before, after }) => {
      const metadata = (after ?? before)?.metadata;
      if (metadata?.namespace !== namespace) return;
      this.#review(metadata.name);
      this.#noteRecorded(metadata.name, before, after);
    });
    this.#kubeconfigs.start();
  }

  /** Looks at all Scopes again: what is this process's has changed. */
  review(): void {
    for (const { metadata } of this.#scopes().list(this.#deps.namespace)) this.#review(metadata.name);
  }

  scopeOf(cluster: string): Scope | undefined {
    const { namespace } = this.#deps;
    const prefix = `${namespace}/`;
    if (!cluster.startsWith(prefix)) return undefined;
    return this.#scopes().get({ namespace, name: cluster.slice(prefix.length) });
  }

  clusterOf({ namespace, name }: NamespacedName): string | undefined {
    const member = namespace === this.#deps.namespace ? this.#members.get(name) : undefined;
    return member?.cluster?.isManaged === true ? member.cluster.name : undefined;
  }

  /**
   * Resolves when all is known that there was at `revision` of Secrets, by default at the start, and every cluster is
   * connected, or known not to be for now.
   */
  async whenIdle(revision: string | undefined, signal: AbortSignal): Promise<void> {
    await this.#kubeconfigs.whenObserved(revision, signal);
    await this.#activity.whenIdle(signal);
  }

  /** Serves no more; before the manager stops, which closes what is under management. */
  async abandon(): Promise<void> {
    this.#isStopping = true;
    this.#unsubscribe();
    for (const { cluster } of this.#members.values()) cluster?.abandon();
    await this.#kubeconfigs.stop();
    this.#deps.connection.close();
  }

  /** Resolves when nothing goes on any more. */
  async whenLeft(): Promise<void> {
    const clusters = [...this.#members.values()].flatMap(({ cluster }) => cluster ?? []);
    await Promise.all(clusters.map((cluster) => cluster.whenLeft()));
  }

  #scopes() {
    return this.#deps.controlPlane().cache(scopeKind);
  }

  #review(scope: string): void {
    this.#due.add(scope);
    if (!this.#isReviewing) void this.#reviewDue();
  }

  /**
   * One in each turn of the event loop: to read a kubeconfig takes a millisecond or more, and a thousand in a row, as when a
   * lease was gained, would take until that lease has to be renewed.
   */
  async #reviewDue(): Promise<void> {
    this.#isReviewing = true;
    // Those that are added meanwhile are seen, too.
    for (const scope of this.#due) {
      await othersTurn();
      this.#due.delete(scope);
      try {
        this.#reviewNow(scope);
      } catch (error) {
        // Somebody has to look into the program; the others are looked at nevertheless.
        this.#deps.log.error({ scope, error }, 'Whether the cluster of a user is to be served cannot be told');
      }
    }
    this.#isReviewing = false;
    this.#activity.changed();
  }

  #reviewNow(scope: string): void {
    if (this.#isStopping) return;
    const wanted = this.#wantedOf(scope);
    const member = this.#members.get(scope);
    if (member === undefined) {
      if (wanted !== undefined) this.#take(scope, wanted);
    } else if (member.leaving === undefined && !this.#staysAs(scope, member, wanted)) {
      this.#letGo(scope, member);
    }
    this.#activity.changed();
  }

  #wantedOf(name: string): Wanted | undefined {
    const { namespace, authorityOf } = this.#deps;
    const scope = this.#scopes().get({ namespace, name });
    const kubeconfig = this.#kubeconfigs.of(name);
    if (scope === undefined || kubeconfig === undefined) return undefined;
    const authority = authorityOf(scope);
    return authority === undefined ? undefined : { scope, kubeconfig, authority };
  }

  #take(scope: string, wanted: Wanted): void {
    const config = this.#configOf(scope, wanted);
    if (config instanceof KubeConfigError) {
      const refused: Standing = { state: 'refused', problem: config.message };
      this.#members.set(scope, {
        kubeconfig: wanted.kubeconfig,
        cluster: undefined,
        standing: refused,
        leaving: undefined,
      });
      this.#tell(scope, refused);
      return;
    }
    const onStanding = (standing: Standing): void => this.#note(scope, { standing });
    const recognize: UserClusterDeps['recognize'] = (there, call, servedAs) =>
      this.#recognize(scope, there, call, servedAs);
    const deps = { ...this.#deps, manager: this.#deps.manager(), slots: this.#slots, onStanding, recognize };
    const cluster = new UserCluster(config, wanted.authority, deps);
    const { kubeconfig } = wanted;
    const { standing } = cluster;
    this.#members.set(scope, { kubeconfig, cluster, standing, leaving: undefined });
    // Also when it is left by itself, because the right to work on it has ended.
    void cluster.whenLeft().then(() => this.#forget(scope, cluster));
  }

  #recognize(name: string, there: KubeClient, call: Call, servedAs: string | undefined): Promise<string | undefined> {
    const { namespace, controlPlane } = this.#deps;
    const scope = (): Scope | undefined => this.#scopes().get({ namespace, name });
    const ownerOf = (uid: string): string | undefined => this.#ownerOf(uid, name);
    return recognizeCluster({ there, controlPlane: controlPlane().client(call), servedAs, scope, ownerOf });
  }

  /** Who was recorded first has a cluster; of two that were at once, who is older. */
  #ownerOf(uid: string, name: string): string | undefined {
    const having = this.#recordedWith(uid);
    const own = having.find(({ metadata }) => metadata.name === name);
    return having.find((one) => own === undefined || ageKey(one) < ageKey(own))?.metadata.name;
  }

  #recordedWith(uid: string): readonly Scope[] {
    return this.#scopes().byIndex(CLUSTER_UID_INDEX, clusterUidIndexValue(this.#deps.namespace, uid));
  }

  /**
   * Who has lost the record of a cluster looks again first, and records it anew if it still is its own; others get it at once
   * when the Scope is gone. Whom a record comes too late for has to let go.
   */
  #noteRecorded(name: string, scopeBefore: Scope | undefined, scopeAfter: Scope | undefined): void {
    const [before, after] = [scopeBefore && recordedUidOf(scopeBefore), scopeAfter && recordedUidOf(scopeAfter)];
    if (before === after) return;
    const isShared = after !== undefined && this.#recordedWith(after).length > 1;
    if (before !== undefined || isShared) this.#members.get(name)?.cluster?.doubt();
    const news = scopeAfter === undefined ? before : after;
    if (news === undefined) return;
    for (const [scope, { cluster }] of this.#members) if (scope !== name) cluster?.reconsider(news);
  }

  #configOf(scope: string, { kubeconfig }: Wanted): ClusterConfig | KubeConfigError {
    const { namespace, clock } = this.#deps;
    const source = `Secret ${namespace}/${kubeconfigNameOf(scope)}`;
    if (kubeconfig === '')
      return new KubeConfigError(source, `data.${KUBECONFIG_KEY}`, 'is missing; the kubeconfig has to be in this key');
    try {
      return selfContainedClusterConfig(kubeconfig, { name: `${namespace}/${scope}`, source, clock });
    } catch (error) {
      if (error instanceof KubeConfigError) return error;
      throw error;
    }
  }

  /** Whether it may go on as it is, perhaps with other credentials. */
  #staysAs(scope: string, { kubeconfig, cluster }: Member, wanted: Wanted | undefined): boolean {
    if (wanted === undefined) return false;
    if (wanted.kubeconfig === kubeconfig) return true;
    const config = this.#configOf(scope, wanted);
    if (config instanceof KubeConfigError || cluster?.renew(config) !== true) return false;
    this.#note(scope, { kubeconfig: wanted.kubeconfig });
    return true;
  }

  #letGo(scope: string, { cluster }: Member): void {
    if (cluster === undefined) this.#forget(scope, undefined);
    else this.#note(scope, { leaving: cluster.leave() });
  }

  #forget(scope: string, cluster: UserCluster | undefined): void {
    if (this.#members.get(scope)?.cluster !== cluster) return;
    this.#members.delete(scope);
    this.#review(scope);
    this.#activity.changed();
  }

  #note(scope: string, change: Partial<Member>): void {
    const member = this.#members.get(scope);
    if (member === undefined) return;
    const { standing = member.standing } = change;
    this.#members.set(scope, { ...member, ...change });
    if (!isSameStanding(standing, member.standing)) this.#tell(scope, standing);
    this.#activity.changed();
  }

  #tell(name: string, standing: Standing): void {
    const { namespace, onStanding } = this.#deps;
    const scope = this.#scopes().get({ namespace, name });
    if (scope !== undefined) onStanding(scope, standing);
  }
}

function isBusy({ cluster, leaving }: Member): boolean {
  return leaving !== undefined || cluster?.isBusy === true;
}
