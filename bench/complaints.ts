/** What programs wrote to standard error. */

/** Each kind of complaint once: how often it came, and its first line. */
export function summaryOf(complaints: readonly string[]): string {
  const kinds = [...Map.groupBy(complaints, kindOf)].toSorted(([, left], [, right]) => right.length - left.length);
  return kinds.map(([, lines]) => `${lines.length} x ${lines[0] ?? ''}\n`).join('');
}

/** Lines of the log are alike when all that names an object, a time or a request is taken away. */
function kindOf(line: string): string {
  return line.replaceAll(/\d+/g, '').replaceAll(/"(reconcileId|requestId)":"[^"]*"/g, '');
}
