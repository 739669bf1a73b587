import { randomUUID } from 'node:crypto';
import { type Pass, stopAndForget, TerminalError, type TraceEntry } from '../composed/index.ts';
import { isRefusal, type KubeObject, type ObjectKey, refusalMessage } from '../kube/index.ts';
import { type Authority, AuthorityEndedError, lacksAuthority, type Mode } from '../util/call.ts';
import type { Clock } from '../util/clock.ts';
import type { Logger } from '../util/log.ts';
import {
  type Controller,
  DEFAULT_PASS_TIMEOUT_MS,
  type Failed,
  type PassEnd,
  type ReconcileResult,
} from './controller.ts';
import { withDeadline } from './deadline.ts';
import { KnownStatus } from './known-status.ts';
import type { ManagedCluster } from './managed-cluster.ts';
import type { RuntimeMetrics } from './metrics.ts';
import { report, resultOf } from './pass-end.ts';
import { writeStatus } from './status-writer.ts';

/** A status is one small request, with a retry or two. */
const STATUS_TIMEOUT_MS = 15_000;

/** What a pass over a key that no object has is about. */
export interface AbsentSubject {
  readonly controller: Controller;
  readonly cluster: ManagedCluster;
  readonly key: ObjectKey;
  readonly authority: Authority;
}

/** What a pass is about. */
export interface PassSubject extends AbsentSubject {
  /** As it is in the cache. */
  readonly object: KubeObject;
}

export interface PassDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: RuntimeMetrics;
  readonly mode: Mode;
  /** Aborts what still runs. */
  readonly signal: AbortSignal;
}

/**
 * One pass: reconcile under a deadline → status patch under a deadline of its own → metrics and trace.
 *
 * *Guarantees*: what the controller throws is an end of the pass like others; the status is also written after errors, and
 * never without authority: a pass that lacked it, or whose authority ended meanwhile, ends as refused, and nothing is said
 * in the status.
 */
export function runPass(subject: PassSubject, deps: PassDeps): Promise<PassEnd> {
  const known = new KnownStatus(subject.object);
  return reported(subject, deps, async (within) => {
    const { outcome, status: stated } = await within(timeoutOf(subject), 'pass', (pass) =>
      reconcile(subject, pass, known),
    );
    const refusal = refusalOf(outcome, subject.authority);
    return refusal !== undefined || stated === undefined || deps.mode !== 'apply'
      ? (refusal ?? outcome)
      : within(STATUS_TIMEOUT_MS, 'status', (pass) => endWithStatus(subject, pass, { outcome, stated, known }));
  });
}

/** One pass over a key that no object has, by the controller's `reconcileAbsent`; otherwise as {@link runPass}. */
export function runAbsentPass(subject: AbsentSubject, deps: PassDeps): Promise<PassEnd> {
  return reported(subject, deps, async (within) => {
    const outcome = await within(timeoutOf(subject), 'pass', (pass) => reconcileAbsent(subject, pass));
    return refusalOf(outcome, subject.authority) ?? outcome;
  });
}

function timeoutOf({ controller }: AbsentSubject): number {
  return controller.passTimeoutMs ?? DEFAULT_PASS_TIMEOUT_MS;
}

/** Runs what a pass consists of, and tells metrics and log how it went. */
async function reported(
  subject: AbsentSubject,
  deps: PassDeps,
  run: (within: Within) => Promise<PassEnd>,
): Promise<PassEnd> {
  const { controller, key } = subject;
  const { clock, metrics } = deps;
  const { cluster, namespace, name } = key;
  const log = deps.log.child({ cluster, namespace, name, reconcileId: randomUUID() });
  const trace: TraceEntry[] = [];
  const startMs = clock.monotonicMs();
  const end = await run(passesWithin(subject, { ...deps, log }, trace));
  metrics.passEnded(nameOf(controller), resultOf(end), clock.monotonicMs() - startMs);
  report(log, end, trace, clock.monotonicMs() - startMs);
  return end;
}

function nameOf({ kind, name = kind.kind }: Controller): string {
  return name;
}

/** What a pass that was left without authority says of the object is not its business any more. */
function refusalOf(outcome: PassEnd, { ended }: Authority): Failed | undefined {
  if (outcome.kind === 'failed' && lacksAuthority(outcome.error)) return outcome;
  if (ended?.aborted !== true) return undefined;
  return { kind: 'failed', error: new AuthorityEndedError('The authority ended during the pass') };
}

type Within = <R>(timeoutMs: number, what: string, run: (pass: Pass) => Promise<R>) => Promise<R>;

/** Both parts of a pass differ in their deadlines alone. */
function passesWithin({ controller, key, authority }: AbsentSubject, deps: PassDeps, trace: TraceEntry[]): Within {
  const { clock, log, mode, signal } = deps;
  const outer = authority.ended === undefined ? signal : AbortSignal.any([signal, authority.ended]);
  const caller = { kind: controller.kind.kind, namespace: key.namespace, name: key.name };
  return (timeoutMs, what, run) =>
    withDeadline({ clock, timeoutMs, what, log, outer }, (signal, deadlineMs) =>
      run({ signal, deadlineMs, clock, log, caller, mode, authority, trace }),
    );
}

async function reconcile(
  { controller, object, cluster }: PassSubject,
  pass: Pass,
  known: KnownStatus,
): Promise<ReconcileResult> {
  try {
    return await controller.reconcile(object, pass, known.through(cluster));
  } catch (error) {
    return { outcome: { kind: 'failed', error } };
  }
}

async function reconcileAbsent({ controller, key, cluster }: AbsentSubject, pass: Pass): Promise<PassEnd> {
  try {
    return (await controller.reconcileAbsent?.(key, pass, cluster)) ?? stopAndForget('there is no such object');
  } catch (error) {
    return { kind: 'failed', error };
  }
}

interface Stated {
  readonly outcome: PassEnd;
  readonly stated: NonNullable<ReconcileResult['status']>;
  readonly known: KnownStatus;
}

/** How the pass ends when its status was written, or could not be. */
async function endWithStatus(subject: PassSubject, pass: Pass, { outcome, stated, known }: Stated): Promise<PassEnd> {
  const { controller, cluster, object: seen } = subject;
  const { kind } = controller;
  const newest = cluster.informer(kind).get(seen.metadata);
  if (newest === undefined) return outcome;
  const current = known.asKnown(newest);
  try {
    await writeStatus({ client: cluster.client(pass), kind, seen, current, stated, nowMs: pass.clock.now() });
    return outcome;
  } catch (error) {
    if (lacksAuthority(error)) return { kind: 'failed', error };
    // The one trouble that no status can show.
    if (isRefusal(error)) {
      cluster.recordEvent(pass, seen, { type: 'Warning', reason: 'StatusRefused', message: refusalMessage(error) });
    }
    // The pass's own failure says more, and is tried again. One that is not must not rest without a word about it.
    if (outcome.kind !== 'failed' || outcome.error instanceof TerminalError) return { kind: 'failed', error };
    pass.log.warn({ error }, 'Status could not be written');
    return outcome;
  }
}
