import { type Action, named, type Pass } from '../../../composed/index.ts';
import { stopRefused } from '../../common/aws-error.ts';
import { type Finding, processing, ready } from '../../common/finding.ts';
import { isReady } from '../../common/status.ts';
import type { ServedState } from './view.ts';
import type { Waiting } from './waiting.ts';

/** The end of a look: ready, or all that is not as asked, found anew each time. */
export function reportPeering(waiting: Waiting): Action<ServedState> {
  return named('reportPeering', (state: ServedState, pass: Pass) => {
    const problem = worstOf(state.problems);
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

/** Errors before warnings; what else there is, is told with the first. */
function worstOf(problems: readonly Finding[]): Finding | undefined {
  const [first] = problems.toSorted((a, b) => rankOf(a) - rankOf(b));
  if (first === undefined) return undefined;
  return { ...first, message: problems.map(({ message }) => message).join('. ') };
}

function rankOf({ state }: Finding): number {
  return state === 'Error' ? 0 : 1;
}
