/** What a template is filled in with: the texts that its fields name. A Map, so that nothing is found but its own keys. */
export type Fields = ReadonlyMap<string, string>;

/** What a pipeline comes to. Undefined is the absent value: a field that does not exist, and `nil`. */
export type Value = string | number | boolean | Fields | undefined;

/** How an absent value is printed. */
export const NO_VALUE = '<no value>';

export function isFields(value: Value): value is Fields {
  return typeof value === 'object';
}

/** What counts as true: all but absent, empty, zero and false. */
export function isTrue(value: Value): boolean {
  return isFields(value) ? value.size > 0 : Boolean(value);
}

/** What Go calls the type. */
export function typeOf(value: Value): string {
  if (value === undefined) return 'nil';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'number') return 'int';
  return typeof value === 'boolean' ? 'bool' : 'map[string]string';
}

/** As Go prints it without being asked for a form; of fields by the order of their keys. */
export function textOf(value: Value, absent = NO_VALUE): string {
  if (value === undefined) return absent;
  if (!isFields(value)) return `${value}`;
  return `map[${sortedEntries(value)
    .map(([key, text]) => `${key}:${text}`)
    .join(' ')}]`;
}

export function sortedEntries(fields: Fields): readonly (readonly [string, string])[] {
  return [...fields].toSorted(([a], [b]) => compareBytes(a, b));
}

/** The order of Go's strings, which are bytes: in JavaScript's, half of a pair may come before a single character. */
export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
