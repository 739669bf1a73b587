/** A value as API servers store it: without empty lists and empty objects. */
export function storedForm(value: object): object {
  const isEmpty = (child: unknown): boolean =>
    typeof child === 'object' && child !== null && Object.keys(child).length === 0;
  // Objects come out as objects.
  return JSON.parse(JSON.stringify(value, (_key, child: unknown) => (isEmpty(child) ? undefined : child))) as object;
}
