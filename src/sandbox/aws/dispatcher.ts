/**
 * The way of one AWS request: which service and operation, who calls, may they, is there a token in the bucket, does a
 * planned fault hit, and then the operation itself. Every way out ends in the journal.
 */
import { sleep, type Clock } from '../../util/clock.ts';
import type { Logger } from '../../util/log.ts';
import { authenticate, type Caller } from './authentication.ts';
import type { Codec, WireRequest, WireResponse } from './codec.ts';
import { AwsFault } from './fault.ts';
import type { Fault, FaultPlan } from './fault-plan.ts';
import type { Journal } from './journal.ts';
import type { LifeCycleClock } from './life-cycle-clock.ts';
import { nearestNames } from './nearest-names.ts';
import { assertAllowed } from './permissions.ts';
import { addressOf, unknownTarget, type Address } from './routing.ts';
import type { Operation, Principal, RequestContext, ServiceDefinition } from './service.ts';
import type { SignedRequest } from './sigv4.ts';
import type { World } from './world.ts';

export interface RunningService {
  readonly definition: ServiceDefinition;
  readonly codec: Codec;
}

export interface DispatcherDeps {
  readonly services: readonly RunningService[];
  readonly world: World;
  readonly journal: Journal;
  readonly faults: FaultPlan;
  readonly clock: Clock;
  readonly lifeCycleClock: LifeCycleClock;
  readonly log: Logger;
}

/** `dropped`: no answer, the connection is cut. */
export type Dispatched = WireResponse | 'dropped';

const ANONYMOUS: Omit<Principal, 'account'> = {
  kind: 'anonymous',
  arn: 'arn:aws:sts:::anonymous',
  userId: 'anonymous',
  identityArn: '',
};

/** What is known of a call so far; the journal gets it, however the call ends. */
interface CallRecord {
  caller: Caller | undefined;
}

class DroppedError extends Error {
  override readonly name = 'DroppedError';
}

export class Dispatcher {
  readonly #deps: DispatcherDeps;
  #held = 0;

  constructor(deps: DispatcherDeps) {
    this.#deps = deps;
  }

  /** Requests that planned delays hold back now. */
  get held(): number {
    return this.#held;
  }

  /** Answers one request. *Throws* only the signal's reason, when it aborts during a planned delay. */
  async dispatch(request: SignedRequest, requestId: string, signal: AbortSignal): Promise<Dispatched> {
    this.#deps.lifeCycleClock.runDue();
    const address = addressOf(request);
    const service = this.#deps.services.find(({ definition }) => address.isFor(definition));
    if (!service) return this.#refuseUnknown(address, requestId);
    const record: CallRecord = { caller: undefined };
    try {
      const output = await this.#perform(service, address, request, { requestId, record, signal });
      this.#note(service.definition.name, address.operation, record, 'OK');
      return service.codec.encode(address.operation, output, requestId);
    } catch (error) {
      if (signal.aborted) throw error;
      return this.#answerTo(error, service, address, { requestId, record });
    }
  }

