import { type Action, named, stopWithRequeueDelay } from '../../composed/index.ts';
import { ready } from './finding.ts';
import type { ObjectState } from './object-state.ts';

/** The end of a pipeline that found all as asked: AWS is looked at again after `lookIntervalMs`. */
export function reportReady(lookIntervalMs: number, finding = ready()): Action<Pick<ObjectState, 'finding'>> {
  return named('reportReady', (state: Pick<ObjectState, 'finding'>) => {
    state.finding = finding;
    return stopWithRequeueDelay(lookIntervalMs, 'ready');
  });
}
