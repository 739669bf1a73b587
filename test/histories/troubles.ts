import fc from 'fast-check';
import type { Fault as AwsFault } from '../../src/sandbox/aws/fault-plan.ts';
import type { AwsSimulator } from '../../src/sandbox/aws/server.ts';
import type { Fault as KubeFault } from '../../src/sandbox/kube-api/faults.ts';
import type { VirtualClock } from '../../src/util/virtual-clock.ts';
import type { MemoryKube } from '../support/memory-kube.ts';

/*
 * What goes wrong between the operator and the two that it works with, and in the operator itself. A step plans it; it then
 * meets the operator's next requests that fit, never those of users or of whoever else works in AWS.
 */

export type TroubleStep =
  | { readonly do: 'aws'; readonly operation: string; readonly count: number; readonly fault: AwsTrouble }
  | { readonly do: 'kube'; readonly verb: string; readonly count: number; readonly fault: KubeTrouble }
  /** The process dies at the request `after` so many more: of this operation of AWS, or `*`, or of writes to Kubernetes, `kube`. */
  | {
      readonly do: 'die';
      readonly at: string;
      readonly after: number;
      readonly when: 'before' | 'after';
      readonly downMs: number;
    }
  /** The program ends as asked, and another one takes its place. */
  | { readonly do: 'replace' }
  | { readonly do: 'watchesEnd'; readonly isHistoryLost: boolean }
  /** Of the machine, by an NTP step. */
  | { readonly do: 'clockJumps'; readonly ms: number }
  /** The next thing of this sort that AWS takes on comes to nothing: it fails by itself, or its other side rejects it. */
  | { readonly do: 'comesToNothing'; readonly what: (typeof HAPLESS)[number] }
  /** New resources of EC2 stay unknown to other calls for a while. */
  | { readonly do: 'awsLags'; readonly seconds: number };

/** Quotas by which the simulator counts them. */
const HAPLESS = ['ec2.failingCidrAssociations', 'ec2.failingPeeringRequests', 'ec2.rejectedPeeringRequests'] as const;

type AwsTrouble = Pick<AwsFault, 'error' | 'drop' | 'delayMs' | 'when'>;
type KubeTrouble = Pick<KubeFault, 'status' | 'drop' | 'delayMs' | 'when' | 'retryAfterSeconds'>;

interface Planned<F> {
  readonly what: string;
  readonly fault: F;
  left: number;
}

/** Who suffers. */
interface Sufferer {
  readonly aws: AwsSimulator;
  readonly kube: MemoryKube;
  readonly clock: VirtualClock;
  readonly isOperatorAlive: boolean;
  killOperator(downMs: number): void;
  replaceOperator(): Promise<void>;
  note(what: string): void;
}

type Death = Extract<TroubleStep, { do: 'die' }> & { left: number };

/** The troubles that wait, and those that last. */
export class Troubles {
  readonly #world: Sufferer;
  #aws: Planned<AwsTrouble>[] = [];
  #kube: Planned<KubeTrouble>[] = [];
  #death: Death | undefined;
  readonly #hapless = new Map<string, number>();
  #isSuspended = false;
  #calls = 0;

  constructor(world: Sufferer, userAgent: string) {
    this.#world = world;
    world.aws.faults.intercept(({ operation }) => {
      this.#calls += 1;
      return this.#isSuspended ? undefined : this.#meetAws(operation);
    });
    world.aws.journal.onCall(({ operation, code }) => world.note(`aws ${operation} ${code}`));
    world.kube.faults.intercept((request) => {
      const { isWrite, verb, resource, subresource, name } = request;
      if (request.userAgent === userAgent) return undefined;
      const fault = this.#meetKube(verb, isWrite);
      if (isWrite || fault) world.note(['kube', verb, resource, subresource, nameless(resource, name)].join(' '));
      return fault;
    });
  }

  /** How many calls AWS has met. */
  get calls(): number {
    return this.#calls;
  }

  /** Work of somebody else, which goes well. */
  async without<T>(work: () => Promise<T>): Promise<T> {
    this.#isSuspended = true;
    this.#letFail([]);
    try {
      return await work();
    } finally {
      this.#isSuspended = false;
      this.#letFail([...this.#hapless]);
    }
  }

  async take(step: TroubleStep): Promise<void> {
    switch (step.do) {
      case 'aws':
        this.#aws.push({ what: step.operation, fault: step.fault, left: step.count });
        return;
      case 'kube':
        this.#kube.push({ what: step.verb, fault: step.fault, left: step.count });
        return;
      case 'die':
        this.#death = { ...step, left: step.after };
        return;
      case 'replace':
        return this.#world.replaceOperator();
      case 'watchesEnd':
        if (step.isHistoryLost) this.#world.kube.compact();
        this.#world.kube.closeWatches();
        return;
      case 'clockJumps':
        this.#world.clock.jumpWallClock(step.ms);
        return;
      case 'comesToNothing':
        this.#hapless.set(step.what, (this.#hapless.get(step.what) ?? 0) + 1);
        this.#letFail([...this.#hapless]);
        return;
      case 'awsLags':
        this.#lag(step.seconds);
    }
  }

