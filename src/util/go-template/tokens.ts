/**
 * Splits a template into plain text and actions, and actions into tokens, as Go does: `{{- ` and ` -}}` take white space away,
 * comments leave nothing, and spaces are tokens, because `.a .b` are two operands and `.a.b` is one.
 *
 * @see https://pkg.go.dev/text/template#hdr-Text_and_spaces
 */
import { TemplateProblem } from './problem.ts';
import { unquoted } from './unquoted.ts';

export type Token =
  | { readonly kind: 'space' | 'declare' | 'assign' | 'pipe' | 'open' | 'close' | 'dot' }
  | { readonly kind: 'field' | 'variable' | 'word' | 'text'; readonly value: string }
  | { readonly kind: 'number'; readonly value: number };

export type Piece =
  | { readonly kind: 'plain'; readonly text: string }
  | { readonly kind: 'action'; readonly tokens: readonly Token[]; readonly line: number };

/** A minus is the sign of a number unless white space follows. */
const OPENING = /\{\{(-[ \t\r\n])?/y;
const CLOSING = /[ \t\r\n]*?([ \t\r\n]-)?\}\}/y;
const CLOSING_OF_COMMENT = /([ \t\r\n]-)?\}\}/y;

/** *Throws* {@link TemplateProblem}. */
export function piecesOf(template: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  let line = 1;
  let isTrimmed = false;
  for (;;) {
    const opensAt = template.indexOf('{{', at);
    const text = template.slice(at, opensAt < 0 ? undefined : opensAt);
    const opening = opensAt < 0 ? '' : matchAt(OPENING, template, opensAt);
    pieces.push({ kind: 'plain', text: withoutSpace(text, isTrimmed, opening.length > 2) });
    if (opensAt < 0) return pieces;
    line += lineEndsIn(text);
    const action = actionAt(template, opensAt + opening.length, line);
    if (action.tokens !== undefined) pieces.push({ kind: 'action', tokens: action.tokens, line });
    line += lineEndsIn(template.slice(opensAt, action.endsAt));
    at = action.endsAt;
    isTrimmed = action.isTrimming;
  }
}

function withoutSpace(text: string, before: boolean, after: boolean): string {
  const isSpace = (at: number): boolean => ' \t\r\n'.includes(text.charAt(at));
  let start = 0;
  let end = text.length;
  if (before) while (start < end && isSpace(start)) start += 1;
  if (after) while (start < end && isSpace(end - 1)) end -= 1;
  return text.slice(start, end);
}

function lineEndsIn(text: string): number {
  return text.split('\n').length - 1;
}

interface Action {
  /** Undefined: it is a comment. */
  readonly tokens: readonly Token[] | undefined;
  readonly endsAt: number;
  /** Whether it takes away the white space that follows. */
  readonly isTrimming: boolean;
}

function actionAt(template: string, start: number, line: number): Action {
  if (template.startsWith('/*', start)) return commentAt(template, start, line);
  const tokens: Token[] = [];
  let at = start;
  for (;;) {
    const closing = matchAt(CLOSING, template, at);
    if (closing !== '') return { tokens, endsAt: at + closing.length, isTrimming: closing.endsWith('-}}') };
    const { token, length } = tokenAt(template, at, line);
    tokens.push(token);
    at += length;
  }
}

function commentAt(template: string, start: number, line: number): Action {
  const closesAt = template.indexOf('*/', start + 2);
  const closing = closesAt < 0 ? '' : matchAt(CLOSING_OF_COMMENT, template, closesAt + 2);
  if (closing === '') throw new TemplateProblem(`line ${line}: a comment does not end with */}}`);
  return { tokens: undefined, endsAt: closesAt + 2 + closing.length, isTrimming: closing.length > 2 };
}

const SPACE = /[ \t\r\n]+/y;
const TEXT = /"(?:[^"\\\n]|\\[^\n])*"|`[^`]*`/y;
const FIELD = /\.[\p{L}_][\p{L}\p{Nd}_]*/uy;
const VARIABLE = /\$[\p{L}\p{Nd}_]*/uy;
const NUMBER = /[+-]?[0-9][\p{L}\p{Nd}_.]*/uy;
const WORD = /[\p{L}\p{Nd}_]+/uy;
const PLAIN_NUMBER = /^[+-]?(0|[1-9][0-9]{0,14})$/;
/** What has to come after a name: `$a$b` is not two variables. */
const AFTER_NAME = /$|[ \t\r\n.,|:()]|\}\}/y;

const SIGNS: readonly (readonly [string, 'declare' | 'assign' | 'pipe' | 'open' | 'close' | 'dot'])[] = [
  [':=', 'declare'],
  ['=', 'assign'],
  ['|', 'pipe'],
  ['(', 'open'],
  [')', 'close'],
  ['.', 'dot'],
];

interface Found {
  readonly token: Token;
  readonly length: number;
}

function tokenAt(template: string, at: number, line: number): Found {
  const found =
    spaceAt(template, at) ?? literalAt(template, at, line) ?? nameAt(template, at, line) ?? signAt(template, at);
  if (found !== undefined) return found;
  throw new TemplateProblem(`line ${line}: ${strangeAt(template, at)}`);
}

function spaceAt(template: string, at: number): Found | undefined {
  const space = matchAt(SPACE, template, at);
  return space === '' ? undefined : { token: { kind: 'space' }, length: space.length };
}

function literalAt(template: string, at: number, line: number): Found | undefined {
  const text = matchAt(TEXT, template, at);
  if (text !== '') return { token: { kind: 'text', value: unquoted(text, line) }, length: text.length };
  const number = matchAt(NUMBER, template, at);
  if (number === '') return undefined;
  if (!PLAIN_NUMBER.test(number)) throw new TemplateProblem(`line ${line}: ${number} is not a plain whole number`);
  return { token: { kind: 'number', value: Number(number) }, length: number.length };
}

const NAMES = [
  ['field', FIELD],
  ['variable', VARIABLE],
  ['word', WORD],
] as const;

function nameAt(template: string, at: number, line: number): Found | undefined {
  for (const [kind, form] of NAMES) {
    const name = matchAt(form, template, at);
    if (name === '') continue;
    AFTER_NAME.lastIndex = at + name.length;
    if (!AFTER_NAME.test(template))
      throw new TemplateProblem(`line ${line}: ${name} is followed by something unexpected`);
    return { token: { kind, value: kind === 'field' ? name.slice(1) : name }, length: name.length };
  }
  return undefined;
}

function signAt(template: string, at: number): Found | undefined {
  const sign = SIGNS.find(([text]) => template.startsWith(text, at));
  return sign && { token: { kind: sign[1] }, length: sign[0].length };
}

function strangeAt(template: string, at: number): string {
  const character = String.fromCodePoint(template.codePointAt(at) ?? 0);
  if (at >= template.length) return 'an action does not end with }}';
  return character === '"' || character === '`'
    ? 'a text in quotes does not end'
    : `${character} has no meaning in an action`;
}

function matchAt(form: RegExp, text: string, at: number): string {
  form.lastIndex = at;
  return form.exec(text)?.[0] ?? '';
}
