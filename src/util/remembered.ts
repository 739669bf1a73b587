/** A function of a text that is not made again for the last `most` texts that it was asked for. What it throws is not remembered. */
export function remembered<K extends string, T>(most: number, make: (text: K) => T): (text: K) => T {
  const made = new Map<K, T>();
  return (text) => {
    const known = made.get(text);
    const value = known ?? make(text);
    // The one that was asked for last is the last one.
    made.delete(text);
    made.set(text, value);
    const [oldest] = made.keys();
    if (made.size > most && oldest !== undefined) made.delete(oldest);
    return value;
  };
}
