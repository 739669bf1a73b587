/** Understands what stands in one action: commands, what they are given, and the variable that keeps the result. */
import type { Command, Operand, Pipeline } from './nodes.ts';
import { TemplateProblem } from './problem.ts';
import type { Token } from './tokens.ts';

/** What repeats, or calls. */
const LEFT_OUT: ReadonlySet<string> = new Set(['range', 'define', 'template', 'block', 'break', 'continue', 'call']);
export const KEYWORDS: ReadonlySet<string> = new Set(['if', 'with', 'else', 'end', ...LEFT_OUT]);
/** Deeper than anybody writes, and far from where the stack ends. */
const DEEPEST = 50;

/** What is known while a template is read. */
export interface Reading {
  readonly variables: string[];
  readonly functions: ReadonlySet<string>;
  depth: number;
}

/** Tokens of one action. */
interface Cursor {
  readonly tokens: readonly Token[];
  readonly line: number;
  at: number;
}

/** Reads the tokens of an action, or what of them follows a keyword. *Throws* {@link TemplateProblem}. */
export function readPipeline(tokens: readonly Token[], line: number, reading: Reading): Pipeline {
  return readUpToEnd({ tokens, line, at: 0 }, reading);
}

function peek(cursor: Cursor): Token | undefined {
  return cursor.tokens[cursor.at];
}

function skipSpace(cursor: Cursor): Token | undefined {
  if (peek(cursor)?.kind === 'space') cursor.at += 1;
  return peek(cursor);
}

/** Up to the end of the action, or to the parenthesis that closes it. */
function readUpToEnd(cursor: Cursor, reading: Reading, isInner = false): Pipeline {
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
    const pipeline = readUpToEnd(cursor, reading, true);
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

export function deeper<T>(reading: Reading, line: number, read: () => T): T {
  if (reading.depth >= DEEPEST) throw problemAt(line, `more than ${DEEPEST} levels are inside one another`);
  reading.depth += 1;
  const result = read();
  reading.depth -= 1;
  return result;
}

export function problemAt(line: number, cause: string): TemplateProblem {
  return new TemplateProblem(`line ${line}: ${cause}`);
}