  /** From now on all goes well. */
  end(): void {
    this.#aws = [];
    this.#kube = [];
    this.#death = undefined;
    this.#hapless.clear();
    this.#letFail([]);
    this.#lag(0);
  }

  /** The simulator counts for itself which of them were. */
  #letFail(counts: readonly (readonly [string, number])[]): void {
    const none = HAPLESS.map((what) => [what, 0] as const);
    this.#world.aws.world.changeRules({ quotas: Object.fromEntries([...none, ...counts]) });
  }

  #lag(seconds: number): void {
    this.#world.aws.world.changeRules({ durationsSeconds: { 'ec2.resource.invisible': seconds } });
  }

  #meetAws(operation: string): AwsTrouble | undefined {
    return this.#dieAt(operation) ?? hit(this.#aws, operation);
  }

  #meetKube(verb: string, isWrite: boolean): KubeTrouble | undefined {
    return (isWrite ? this.#dieAt('kube') : undefined) ?? hit(this.#kube, isWrite ? 'write' : verb);
  }

  /** @param what - An operation, or `kube`. */
  #dieAt(what: string): { readonly drop: true; readonly when: 'before' | 'after' } | undefined {
    const death = this.#death;
    // What a dead operator had on its way has its effect; it cannot die twice.
    const isMeant = death?.at === what || (death?.at === '*' && what !== 'kube');
    if (!death || !isMeant || !this.#world.isOperatorAlive || (death.left -= 1) >= 0) return undefined;
    this.#death = undefined;
    this.#world.killOperator(death.downMs);
    return { drop: true, when: death.when };
  }
}

/** The names of Events end in digits that are others each time. */
function nameless(resource: string, name: string): string {
  return resource === 'events' ? (name.split('.')[0] ?? '') : name;
}

function hit<F>(planned: Planned<F>[], what: string): F | undefined {
  const one = planned.find((plan) => plan.left > 0 && (plan.what === '*' || plan.what === what));
  if (!one) return undefined;
  one.left -= 1;
  return one.fault;
}

const aMoment = fc.constantFrom('before' as const, 'after' as const);

const anAwsTrouble: fc.Arbitrary<AwsTrouble> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ error: fc.constantFrom('RequestLimitExceeded', 'Throttling', 'InternalError') }),
  },
  { weight: 2, arbitrary: fc.record({ error: fc.constantFrom('UnauthorizedOperation', 'AccessDenied') }) },
  { weight: 4, arbitrary: fc.record({ drop: fc.constant(true), when: aMoment }) },
  { weight: 1, arbitrary: fc.record({ error: fc.constant('InternalError'), when: fc.constant('after' as const) }) },
  // Longer than a request waits: it times out, and what it asked for is done later.
  { weight: 2, arbitrary: fc.record({ delayMs: fc.constantFrom(1_000, 20_000, 90_000) }) },
);

const aKubeTrouble: fc.Arbitrary<KubeTrouble> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ status: fc.constantFrom(409, 500, 503, 504) }) },
  { weight: 1, arbitrary: fc.record({ status: fc.constant(429), retryAfterSeconds: fc.constantFrom(1, 20) }) },
  { weight: 3, arbitrary: fc.record({ drop: fc.constant(true), when: aMoment }) },
  { weight: 1, arbitrary: fc.record({ status: fc.constant(500), when: fc.constant('after' as const) }) },
  { weight: 1, arbitrary: fc.record({ delayMs: fc.constantFrom(1_000, 40_000) }) },
);

const aDownTime = fc.constantFrom(100, 10_000, 120_000);

/** @param operations - Those that are worth to be struck one by one. */
export function aTrouble(operations: readonly string[]): fc.Arbitrary<TroubleStep> {
  const of = <T>(value: T) => fc.constant(value);
  const operation = fc.oneof(of('*'), fc.constantFrom(...operations));
  const count = fc.oneof({ weight: 3, arbitrary: of(1) }, { weight: 1, arbitrary: fc.integer({ min: 2, max: 12 }) });
  return fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: of('aws' as const), operation, count, fault: anAwsTrouble }) },
    {
      weight: 3,
      arbitrary: fc.record({
        do: of('kube' as const),
        verb: fc.constantFrom('write', 'write', 'write', 'watch', 'list', '*'),
        count,
        fault: aKubeTrouble,
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        do: of('die' as const),
        at: fc.constantFrom('*', 'kube'),
        after: fc.integer({ min: 0, max: 25 }),
        when: aMoment,
        downMs: aDownTime,
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        do: of('die' as const),
        at: fc.constantFrom(...operations),
        after: fc.integer({ min: 0, max: 1 }),
        when: aMoment,
        downMs: aDownTime,
      }),
    },
    { weight: 1, arbitrary: of({ do: 'replace' as const }) },
    { weight: 1, arbitrary: fc.record({ do: of('watchesEnd' as const), isHistoryLost: fc.boolean() }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: of('clockJumps' as const), ms: fc.integer({ min: -200_000, max: 200_000 }) }),
    },
    { weight: 2, arbitrary: fc.record({ do: of('comesToNothing' as const), what: fc.constantFrom(...HAPLESS) }) },
    { weight: 2, arbitrary: fc.record({ do: of('awsLags' as const), seconds: fc.constantFrom(0, 2, 20) }) },
  );
}
