/**
 * The AWS simulator: an HTTP server on the loopback interface that speaks AWS's wire protocols. A stand-in for
 * development and tests, never for production.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Clock } from '../../util/clock.ts';
import { listen } from '../../util/listen.ts';
import type { Logger } from '../../util/log.ts';
import { Codec, loadWireModel } from './codec.ts';
import { control, CONTROL_PATH } from './control.ts';
import { Dispatcher, type RunningService } from './dispatcher.ts';
import { FaultPlan } from './fault-plan.ts';
import { type Answer, BodyTooLargeError, requestFrom, send } from './http.ts';
import { createIds } from './ids.ts';
import { Journal } from './journal.ts';
import { LifeCycleClock, type Speed } from './life-cycle-clock.ts';
import type { ServiceDefinition } from './service.ts';
import { createAllServices } from './services.ts';
import type { SignedRequest } from './sigv4.ts';
import { World } from './world.ts';
import { worldOptionsFrom } from './world-options.ts';
import type { WorldOptions } from './world-options-schema.ts';

/** What an AWS simulator is made of. */
export interface AwsSimulatorOptions {
  /** Wall clock: signatures, credential expiry, token buckets, planned delays. */
  readonly clock: Clock;
  /** How fast life cycles run. Default: speed 1. */
  readonly lifeCycle?: { readonly speed: Speed };
  readonly log: Logger;
  /** Default: any free one. */
  readonly port?: number;
  /** Default: one account with the well-known access key. */
  readonly world?: WorldOptions;
  /** Default: all. */
  readonly services?: readonly ServiceDefinition[];
}

/** A running simulator, with hands on what no AWS lets one touch. */
export interface AwsSimulator {
  /** `http://127.0.0.1:<port>`, for every service. */
  readonly endpoint: string;
  readonly world: World;
  readonly journal: Pick<Journal, 'calls' | 'clear' | 'onCall'>;
  readonly faults: Pick<FaultPlan, 'add' | 'intercept' | 'clear'>;
  readonly lifeCycleClock: LifeCycleClock;
  setSpeed(speed: Speed): void;
  /** All state, as `GET /_sandbox/state` shows it. */
  state(): ReturnType<World['dump']>;
  /** Forgets resources, sessions, calls, faults and waiting transitions; time goes on. */
  reset(): void;
  /** Answers a request that came another way than over the socket; undefined where it would cut the connection. */
  answer(request: SignedRequest): Promise<Answer | undefined>;
  /** Requests that are being answered; one that a planned delay holds back counts again when the delay is over. */
  inFlight(): number;
  /** Cuts what is open and resolves when the port is free. Safe to repeat. */
  stop(): Promise<void>;
}

async function runningServices(services: readonly ServiceDefinition[]): Promise<RunningService[]> {
  return Promise.all(
    services.map(async (definition) => ({
      definition,
      codec: new Codec(definition, await loadWireModel(definition.name)),
    })),
  );
}

/** The parts of a running simulator. */
class Simulator {
  readonly world: World;
  readonly journal = new Journal();
  readonly faults = new FaultPlan();
  readonly lifeCycleClock: LifeCycleClock;
  readonly #options: AwsSimulatorOptions;
  readonly #services: readonly ServiceDefinition[];
  readonly #dispatcher: Dispatcher;
  readonly #stopping = new AbortController();
  readonly #requestIds = createIds(0);
  #inFlight = 0;

  constructor(options: AwsSimulatorOptions, services: readonly RunningService[]) {
    const { clock, log } = options;
    this.#options = options;
    this.#services = services.map(({ definition }) => definition);
    this.lifeCycleClock = new LifeCycleClock(clock, options.lifeCycle?.speed ?? 1);
    this.world = new World({
      options: worldOptionsFrom(options.world ?? {}),
      services: this.#services,
      clock,
      lifeCycleClock: this.lifeCycleClock,
      log,
    });
    const { world, journal, faults, lifeCycleClock } = this;
    this.#dispatcher = new Dispatcher({ services, world, journal, faults, clock, lifeCycleClock, log });
  }

