import { type Action, named, type Pass } from '../../../composed/index.ts';
import { stopRefused } from '../../common/aws-error.ts';
import { type Finding, processing, ready } from '../../common/finding.ts';
import { isReady } from '../../common/status.ts';
import type { ServedState } from './view.ts';
import type { Waiting } from './waiting.ts';

/** The end of a look: ready, or all that is not as asked, found anew each time. */
export function reportPeering(waiting: Waiting): Action<ServedState> {
  return named('reportPeering', (state: ServedState, pass: Pass) => {
    const problem = joined(state.problems);
    if (problem !== undefined) return stopRefused(state, problem, pass);
    if (state.areRoutesStale) {
      if (!isReady(state.object)) state.finding = processing('waiting for AWS: route tables change');
      return waiting.forAws(state, pass, state.local.place, 'routes');
    }
    waiting.forget(state.object.metadata.uid);
    state.facts.formerIds = undefined;
    state.finding = ready();
    return waiting.rest(pass, state.local.place);
  });
}

/** The first one gives the reason; all are told. */
function joined([first, ...others]: readonly Finding[]): Finding | undefined {
  return first && { ...first, message: [first, ...others].map(({ message }) => message).join('. ') };
}
