/**
 * The control interface of the simulator, under `/_sandbox/`: for people and tests, not for AWS clients, so it takes no
 * signature. A browser must not reach it from a foreign page, so the `Host` must be this machine's (a name that a page
 * rebinds to 127.0.0.1 is not) and an `Origin` must be absent or the same.
 */
import { type Static, type TSchema, Type } from 'typebox';
import { Value } from 'typebox/value';
import { AwsFault } from './fault.ts';
import { FaultSchema, type Fault, type FaultPlan } from './fault-plan.ts';
import type { Journal } from './journal.ts';
import type { LifeCycleClock } from './life-cycle-clock.ts';
import type { World } from './world.ts';
import type { ServiceDefinition } from './service.ts';
import { WorldOptionsError } from './world-options.ts';
import { WorldRulesSchema } from './world-options-schema.ts';
import type { Clock } from '../../util/clock.ts';

export const CONTROL_PATH = '/_sandbox/';

const ClockSchema = Type.Union([
  Type.Object({ advanceSeconds: Type.Number({ minimum: 0 }) }, { additionalProperties: false }),
  Type.Object(
    { speed: Type.Union([Type.Number({ exclusiveMinimum: 0 }), Type.Literal('max')]) },
    { additionalProperties: false },
  ),
]);

export interface ControlDeps {
  readonly services: readonly ServiceDefinition[];
  readonly world: World;
  readonly journal: Journal;
  readonly faults: FaultPlan;
  readonly clock: Clock;
  readonly lifeCycleClock: LifeCycleClock;
  readonly reset: () => void;
}

export interface ControlRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly host: string;
  readonly origin: string | undefined;
}

export interface ControlResponse {
  readonly status: number;
  readonly body: unknown;
}

class BadControlInput extends Error {
  override readonly name = 'BadControlInput';
}

const LOCAL_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

function isForeign({ host, origin }: ControlRequest): boolean {
  return !LOCAL_HOST.test(host) || (origin !== undefined && origin !== `http://${host}`);
}

function bodyOf<S extends TSchema>(schema: S, body: string, expected: string): Static<S> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new BadControlInput(`The body is not JSON. Expected is ${expected}.`);
  }
  if (!Value.Check(schema, value)) throw new BadControlInput(`The body is not understood. Expected is ${expected}.`);
  return value;
}

const FAULT_EXPECTED =
  '{"service", "operation"} and at least one of "error" (a code, or {"code", "message", "httpStatus"}), "delayMs" and "drop"; "count" (default 1) and "when" ("before" or "after") may follow';
const CLOCK_EXPECTED = '{"advanceSeconds": 60} or {"speed": 60} or {"speed": "max"}';

function faultFrom({ services }: ControlDeps, body: string): Fault {
  const fault = bodyOf(FaultSchema, body, FAULT_EXPECTED);
  refuseUnknown(fault, services);
  if (fault.error !== undefined || fault.delayMs !== undefined || fault.drop) return fault;
  throw new BadControlInput(`The fault does nothing. Expected is ${FAULT_EXPECTED}.`);
}

/** A mistyped name would wait for ever for a call that nobody can make. */
function refuseUnknown({ service, operation }: Fault, services: readonly ServiceDefinition[]): void {
  const meant = services.filter(({ name }) => service === '*' || service === name);
  if (meant.length === 0) {
    const known = services.map(({ name }) => name).join(', ');
    throw new BadControlInput(`There is no service ${service}. Known are ${known} and * for all.`);
  }
  const operations = meant.flatMap((definition) => Object.keys(definition.operations));
  if (operation === '*' || operations.includes(operation)) return;
  const where = service === '*' ? 'any service' : service;
  throw new BadControlInput(
    `There is no operation ${operation} of ${where}. Known are ${operations.join(', ')} and * for all.`,
  );
}

function clockState({ clock, lifeCycleClock }: ControlDeps): object {
  return {
    now: new Date(clock.now()).toISOString(),
    lifeCycleNow: new Date(lifeCycleClock.now()).toISOString(),
    speed: lifeCycleClock.speed,
  };
}

