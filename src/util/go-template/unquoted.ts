import { TemplateProblem } from './problem.ts';

const ESCAPE = /\\(?:([abfnrtv\\"])|x([0-7][0-9a-fA-F])|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([01][0-7]{2})|[^])/g;

const PLAIN: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
};

/**
 * The text that stands in quotes, or in backquotes, of which nothing is escaped. Bytes that are no ASCII are left out, because
 * they may be half a character. *Throws* {@link TemplateProblem}.
 */
export function unquoted(quoted: string, line: number): string {
  const inner = quoted.slice(1, -1);
  // As in Go, so that a file with the line ends of Windows means the same.
  if (quoted.startsWith('`')) return inner.replaceAll('\r', '');
  return inner.replace(
    ESCAPE,
    (escape, plain?: string, byte?: string, short?: string, long?: string, octal?: string) => {
      if (plain !== undefined) return PLAIN[plain] ?? '';
      const code = Number.parseInt(byte ?? short ?? long ?? octal ?? '', octal === undefined ? 16 : 8);
      if (isCharacter(code)) return String.fromCodePoint(code);
      throw new TemplateProblem(`line ${line}: ${escape} is no escape that is known here`);
    },
  );
}

function isCharacter(code: number): boolean {
  return code <= 0x10_ff_ff && !(code >= 0xd8_00 && code <= 0xdf_ff);
}
