export { type Action, named, type Pass, type Predicate, type TraceEntry } from './action.ts';
export {
  branch,
  concurrently,
  enter,
  entered,
  type Entered,
  sequence,
  type StateFactory,
  when,
} from './combinators.ts';
export {
  isStop,
  mostUrgent,
  next,
  type Outcome,
  requeueAfterMs,
  type Stop,
  stopAndForget,
  stopWithRequeue,
  stopWithRequeueDelay,
  TerminalError,
} from './outcome.ts';
export { all, any, not } from './predicates.ts';
export { runPipeline } from './run.ts';
