/**
 * Understands a template: text, pipelines, variables, `if` and `with`.
 *
 * Left out on purpose: `range` and whatever else repeats (`define`, `template`, `block`, `break`, `continue`, `call`), so that
 * what a template costs is bounded by its length.
 */
import type { Command, Conditional, Node, Operand, Pipeline } from './nodes.ts';
import { TemplateProblem } from './problem.ts';
import { piecesOf, type Piece, type Token } from './tokens.ts';

const LEFT_OUT: ReadonlySet<string> = new Set(['range', 'define', 'template', 'block', 'break', 'continue', 'call']);
const KEYWORDS: ReadonlySet<string> = new Set(['if', 'with', 'else', 'end', ...LEFT_OUT]);
/** Deeper than anybody writes, and far from where the stack ends. */
const DEEPEST = 50;

/**
 * @param functions - The names of those that there are.
 *
 * *Throws* {@link TemplateProblem}.
 */
export function parsed(template: string, functions: ReadonlySet<string>): readonly Node[] {
  const reading: Reading = { pieces: piecesOf(template), at: 0, variables: ['$'], functions, depth: 0 };
  const { nodes, end } = readBody(reading);
  if (end !== undefined) throw problemAt(end.line, `{{${end.word}}} without {{if}} or {{with}}`);
  return nodes;
}

interface Reading {
  readonly pieces: readonly Piece[];
  at: number;
  readonly variables: string[];
  readonly functions: ReadonlySet<string>;
  depth: number;
}

/** The action that ends a body: `{{end}}`, or `{{else}}` with what follows it. */
interface End {
  readonly word: 'else' | 'end';
  readonly line: number;
  readonly rest: readonly Token[];
}

interface Body {
  readonly nodes: readonly Node[];
  /** Undefined: the template is over. */
  readonly end: End | undefined;
}

function readBody(reading: Reading): Body {
  const nodes: Node[] = [];
  for (;;) {
    const piece = reading.pieces[reading.at];
    if (piece === undefined) return { nodes, end: undefined };
    reading.at += 1;
    if (piece.kind === 'plain') {
      nodes.push(piece);
      continue;
    }
    const { line } = piece;
    const { word, rest } = keywordOf(piece.tokens);
    if (word === 'else' || word === 'end') return { nodes, end: { word, line, rest } };
    if (word === 'if' || word === 'with') nodes.push(readConditional(word, rest, line, reading));
    else if (word !== undefined) throw problemAt(line, `${word} is not available here`);
    else nodes.push({ kind: 'action', pipeline: readPipeline(cursorOver(rest, line), reading) });
  }
}

function keywordOf(tokens: readonly Token[]): { readonly word: string | undefined; readonly rest: readonly Token[] } {
  const begun = tokens[0]?.kind === 'space' ? tokens.slice(1) : tokens;
  const [first] = begun;
  const word = first?.kind === 'word' && KEYWORDS.has(first.value) ? first.value : undefined;
  return { word, rest: word === undefined ? begun : begun.slice(1) };
}

function readConditional(kind: 'if' | 'with', asked: readonly Token[], line: number, reading: Reading): Conditional {
  return deeper(reading, line, () => {
    const known = reading.variables.length;
    const pipeline = readPipeline(cursorOver(asked, line), reading);
    const { nodes: body, end } = readBody(reading);
    if (end === undefined) throw problemAt(line, `{{${kind}}} without {{end}}`);
    const otherwise = end.word === 'else' ? readOtherwise(kind, end, reading) : endOf(end);
    reading.variables.length = known;
    return { kind, pipeline, body, otherwise };
  });
}

/** `{{else}}` up to `{{end}}`, or `{{else if}}`, which has the end of the whole. */
function readOtherwise(kind: 'if' | 'with', { line, rest }: End, reading: Reading): readonly Node[] {
  const { word, rest: asked } = keywordOf(rest);
  if (word === kind) return [readConditional(kind, asked, line, reading)];
  if (rest.some((token) => token.kind !== 'space'))
    throw problemAt(line, `{{else}} is followed by something unexpected`);
  const { nodes, end } = readBody(reading);
  if (end?.word !== 'end') throw problemAt(line, '{{else}} without {{end}}');
  endOf(end);
  return nodes;
}

function endOf({ line, rest }: End): readonly Node[] {
  if (rest.some((token) => token.kind !== 'space'))
    throw problemAt(line, '{{end}} is followed by something unexpected');
  return [];
}

/** Tokens of one action. */
interface Cursor {
  readonly tokens: readonly Token[];
  readonly line: number;
  at: number;
}

function cursorOver(tokens: readonly Token[], line: number): Cursor {
  return { tokens, line, at: 0 };
}

function peek(cursor: Cursor): Token | undefined {
  return cursor.tokens[cursor.at];
}