  async #perform(
    { definition, codec }: RunningService,
    address: Address,
    request: SignedRequest,
    call: { requestId: string; record: CallRecord; signal: AbortSignal },
  ): Promise<unknown> {
    const { operation } = address;
    call.record.caller = this.#callerOf(request, definition, operation);
    const handler = Object.hasOwn(definition.operations, operation) ? definition.operations[operation] : undefined;
    if (!handler) throw unknownOperation(definition, operation);
    const context = this.#contextFor(call.record.caller, call.requestId);
    const input = codec.decode(operation, wireRequestOf(address, request));
    this.#takeToken(definition, operation, input, context);
    const permissions = this.#deps.world.permissions(context.principal.identityArn);
    assertAllowed({ service: definition, operation, input, context, permissions });
    const fault = this.#deps.faults.take({ service: definition.name, operation, input });
    if (fault && fault.when !== 'after') await this.#inject(fault, call.signal);
    const output = await run(handler, input, context);
    if (fault?.when === 'after') await this.#inject(fault, call.signal);
    return output;
  }

  #callerOf(request: SignedRequest, service: ServiceDefinition, operation: string): Caller {
    const { world, clock } = this.#deps;
    const { accounts, regions } = world.options;
    if (service.unsigned?.includes(operation)) {
      // Nobody signed, so the call belongs to no account; the first one lends it a place for its bucket.
      return { principal: { ...ANONYMOUS, account: accounts[0]?.id ?? '' }, region: regions[0]?.name ?? '' };
    }
    return authenticate({ request, service, world, nowMs: clock.now() });
  }

  #contextFor({ principal, region }: Caller, requestId: string): RequestContext {
    const partition = this.#deps.world.partition(principal.account, region);
    if (!partition) throw new Error('A caller was authenticated for an account or region that the world does not have');
    const { account, clock } = partition;
    return { identities: this.#deps.world, partition, account, region, clock, principal, requestId };
  }

  #takeToken(
    service: ServiceDefinition,
    operation: string,
    input: Record<string, unknown>,
    context: RequestContext,
  ): void {
    if (this.#deps.world.options.throttling === 'off') return;
    const { throttling } = service;
    const spec = throttling.bucketOf(operation, input);
    const buckets = this.#deps.world.buckets(context.partition);
    const isAllowed = buckets?.take({ ...spec, name: `${service.name}/${spec.name}` }) ?? true;
    if (!isAllowed) throw new AwsFault(throttling.code, throttling.message, throttling.httpStatus ?? 400);
  }

  async #inject(fault: Fault, signal: AbortSignal): Promise<void> {
    if (fault.delayMs !== undefined) await this.#hold(fault.delayMs, signal);
    if (fault.drop) throw new DroppedError('The connection is cut by a planned fault');
    if (fault.error === undefined) return;
    const error = typeof fault.error === 'string' ? { code: fault.error } : fault.error;
    throw new AwsFault(error.code, error.message ?? 'A planned fault of the simulator.', error.httpStatus);
  }

  async #hold(delayMs: number, signal: AbortSignal): Promise<void> {
    this.#held += 1;
    try {
      await sleep(this.#deps.clock, delayMs, signal);
    } finally {
      this.#held -= 1;
    }
  }

  #answerTo(
    error: unknown,
    { definition, codec }: RunningService,
    { operation }: Address,
    { requestId, record }: { requestId: string; record: CallRecord },
  ): Dispatched {
    if (error instanceof DroppedError) {
      this.#note(definition.name, operation, record, 'Dropped');
      return 'dropped';
    }
    const fault = error instanceof AwsFault ? error : this.#bug(error, definition.name, operation);
    this.#note(definition.name, operation, record, fault.code);
    return codec.encodeFault(fault, requestId);
  }

  #bug(error: unknown, service: string, operation: string): AwsFault {
    this.#deps.log.error({ err: error, service, operation }, 'an operation of the simulator failed');
    return new AwsFault('InternalFailure', 'The simulator failed; its log says why.', 500);
  }

  #refuseUnknown(address: Address, requestId: string): WireResponse {
    const fault = unknownTarget(
      address,
      this.#deps.services.map(({ definition }) => definition),
      requestId,
    );
    this.#note(address.scopedService || 'unknown', address.operation, { caller: undefined }, fault.code);
    return fault.response;
  }

  #note(service: string, operation: string, { caller }: CallRecord, code: string): void {
    this.#deps.journal.add({
      time: new Date(this.#deps.clock.now()).toISOString(),
      service,
      operation,
      account: caller?.principal.account ?? '',
      region: caller?.region ?? '',
      principal: caller?.principal.arn ?? '',
      code,
    });
  }
}

async function run(handler: Operation<never, unknown>, input: unknown, context: RequestContext): Promise<unknown> {
  // The codec made the input from the schema of this very operation.
  return await handler(input as never, context);
}

function wireRequestOf({ parameters }: Address, { body }: SignedRequest): WireRequest {
  return { parameters, body: Buffer.from(body).toString('utf8') };
}

function unknownOperation(service: ServiceDefinition, operation: string): AwsFault {
  const isJson = service.protocol === 'awsJson1_1';
  const near = nearestNames(operation, Object.keys(service.operations)).join(', ');
  return new AwsFault(
    isJson ? 'UnknownOperationException' : 'InvalidAction',
    `The simulator's ${service.name} has no operation ${operation}; the nearest that it has are ${near}.`,
    400,
  );
}