function changeClock(deps: ControlDeps, body: string): object {
  const change = bodyOf(ClockSchema, body, CLOCK_EXPECTED);
  if ('speed' in change) deps.lifeCycleClock.setSpeed(change.speed);
  else deps.lifeCycleClock.advance(change.advanceSeconds * 1000);
  return clockState(deps);
}

const RULES_EXPECTED =
  'an object of "quotas", "durationsSeconds" (numbers by name), "deniedActions" and "allowedActions" (by the ARN of a user or role, lists of actions or of {"actions", "resource", "resourceTag": {"key", "value"}})';

function changeRules({ world }: ControlDeps, body: string): object {
  const rules = bodyOf(WorldRulesSchema, body, RULES_EXPECTED);
  try {
    world.changeRules(rules);
  } catch (error) {
    if (error instanceof WorldOptionsError) throw new BadControlInput(`${error.problems.join('. ')}.`);
    throw error;
  }
  return {};
}

const MaintenanceSchema = Type.Object(
  {
    service: Type.String(),
    resource: Type.String(),
    kind: Type.String(),
    account: Type.Optional(Type.String()),
    region: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);
const MAINTENANCE_EXPECTED =
  '{"service": "elasticache", "resource": (the id of a replication group), "kind"}; "account" and "region" (default: the first ones) may follow';

/** Begins what AWS does by itself. */
function maintain({ services, world }: ControlDeps, body: string): object {
  const { accounts, regions } = world.options;
  const asked = bodyOf(MaintenanceSchema, body, MAINTENANCE_EXPECTED);
  const { service, resource, kind, account = accounts[0]?.id ?? '', region = regions[0]?.name ?? '' } = asked;
  const maintenance = services.find(({ name }) => name === service)?.maintenance;
  if (!maintenance)
    throw new BadControlInput(`There is no maintenance of ${service}. Expected is ${MAINTENANCE_EXPECTED}.`);
  const partition = world.partition(account, region);
  if (!partition) throw new BadControlInput(`There is no account ${account} with a region ${region}.`);
  if (!maintenance.kinds.includes(kind)) {
    throw new BadControlInput(`There is no kind ${kind} of maintenance. Known are ${maintenance.kinds.join(', ')}.`);
  }
  try {
    maintenance.begin(kind, resource, partition);
  } catch (error) {
    if (error instanceof AwsFault) throw new BadControlInput(error.message);
    throw error;
  }
  return {};
}

type Route = (deps: ControlDeps, body: string) => unknown;

const ROUTES: Readonly<Record<string, Route>> = {
  'POST reset': (deps) => {
    deps.reset();
    return {};
  },
  'GET state': (deps) => ({ accounts: deps.world.dump(), clock: clockState(deps) }),
  'GET calls': (deps) => deps.journal.calls(),
  'DELETE calls': (deps) => {
    deps.journal.clear();
    return {};
  },
  'POST faults': (deps, body) => {
    deps.faults.add(faultFrom(deps, body));
    return { pending: deps.faults.pending };
  },
  'DELETE faults': (deps) => {
    deps.faults.clear();
    return {};
  },
  'POST rules': changeRules,
  'POST maintenance': maintain,
  'GET clock': clockState,
  'POST clock': changeClock,
};

/** Answers a request whose path starts with {@link CONTROL_PATH}. */
export function control(deps: ControlDeps, request: ControlRequest): ControlResponse {
  if (isForeign(request)) return { status: 403, body: { message: 'Control is for this machine only.' } };
  const name = request.path.slice(CONTROL_PATH.length);
  const route = ROUTES[`${request.method} ${name}`];
  if (!route) return unknownRoute(request.method, name);
  deps.lifeCycleClock.runDue();
  try {
    return { status: 200, body: route(deps, request.body) };
  } catch (error) {
    if (error instanceof BadControlInput) return { status: 400, body: { message: error.message } };
    throw error;
  }
}

function unknownRoute(method: string, name: string): ControlResponse {
  const known = Object.keys(ROUTES);
  const isKnownPath = known.some((route) => route.split(' ')[1] === name);
  const message = `${method} ${CONTROL_PATH}${name} does not exist; there are ${known.join(', ')}.`;
  return { status: isKnownPath ? 405 : 404, body: { message } };
}