function skipSpace(cursor: Cursor): Token | undefined {
  if (peek(cursor)?.kind === 'space') cursor.at += 1;
  return peek(cursor);
}

/** Up to the end of the action, or to the parenthesis that closes it. */
function readPipeline(cursor: Cursor, reading: Reading, isInner = false): Pipeline {
  const { line } = cursor;
  const keeps = readKeeps(cursor);
  const commands = [readCommand(cursor, reading)];
  while (skipSpace(cursor)?.kind === 'pipe') {
    cursor.at += 1;
    const command = readCommand(cursor, reading);
    if (!isExecutable(command.first)) throw problemAt(line, 'a pipeline has something that takes no argument after |');
    commands.push(command);
  }
  const last = peek(cursor);
  if (isInner ? last?.kind !== 'close' : last !== undefined) throw problemAt(line, unexpected(last));
  if (keeps?.isNew === true) reading.variables.push(keeps.variable);
  if (keeps?.isNew === false) checkVariable(keeps.variable, line, reading);
  return { line, keeps, commands };
}

function readKeeps(cursor: Cursor): Pipeline['keeps'] {
  const variable = skipSpace(cursor);
  if (variable?.kind !== 'variable') return undefined;
  const before = cursor.at;
  cursor.at += 1;
  const sign = skipSpace(cursor)?.kind;
  if (sign !== 'declare' && sign !== 'assign') {
    cursor.at = before;
    return undefined;
  }
  cursor.at += 1;
  return { variable: variable.value, isNew: sign === 'declare' };
}

function isExecutable({ kind }: Operand): boolean {
  return kind !== 'constant' && kind !== 'dot' && kind !== 'nil';
}

function readCommand(cursor: Cursor, reading: Reading): Command {
  const operands: Operand[] = [];
  for (;;) {
    const token = skipSpace(cursor);
    if (token === undefined || token.kind === 'pipe' || token.kind === 'close') break;
    operands.push(readOperand(cursor, reading));
    const after = peek(cursor)?.kind;
    if (after !== undefined && after !== 'space' && after !== 'pipe' && after !== 'close') {
      throw problemAt(cursor.line, unexpected(peek(cursor)));
    }
  }
  const [first, ...rest] = operands;
  if (first === undefined) throw problemAt(cursor.line, 'a command is missing');
  return { first, rest };
}

function readOperand(cursor: Cursor, reading: Reading): Operand {
  const token = peek(cursor);
  cursor.at += 1;
  switch (token?.kind) {
    case 'field':
      return { kind: 'field', path: [token.value, ...readPath(cursor)] };
    case 'variable':
      checkVariable(token.value, cursor.line, reading);
      return { kind: 'variable', name: token.value, path: readPath(cursor) };
    case 'open':
      return readInner(cursor, reading);
    case 'text':
    case 'number':
      return { kind: 'constant', value: token.value };
    case 'dot':
      return { kind: 'dot' };
    case 'word':
      return wordOperand(token.value, cursor.line, reading);
    default:
      throw problemAt(cursor.line, unexpected(token));
  }
}

function readInner(cursor: Cursor, reading: Reading): Operand {
  return deeper(reading, cursor.line, () => {
    const pipeline = readPipeline(cursor, reading, true);
    cursor.at += 1;
    return { kind: 'pipeline', pipeline, path: readPath(cursor) };
  });
}

function readPath(cursor: Cursor): readonly string[] {
  const path: string[] = [];
  for (;;) {
    const token = peek(cursor);
    if (token?.kind !== 'field') return path;
    path.push(token.value);
    cursor.at += 1;
  }
}

function wordOperand(word: string, line: number, { functions }: Reading): Operand {
  if (word === 'true' || word === 'false') return { kind: 'constant', value: word === 'true' };
  if (word === 'nil') return { kind: 'nil' };
  if (functions.has(word)) return { kind: 'function', name: word };
  throw problemAt(line, KEYWORDS.has(word) ? `${word} stands in the wrong place` : `there is no function ${word}`);
}

function checkVariable(name: string, line: number, { variables }: Reading): void {
  if (!variables.includes(name)) throw problemAt(line, `there is no variable ${name}`);
}

function unexpected(token: Token | undefined): string {
  if (token === undefined) return 'a parenthesis is not closed';
  return `something is not where it is expected: ${'value' in token ? token.value : token.kind}`;
}

function deeper<T>(reading: Reading, line: number, read: () => T): T {
  if (reading.depth >= DEEPEST) throw problemAt(line, `more than ${DEEPEST} levels are inside one another`);
  reading.depth += 1;
  const result = read();
  reading.depth -= 1;
  return result;
}

function problemAt(line: number, cause: string): TemplateProblem {
  return new TemplateProblem(`line ${line}: ${cause}`);
}
