import { type Action, named } from '../../../composed/index.ts';
import { createSerial, type Serial } from '../../../util/serial.ts';

/** Runs an action for one object of a cluster at a time: for what passes over several at once would each decide for itself. */
export function inTurn<S extends { readonly clusterName: string }>(action: Action<S>): Action<S> {
  const turns = new Map<string, Serial>();
  return named(action.name, (state: S, pass) => {
    const turn = turns.get(state.clusterName) ?? createSerial();
    turns.set(state.clusterName, turn);
    return turn(pass.signal, async () => action(state, pass));
  });
}