  get inFlight(): number {
    return this.#inFlight - this.#dispatcher.held;
  }

  reset(): void {
    this.lifeCycleClock.clear();
    this.world.reset();
    this.journal.clear();
    this.faults.clear();
  }

  stop(): void {
    this.#stopping.abort(new Error('The simulator stops'));
    this.lifeCycleClock.clear();
  }

  /** Never rejects: what goes wrong here ends the connection and stands in the log. */
  async handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#inFlight += 1;
    try {
      const answer = await this.#answerTo(await requestFrom(incoming));
      if (answer) send(response, answer);
      else response.destroy();
    } catch (error) {
      this.#giveUp(error, response);
    } finally {
      this.#inFlight -= 1;
    }
  }

  async answer(request: SignedRequest): Promise<Answer | undefined> {
    this.#inFlight += 1;
    try {
      return await this.#answerTo(request);
    } finally {
      this.#inFlight -= 1;
    }
  }

  async #answerTo(request: SignedRequest): Promise<Answer | undefined> {
    const requestId = this.#requestIds.uuid();
    const stamp = { requestId, nowMs: this.#options.clock.now() };
    if (request.path.startsWith(CONTROL_PATH)) {
      const { status, body } = this.#control(request);
      return { ...stamp, status, contentType: 'application/json', body: JSON.stringify(body) };
    }
    const answer = await this.#dispatcher.dispatch(request, requestId, this.#stopping.signal);
    return answer === 'dropped' ? undefined : { ...stamp, ...answer };
  }

  #control(request: SignedRequest): ReturnType<typeof control> {
    const { world, journal, faults, lifeCycleClock } = this;
    return control(
      {
        services: this.#services,
        world,
        journal,
        faults,
        lifeCycleClock,
        clock: this.#options.clock,
        reset: () => this.reset(),
      },
      {
        method: request.method,
        path: request.path,
        body: Buffer.from(request.body).toString('utf8'),
        host: request.headers['host'] ?? '',
        origin: request.headers['origin'],
      },
    );
  }

  #giveUp(error: unknown, response: ServerResponse): void {
    if (error instanceof BodyTooLargeError && !response.headersSent) {
      response.writeHead(413, { connection: 'close' }).end();
      return;
    }
    const isExpected = this.#stopping.signal.aborted || response.destroyed;
    if (!isExpected) this.#options.log.error({ err: error }, 'the simulator could not answer');
    response.destroy();
  }
}

const HOST = '127.0.0.1';

/** Longer than a client rests between two looks, so that it never writes into a connection that is just being closed. */
const KEEP_ALIVE_MS = 75_000;

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // The only error is that the server is closed already, which is what was asked for.
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/**
 * Starts the simulator.
 *
 * *Throws* `WorldOptionsError` for wrong world options, and the system's error when the port is taken.
 */
export async function startAwsSimulator(options: AwsSimulatorOptions): Promise<AwsSimulator> {
  const services = await runningServices(options.services ?? createAllServices());
  const simulator = new Simulator(options, services);
  const server = createServer((incoming, response) => void simulator.handle(incoming, response));
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  const port = await listen(server, { port: options.port ?? 0, host: HOST });
  const { world, journal, faults, lifeCycleClock } = simulator;
  return {
    endpoint: `http://${HOST}:${port}`,
    world,
    journal,
    faults,
    lifeCycleClock,
    setSpeed: (speed) => lifeCycleClock.setSpeed(speed),
    state: () => world.dump(),
    answer: (request) => simulator.answer(request),
    reset: () => simulator.reset(),
    inFlight: () => simulator.inFlight,
    stop: async () => {
      simulator.stop();
      await close(server);
    },
  };
}
