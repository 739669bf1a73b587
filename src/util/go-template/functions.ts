/**
 * The functions of templates: those of Go, less `call` and `slice`, and two that many who write templates know from
 * elsewhere: `b64enc` and `toJson`.
 *
 * @see https://pkg.go.dev/text/template#hdr-Functions
 */
import type { Effort } from './effort.ts';
import { printf } from './printf.ts';
import { TemplateProblem } from './problem.ts';
import { compareBytes, isFields, isTrue, NO_VALUE, sortedEntries, textOf, typeOf, type Value } from './value.ts';

interface TemplateFunction {
  readonly least: number;
  readonly most: number;
  readonly apply: (args: readonly Value[], effort: Effort) => Value;
}

/** `and` and `or` are here for their names and numbers: they do not look at what they need not. */
const FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ['and', any(1, (args) => args.find((arg) => !isTrue(arg)) ?? args.at(-1))],
  ['or', any(1, (args) => args.find(isTrue) ?? args.at(-1))],
  ['not', some(1, ([value]) => !isTrue(value))],
  ['eq', any(2, ([value, ...others]) => others.some((other) => isEqual(value, other)))],
  ['ne', some(2, ([a, b]) => !isEqual(a, b))],
  ['lt', some(2, ([a, b]) => compared(a, b) < 0)],
  ['le', some(2, ([a, b]) => compared(a, b) <= 0)],
  ['gt', some(2, ([a, b]) => compared(a, b) > 0)],
  ['ge', some(2, ([a, b]) => compared(a, b) >= 0)],
  ['len', some(1, ([value]) => lengthOf(value))],
  ['index', any(1, ([item, ...keys]) => keys.reduce(indexed, indexable(item)))],
  ['print', any(0, printed)],
  ['println', any(0, (args) => `${args.map((arg) => textOf(arg, '<nil>')).join(' ')}\n`)],
  ['printf', any(1, ([format, ...args], effort) => printf(asText('printf', format), args, effort))],
  ['html', any(0, (args) => html(plainText(args)))],
  ['js', any(0, (args) => js(plainText(args)))],
  ['urlquery', any(0, (args) => urlquery(plainText(args)))],
  ['b64enc', some(1, ([text]) => Buffer.from(asText('b64enc', text)).toString('base64'))],
  ['toJson', some(1, ([value]) => toJson(value))],
]);

export const FUNCTION_NAMES: ReadonlySet<string> = new Set(FUNCTIONS.keys());

function some(count: number, apply: TemplateFunction['apply']): TemplateFunction {
  return { least: count, most: count, apply };
}

function any(least: number, apply: TemplateFunction['apply']): TemplateFunction {
  return { least, most: Infinity, apply };
}

/** *Throws* {@link TemplateProblem}. */
export function called(name: string, args: readonly Value[], effort: Effort): Value {
  const { least = 0, most = -1, apply } = FUNCTIONS.get(name) ?? {};
  if (apply === undefined || args.length < least || args.length > most) {
    throw new TemplateProblem(
      `${name} takes ${least}${most === least ? '' : ' or more'} arguments, not ${args.length}`,
    );
  }
  effort.spend(args.reduce<number>((sum, arg) => sum + sizeOf(arg), 1));
  const result = apply(args, effort);
  effort.spend(sizeOf(result));
  return result;
}

function sizeOf(value: Value): number {
  if (typeof value === 'string') return value.length;
  return isFields(value) ? [...value].reduce((sum, [key, text]) => sum + key.length + text.length, 0) : 1;
}

function asText(name: string, value: Value): string {
  if (typeof value === 'string') return value;
  throw new TemplateProblem(`${name} takes a text there, not ${typeOf(value)}`);
}

function isEqual(a: Value, b: Value): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (typeof a !== typeof b || isFields(a)) throw incomparable(a, b);
  return a === b;
}

function compared(a: Value, b: Value): number {
  if (typeof a === 'string' && typeof b === 'string') return compareBytes(a, b);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  throw incomparable(a, b);
}

function incomparable(a: Value, b: Value): TemplateProblem {
  return new TemplateProblem(`${typeOf(a)} and ${typeOf(b)} cannot be compared`);
}

/** Of a text its bytes. */
function lengthOf(value: Value): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (isFields(value)) return value.size;
  throw new TemplateProblem(`len does not take ${typeOf(value)}`);
}

function indexable(item: Value): Value {
  if (item === undefined) throw new TemplateProblem('index does not take what is absent');
  return item;
}

/** A field by its key, whatever characters that has; one that does not exist is empty here. */
function indexed(item: Value, key: Value): Value {
  if (isFields(item)) return item.get(asText('index', key)) ?? '';
  throw new TemplateProblem(`index does not take ${typeOf(item)}`);
}

/** Spaces come between what are no texts. */
function printed(args: readonly Value[]): string {
  return args.reduce<string>((text, arg, at) => {
    const isApart = at > 0 && typeof arg !== 'string' && typeof args[at - 1] !== 'string';
    return text + (isApart ? ' ' : '') + textOf(arg, '<nil>');
  }, '');
}

/** What the functions that escape make of their arguments before. */
function plainText(args: readonly Value[]): string {
  return printed(args.map((arg) => arg ?? NO_VALUE));
}

const HTML: Readonly<Record<string, string>> = {
  '\0': '\uFFFD',
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};

function html(text: string): string {
  return text.replace(/[\0"'&<>]/g, (character) => HTML[character] ?? character);
}

const JS: Readonly<Record<string, string>> = {
  '\\': String.raw`\\`,
  "'": String.raw`\'`,
  '"': String.raw`\"`,
  '<': String.raw`\u003C`,
  '>': String.raw`\u003E`,
  '&': String.raw`\u0026`,
  '=': String.raw`\u003D`,
};

function js(text: string): string {
  return text.replace(
    /[\\'"<>&=]|[^\p{L}\p{M}\p{N}\p{P}\p{S} \x7f]/gu,
    (character) => JS[character] ?? unicodeEscape(character),
  );
}

function unicodeEscape(character: string): string {
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** As in a query: a space becomes a plus. */
function urlquery(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}

function toJson(value: Value): string {
  const plain = isFields(value) ? Object.fromEntries(sortedEntries(value)) : (value ?? null);
  // As Go writes it, so that it may stand in a page.
  return JSON.stringify(plain).replace(/[<>&\u2028\u2029]/g, (character) => unicodeEscape(character).toLowerCase());
}
