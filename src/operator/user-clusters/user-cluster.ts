/**
 * One cluster of a user, for as long as it is served without a break.
 *
 * *States*: connecting (it is recognized, what it needs is installed, its first role joined) → connected, until it is left:
 * because it is not wanted any more, or the right to work on it has ended. Beside that it may be *unreachable* or *refused*,
 * and tried again with pauses that grow to some minutes; what is under management stays so meanwhile, and its caches warm.
 */
import {
  type AnswerLimits,
  type ClusterConfig,
  createKubeClient,
  ExchangeableIdentity,
  isUnauthorized,
  isUnreachable,
  KubeApiError,
  type KubeClient,
  type KubeConnection,
  type Reachability,
  type RequestReport,
} from '../../kube/index.ts';
import type { Installer } from '../../reconcilers/cloud-resources/cloud-resources/installer.ts';
import { USER_ROLE } from '../../reconcilers/cloud-resources/common/planes.ts';
import type { Manager } from '../../runtime/index.ts';
import { reasonOf, untilAborted, whenAborted } from '../../util/abort.ts';
import { pauseAfter } from '../../util/backoff.ts';
import { type Authority, type Call, lacksAuthority } from '../../util/call.ts';
import { type Clock, sleep } from '../../util/clock.ts';
import { errorsIn } from '../../util/error-message.ts';
import type { Logger } from '../../util/log.ts';
import type { Slots } from '../../util/slots.ts';
import { AnotherClusterError, UnrecognizedClusterError } from './recognition.ts';
import { Refusals } from './refusals.ts';
import { isSameStanding, type Standing } from './standing.ts';

/** Who hears what a connection to a cluster meets. */
export interface ConnectionListener {
  readonly onRequest: (report: RequestReport) => void;
  readonly onReachability: (reachability: Reachability) => void;
}

export type ConnectTo = (config: ClusterConfig, listener: ConnectionListener) => KubeConnection;

/** Makes a cluster ready for its first role, in which its CloudResources are followed. */
export type BaseInstaller = Pick<Installer, 'applyBase'>;

export interface UserClusterDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
  readonly connectTo: ConnectTo;
  readonly installer: BaseInstaller;
  /** Resolves when it is the cluster that it should be, with its uid. *Throws* {@link UnrecognizedClusterError}. */
  readonly recognize: (there: KubeClient, call: Call, servedAs: string | undefined) => Promise<string | undefined>;
  readonly manager: Pick<Manager, 'addCluster' | 'removeCluster' | 'whenJoined'>;
  /** So many are made ready at once. */
  readonly slots: Slots;
  /** Hears of each change. */
  readonly onStanding: (standing: Standing) => void;
}

/** What metrics call them all: their number has no bound. */
export const USER_CLUSTERS = 'user';
const INSTALL_TIMEOUT_MS = 60_000;
const FIRST_PAUSE_MS = 1_000;
export const LONGEST_PAUSE_MS = 300_000;
const MIB = 1024 * 1024;
/** Room for thousands of objects of a kind, and as much as the owner of one cluster may cost all others in memory and time. */
export const USER_CLUSTER_LIMITS: AnswerLimits = {
  longestLine: 4 * MIB,
  longestAnswer: 8 * MIB,
  longestList: 32 * MIB,
};

export class UserCluster {
  readonly name: string;
  readonly #config: ClusterConfig;
  readonly #identity: ExchangeableIdentity;
  readonly #connection: KubeConnection;
  readonly #authority: Authority;
  readonly #deps: UserClusterDeps;
  readonly #leaving = new AbortController();
  readonly #life: Promise<void>;
  #refusals = new Refusals();
  #unreachable: string | undefined;
  /** How often it was away and came back. */
  #returns = 0;
  /** Why what it needs cannot be installed, or is not. */
  #uninstalled: string | undefined;
  /** Which cluster it was when that was known last, the right one or another. */
  #uid: string | undefined;
  #isManaged = false;
  #isJoined = false;
  #isAbandoned = false;
  #standing: Standing = { state: 'connecting', problem: undefined };
  /** Aborted: it may be another one than when it was last looked at which it is. */
  #doubt = new AbortController();

  /** @param authority - The right to work on it; when that ends, the cluster is left. */
  constructor(config: ClusterConfig, authority: Authority, deps: UserClusterDeps) {
    this.name = config.name;
    this.#config = config;
    this.#authority = authority;
    this.#deps = deps;
    this.#identity = new ExchangeableIdentity(config.identity);
    this.#connection = deps.connectTo({ ...config, identity: this.#identity }, this.#listener());
    this.#life = this.#live();
  }

