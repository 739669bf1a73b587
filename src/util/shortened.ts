/** A status is read by people: after this many names it says how many more there are. */
export const NAMES_SHOWN = 5;

/**
 * Names for people: sorted, so that the same ones have the same sentence, and after `most` of them only how many more
 * there are.
 */
export function shortened(names: readonly string[], most: number, separator = ', '): string {
  const hidden = names.length - most;
  const shown = names.toSorted().slice(0, most).join(separator);
  return hidden > 0 ? `${shown} and ${hidden} more` : shown;
}
