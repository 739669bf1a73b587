/**
 * Pages that people write, with parts that are made from the sources. A part stands between two comments, which readers do not
 * see: `<!-- made by npm run generate: fields -->` and `<!-- end of fields -->`.
 */
const PART = /<!-- made by npm run generate: (?<name>[a-z-]+) -->\n.*?<!-- end of \k<name> -->/gs;

/** The page with its parts as they have to be. *Throws* for a part that is not in the page, or a place for one that is not made. */
export function withParts(page: string, parts: Readonly<Record<string, string>>): string {
  const left = new Set(Object.keys(parts));
  const made = page.replace(PART, (_found, name: string) => {
    const part = parts[name];
    if (part === undefined) throw new Error(`there is no part ${name}; there are ${Object.keys(parts).join(', ')}`);
    left.delete(name);
    return `${startOf(name)}\n\n${part}\n<!-- end of ${name} -->`;
  });
  if (left.size > 0) throw new Error(`there is no place for ${[...left].join(', ')}, such as: ${startOf('…')}`);
  return made;
}

function startOf(name: string): string {
  return `<!-- made by npm run generate: ${name} -->`;
}
