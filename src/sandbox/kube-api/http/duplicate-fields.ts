/** Where a scan of a JSON text stands: in an object, with the keys seen, or in a list. */
type Level = { readonly keys: Set<string>; key: string } | { index: number };

/** Strings, and the signs that structure a text; the rest says nothing about fields. */
const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/**
 * The fields that objects of a JSON text name more than once, each as `duplicate field "spec.ports[0].name"`, in the order in
 * which they are met again. `JSON.parse` takes the last one and does not tell. The text has to be JSON.
 */
export function duplicateFields(text: string): readonly string[] {
  const levels: Level[] = [];
  const found = new Set<string>();
  let isKey = false;
  for (const [token] of text.matchAll(TOKENS)) {
    const level = levels.at(-1);
    if (token === '{') levels.push({ keys: new Set(), key: '' });
    else if (token === '[') levels.push({ index: 0 });
    else if (token === '}' || token === ']') levels.pop();
    else if (token === ',' && level && 'index' in level) level.index += 1;
    else if (isKey && token.startsWith('"') && level && 'keys' in level) {
      // The token is a whole JSON string.
      level.key = JSON.parse(token) as string;
      if (level.keys.has(level.key)) found.add(`duplicate field "${pathOf(levels)}"`);
      level.keys.add(level.key);
    }
    isKey = token === '{' || (token === ',' && level !== undefined && 'keys' in level);
  }
  return [...found];
}

function pathOf(levels: readonly Level[]): string {
  return levels
    .map((level) => ('index' in level ? `[${level.index}]` : `.${level.key}`))
    .join('')
    .slice(1);
}
