const SHOWN = 5;

/** Those of `names` that are most like `name`, the nearest first: by the pairs of letters that both have. */
export function nearestNames(name: string, names: readonly string[]): readonly string[] {
  const asked = pairsOf(name);
  // Both lengths count, so that a long name is not near to everything.
  const likeness = (other: string): number => {
    const pairs = pairsOf(other);
    return (2 * asked.intersection(pairs).size) / (asked.size + pairs.size);
  };
  return names.toSorted((a, b) => likeness(b) - likeness(a) || (a < b ? -1 : 1)).slice(0, SHOWN);
}

function pairsOf(name: string): Set<string> {
  const letters = name.toLowerCase();
  return new Set(Array.from(letters, (_, at) => letters.slice(at, at + 2)));
}
