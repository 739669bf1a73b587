/**
 * What is shared by all passes over one target: its credentials, an SDK client a service, and what services keep.
 */
import type { Call } from '../util/call.ts';
import type { Clock } from '../util/clock.ts';
import type { Logger } from '../util/log.ts';
import type { Door } from './door.ts';
import type { Credentials, InputOf, Operations, OutputOf, SdkClient, SdkConfig, Service } from './operations.ts';
import type { AwsOptions } from './options.ts';
import type { Target } from './target.ts';
import type { SendOptions, Transport } from './transport.ts';

/** Sends the operations of one service, to one target, for one call. */
export interface Requester<Ops extends Operations> {
  send<N extends keyof Ops & string>(operation: N, input: InputOf<Ops[N]>): Promise<OutputOf<Ops[N]>>;
}

/** Gives the credentials by which requests to a target are signed. */
export interface CredentialsSource {
  /** *Throws* `AwsError` of kind `access-denied` when nobody grants any. */
  get(target: Target): Promise<Credentials>;
  /**
   * Forgets the credentials of a request that left at `sentAtMs` (monotonic) and was refused; false when there are no
   * others to be had.
   */
  forget(target: Target, sentAtMs: number): boolean;
}

export interface ConnectionDeps {
  readonly clock: Clock;
  readonly door: Door;
  readonly transport: Transport;
  readonly credentials: CredentialsSource;
  readonly options: Pick<AwsOptions, 'endpoint'>;
}

/** What batchers of a service are made with; they outlive the pass that made them. */
export interface ServiceDeps {
  readonly clock: Clock;
  readonly log: Logger;
}

/** Members of inputs that are secrets; AWS marks them as sensitive, and no message may repeat them. */
const SECRET_MEMBERS = ['AuthToken', 'SecretString', 'WebIdentityToken'];

function secretsOf(input: object): readonly string[] {
  const values = Object.entries(input).filter(([member]) => SECRET_MEMBERS.includes(member));
  return values.flatMap(([, value]) => (typeof value === 'string' ? [value] : []));
}

/**
 * Lets the SDK sign by our clock. The SDK signs at `Date.now() + systemClockOffset` and corrects the offset by answers
 * of AWS; here the offset always leads to our clock, which in tests may stand in another year.
 */
function signByClock(client: SdkClient, clock: Clock): void {
  Object.defineProperty(client.config, 'systemClockOffset', {
    // The SDK adds this to Date.now(), which is why it stands here, outside of the clock: to be taken away again.
    get: () => clock.now() - Date.now(),
    set: () => {},
  });
}

export class Connection {
  readonly target: Target;
  readonly #deps: ConnectionDeps;
  readonly #clients = new Map<string, SdkClient>();
  readonly #kept = new Map<string, unknown>();

  constructor(target: Target, deps: ConnectionDeps) {
    this.target = target;
    this.#deps = deps;
  }

  /** Binds a service to a call. */
  requester<Ops extends Operations>(service: Service<Ops>, call: Call): Requester<Ops> {
    return { send: (operation, input) => this.#send(service, operation, input, call) };
  }

  /** What a service keeps for this target (batchers), created on first use. The name belongs to one type. */
  keep<T>(name: string, create: () => T): T {
    const kept = this.#kept.get(name) ?? create();
    this.#kept.set(name, kept);
    return kept as T; // a name is used by one service with one type
  }

  #send<Ops extends Operations, N extends keyof Ops & string>(
    service: Service<Ops>,
    name: N,
    input: InputOf<Ops[N]>,
    call: Call,
  ): Promise<OutputOf<Ops[N]>> {
    const operation = service.operations[name];
    if (!operation) throw new Error(`${service.name} does not declare ${name}`);
    const client = this.#clientOf(service);
    const { door, clock, credentials } = this.#deps;
    let sentAtMs = -Infinity;
    const noteSending = ({ abortSignal, beforeSocket }: SendOptions): SendOptions => ({
      abortSignal,
      beforeSocket: () => {
        beforeSocket();
        sentAtMs = clock.monotonicMs();
      },
    });
    return door.send({
      service: service.name,
      operation: name,
      access: operation.access,
      rateClass: operation.rateClass,
      target: this.target,
      call,
      secrets: secretsOf(input as object), // inputs of AWS are structures
      send: (options: SendOptions) => {
        // Made only now: hundreds of calls may wait for a token, and a command is a stack of middleware.
        const command = new operation.command(input as never); // `Requester.send` has checked it against the table
        // The SDK narrows `send` to the commands of its own client; the table of operations has done so already.
        return client.send(command as never, noteSending(options)) as Promise<OutputOf<Ops[N]>>;
      },
      renewCredentials: () => credentials.forget(this.target, sentAtMs),
    });
  }

  #clientOf(service: Service<Operations>): SdkClient {
    const existing = this.#clients.get(service.name);
    if (existing) return existing;
    const client = service.createSdkClient(this.#sdkConfig());
    signByClock(client, this.#deps.clock);
    // It copies each input and answer, without what is secret, for a log that the SDK then does not write.
    client.middlewareStack.remove('loggerMiddleware');
    this.#clients.set(service.name, client);
    return client;
  }

  #sdkConfig(): SdkConfig {
    const { options, transport, credentials } = this.#deps;
    return {
      region: this.target.region,
      ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
      maxAttempts: 1,
      defaultsMode: 'standard',
      // Marked as memoized, so that the SDK asks each time instead of keeping copies by a clock of its own.
      credentials: Object.assign(() => credentials.get(this.target), { memoized: true as const }),
      requestHandler: transport,
    };
  }
}
