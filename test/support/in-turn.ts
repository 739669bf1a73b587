/**
 * Lets calls that come within one turn of the event loop begin in the next, in the order of their names. How many steps a
 * promise takes inside of a library differs from its first use to its later ones; which of two calls comes first then does not.
 */
export function createInTurn(): <T>(name: string, begin: () => Promise<T>) => Promise<T> {
  let waiting: { readonly name: string; readonly begin: () => void }[] = [];
  const beginAll = (): void => {
    const ready = waiting.toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
    waiting = [];
    for (const { begin } of ready) begin();
  };
  return (name, begin) =>
    new Promise((resolve) => {
      if (waiting.length === 0) setImmediate(beginAll);
      waiting.push({ name, begin: () => resolve(begin()) });
    });
}