  get standing(): Standing {
    return this.#standing;
  }

  /** Whether its objects are worked on. */
  get isManaged(): boolean {
    return this.#isManaged && !this.#leaving.signal.aborted;
  }

  /** Whether something goes on that ends by itself. */
  get isBusy(): boolean {
    return this.#standing.state === 'connecting';
  }

  /**
   * Goes on with other credentials; what they are worth the next answers tell. False: it is about another server, or another way to
   * it, and needs a new connection.
   */
  renew(config: ClusterConfig): boolean {
    if (this.#leaving.signal.aborted || wayOf(config) !== wayOf(this.#config)) return false;
    this.#identity.exchange(config.identity);
    this.#connection.renew();
    if (!this.#isJoined) {
      this.#refusals = new Refusals();
      this.#uninstalled = undefined;
      this.#tell();
    }
    this.doubt();
    return true;
  }

  /** Looks again which cluster it is: it may be the right one by now, or not any more. It stands as before until that is known. */
  doubt(): void {
    this.#doubt.abort(new Error('It may be another cluster'));
  }

  /** Another Scope has the cluster of this uid from now on, or no more. */
  reconsider(uid: string): void {
    if (this.#uid === uid) this.doubt();
  }

  /** Resolves when it was left, for whatever reason. */
  whenLeft(): Promise<void> {
    return this.#life;
  }

  /** Resolves when the passes that ran there have ended, and the connection is closed. */
  leave(): Promise<void> {
    this.#leaving.abort(new Error('The cluster is let go'));
    return this.#life;
  }

  /** As `leave`, when the manager is stopped, too: what is under management is its own to close. */
  abandon(): void {
    this.#isAbandoned = true;
    void this.leave();
  }

  async #live(): Promise<void> {
    const { ended } = this.#authority;
    const { manager } = this.#deps;
    const leave = (): void => void this.leave();
    ended?.addEventListener('abort', leave, { once: true });
    if (ended?.aborted === true) leave();
    const { signal } = this.#leaving;
    try {
      await this.#persist((call) => this.#makeReady(call), signal);
      // Another Scope may have been recorded meanwhile.
      while (this.#doubt.signal.aborted) await this.#persist((call) => this.#recognize(call), signal);
      const options = { roles: [USER_ROLE], isEssential: false, metricsName: USER_CLUSTERS };
      manager.addCluster(this.#connection, options);
      this.#isManaged = true;
      await Promise.all([this.#join(signal), this.#recognizeAlways(signal)]);
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
      await whenAborted(signal);
    }
    ended?.removeEventListener('abort', leave);
    if (!this.#isManaged) this.#connection.close();
    else if (!this.#isAbandoned) await manager.removeCluster(this.name);
  }

  async #join(signal: AbortSignal): Promise<void> {
    await this.#deps.manager.whenJoined(this.name, signal);
    this.#isJoined = true;
    this.#tell();
  }

  /**
   * Looks again whenever there is a doubt, and leaves another cluster, which is not served next time. *Throws* the signal's
   * reason.
   */
  async #recognizeAlways(signal: AbortSignal): Promise<never> {
    for (;;) {
      await untilAborted(whenAborted(this.#doubt.signal), signal);
      await this.#persist((call) => this.#recognize(call), signal);
      this.#tell();
    }
  }

  /** Resolves when it has succeeded, with pauses in between. *Throws* the signal's reason. */
  async #persist(work: (call: Call) => Promise<void>, signal: AbortSignal): Promise<void> {
    const { slots } = this.#deps;
    for (let tried = 1; ; tried += 1) {
      const returns = this.#returns;
      try {
        await slots(signal, () => work(this.#call(signal)));
        this.#uninstalled = undefined;
        return;
      } catch (error) {
        if (signal.aborted) throw reasonOf(signal);
        // What is installed is several things, which mostly fail together.
        const errors = errorsIn(error);
        if (errors.some(isUnreachable) && (await this.#waitedForIt(returns, signal))) continue;
        await this.#recover(errors, tried, signal);
      }
    }
  }

  /** Nothing is written in a cluster that is not known. */
  async #makeReady(call: Call): Promise<void> {
    await this.#recognize(call);
    await this.#deps.installer.applyBase(this.#client(call));
  }

  async #recognize(call: Call): Promise<void> {
    this.#doubt = new AbortController();
    try {
      const servedAs = this.#isManaged ? this.#uid : undefined;
      this.#uid = await this.#deps.recognize(this.#client(call), call, servedAs);
    } catch (error) {
      if (error instanceof AnotherClusterError) {
        this.#uid = error.uid;
        if (this.#isManaged) void this.leave();
      }
      throw error;
    }
  }

  #client(call: Call): KubeClient {
    return createKubeClient(this.#connection, call);
  }

  /**
   * While the server is away, that is told when the connection says so. Resolves when it is there, with whether it was away: now,
   * or while the last attempt went on, of whose requests one may have failed before it came back and one have succeeded after.
   */
  async #waitedForIt(returnsBefore: number, signal: AbortSignal): Promise<boolean> {
    return (await this.#connection.whenReachable(signal)) || this.#returns > returnsBefore;
  }

  async #recover(errors: readonly unknown[], tried: number, signal: AbortSignal): Promise<void> {
    // That its server does not take the credentials is among the refusals, until an answer says that it does.
    const said = errors.filter(isRefusal).find((refusal) => !isUnauthorized(refusal));
    const unexpected = errors.find((error) => !(isRefusal(error) || lacksAuthority(error)));
    if (unexpected !== undefined) this.#fail(unexpected);
    else if (said !== undefined) this.#uninstalled = problemOf(said);
    this.#tell();
    const growth = { firstMs: FIRST_PAUSE_MS, longestMs: LONGEST_PAUSE_MS };
    await this.#pause(pauseAfter(tried, growth, this.#deps.random), signal);
  }

  /** Somebody has to look into the program. */
  #fail(error: unknown): void {
    this.#deps.log.error({ cluster: this.name, error }, 'The cluster of a user cannot be served');
    this.#uninstalled = 'the log of the operator says why';
    this.#tell();
  }

  /** Ends sooner when it may be another way now. */
  async #pause(pauseMs: number, signal: AbortSignal): Promise<void> {
    await sleep(this.#deps.clock, pauseMs, AbortSignal.any([signal, this.#doubt.signal])).catch(() => undefined);
    signal.throwIfAborted();
  }

  #call(signal: AbortSignal): Call {
    const { clock, log } = this.#deps;
    const caller = { kind: 'UserCluster', namespace: '', name: this.name };
    const deadlineMs = clock.monotonicMs() + INSTALL_TIMEOUT_MS;
    return { signal, deadlineMs, clock, log, caller, mode: 'apply', authority: this.#authority };
  }

  #noteReturn(): void {
    this.#returns += 1;
    this.doubt();
  }

  #listener(): ConnectionListener {
    return {
      onRequest: (report) => {
        this.#refusals.hear(report);
        this.#tell();
      },
      onReachability: ({ problem, isReachable }) => {
        if (isReachable) this.#noteReturn();
        this.#unreachable = problem;
        this.#tell();
      },
    };
  }

  #tell(): void {
    const standing = this.#present();
    if (isSameStanding(standing, this.#standing)) return;
    this.#standing = standing;
    if (!this.#leaving.signal.aborted) this.#deps.onStanding(standing);
  }

  #present(): Standing {
    const refusal = this.#refusals.problem ?? this.#uninstalled;
    if (this.#unreachable !== undefined) return { state: 'unreachable', problem: this.#unreachable };
    if (refusal !== undefined) return { state: 'refused', problem: refusal };
    return { state: this.#isJoined ? 'connected' : 'connecting', problem: undefined };
  }
}

/** What a connection cannot change while it stands. */
function wayOf({ server, certificateAuthority, serverName, defaultNamespace }: ClusterConfig): string {
  return JSON.stringify([server.href, certificateAuthority, serverName, defaultNamespace]);
}

type Refusal = KubeApiError | UnrecognizedClusterError;

function isRefusal(error: unknown): error is Refusal {
  return error instanceof KubeApiError || error instanceof UnrecognizedClusterError;
}

/** What a server says by itself is not told any further: it may repeat what it was sent. */
function problemOf(refusal: Refusal): string {
  if (refusal instanceof UnrecognizedClusterError) return refusal.message;
  const { verb, resource, code } = refusal;
  const what = `${verb === 'apply' ? 'patch' : verb} ${resource}`;
  return code === 0 ? `${what} is not answered` : `its API server does not permit or accept ${what} (${code})`;
}
