/**
 * `printf` for texts, whole numbers and truth values. Where Go would print what is wrong into the text (a verb that does not
 * fit, arguments that are missing or too many), that is a problem here.
 *
 * @see https://pkg.go.dev/fmt#hdr-Printing
 */
import type { Effort } from './effort.ts';
import { TemplateProblem } from './problem.ts';
import { typeOf, type Value } from './value.ts';

const DIRECTIVE = /%(?:(?<flags>[-0]*)(?<width>[0-9]{0,4})(?:[.](?<precision>[0-9]{0,4}))?(?<verb>[sqvdxXt%])|[^])|%$/g;

interface Directive {
  /** As it is written. */
  readonly form: string;
  readonly verb: string;
  readonly isLeft: boolean;
  readonly isZero: boolean;
  readonly width: number;
  readonly precision: number | undefined;
}

/** *Throws* {@link TemplateProblem}. */
export function printf(format: string, values: readonly Value[], effort: Effort): string {
  let used = 0;
  const text = format.replace(DIRECTIVE, (found: string, ...groups: readonly unknown[]) => {
    // The last one is the record of the named groups.
    const directive = directiveOf(found, groups.at(-1) as Readonly<Record<string, string | undefined>>);
    if (directive.verb === '%') return '%';
    used += 1;
    if (used > values.length) throw new TemplateProblem('printf has fewer arguments than forms');
    const one = padded(formatted(values[used - 1], directive), directive, values[used - 1]);
    effort.spend(one.length);
    return one;
  });
  if (used < values.length) throw new TemplateProblem('printf has more arguments than forms');
  return text;
}

function directiveOf(found: string, groups: Readonly<Record<string, string | undefined>>): Directive {
  const { flags = '', width = '', precision, verb } = groups;
  if (verb === undefined) throw new TemplateProblem(`printf does not know ${found} here`);
  return {
    form: found,
    verb,
    isLeft: flags.includes('-'),
    isZero: flags.includes('0') && !flags.includes('-'),
    width: Number(width),
    precision: precision === undefined ? undefined : Number(precision),
  };
}

function formatted(value: Value, directive: Directive): string {
  const { form, verb, precision } = directive;
  if (typeof value === 'string') return textIn(value, directive);
  if (typeof value === 'number' && precision === undefined) return numberIn(value, directive);
  if (typeof value === 'boolean' && (verb === 'v' || verb === 't')) return `${value}`;
  if (value === undefined && verb === 'v') return '<nil>';
  throw unfit(form, value);
}

function unfit(form: string, value: Value): TemplateProblem {
  return new TemplateProblem(`printf has no form ${form} for ${typeOf(value)}`);
}

function textIn(text: string, { form, verb, precision }: Directive): string {
  switch (verb) {
    case 's':
    case 'v':
      return cut(text, precision);
    case 'q':
      return quoted(cut(text, precision));
    case 'x':
    case 'X': {
      // Here the precision counts bytes.
      const digits = Buffer.from(text).subarray(0, precision).toString('hex');
      return verb === 'x' ? digits : digits.toUpperCase();
    }
    default:
      throw unfit(form, text);
  }
}

/** Go counts code points, whatever people take for one character. */
function charactersOf(text: string): string[] {
  return Array.from(text);
}

function cut(text: string, precision: number | undefined): string {
  return precision === undefined ? text : charactersOf(text).slice(0, precision).join('');
}

function numberIn(number: number, { form, verb }: Directive): string {
  switch (verb) {
    case 'd':
    case 'v':
      return `${number}`;
    case 'x':
      return number.toString(16);
    case 'X':
      return number.toString(16).toUpperCase();
    default:
      throw unfit(form, number);
  }
}

function padded(text: string, { isLeft, isZero, width }: Directive, value: Value): string {
  const missing = width - charactersOf(text).length;
  if (missing <= 0) return text;
  if (isLeft) return text + ' '.repeat(missing);
  if (!isZero) return ' '.repeat(missing) + text;
  if (typeof value !== 'number') throw new TemplateProblem('printf pads numbers alone with zeros');
  const sign = value < 0 ? '-' : '';
  return sign + '0'.repeat(missing) + text.slice(sign.length);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\u0007': String.raw`\a`,
  '\b': String.raw`\b`,
  '\f': String.raw`\f`,
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\t': String.raw`\t`,
  '\v': String.raw`\v`,
  '\\': String.raw`\\`,
  '"': String.raw`\"`,
};

/** What Go prints as it is, in quotes: letters, marks, numbers, punctuation, symbols and the plain space. */
const PRINTED = /[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u;

/** A text in quotes, as Go and, but for rare characters, JSON write it. */
function quoted(text: string): string {
  return `"${charactersOf(text).map(quotedCharacter).join('')}"`;
}

function quotedCharacter(character: string): string {
  const known = ESCAPES[character];
  if (known !== undefined) return known;
  if (PRINTED.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return `\\x${hex(code, 2)}`;
  return code < 0x1_00_00 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
