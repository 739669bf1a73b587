/** A place for a name, such as `<name>`, would be taken for HTML. */
export function textOf(plain: string): string {
  return plain.replaceAll('<', '\\<');
}

/** A table with a row for each of `rows`; nothing where there is none. */
export function tableOf(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const head = `${heads.map((title) => `| ${title}`.trimEnd()).join(' ')} |\n|${'---|'.repeat(heads.length)}\n`;
  return head + rows.map((row) => `| ${row.map(cellOf).join(' | ')} |\n`).join('');
}

function cellOf(text: string): string {
  return text.replaceAll('|', '\\|');
}

/** Words with what they mean. */
export function meaningTable(what: string, meanings: Readonly<Record<string, string>>): string {
  const rows = Object.entries(meanings).map(([word, meaning]) => [`\`${word}\``, meaning]);
  return tableOf([what, 'Means'], rows);
}
