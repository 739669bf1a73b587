/**
 * Understands a template: text, pipelines, variables, `if` and `with`.
 *
 * Left out on purpose: `range` and whatever else repeats (`define`, `template`, `block`, `break`, `continue`, `call`), so that
 * what a template costs is bounded by its length.
 */
import type { Conditional, Node } from './nodes.ts';
import { deeper, KEYWORDS, problemAt, type Reading, readPipeline } from './parse-pipeline.ts';
import { piecesOf, type Piece, type Token } from './tokens.ts';

/**
 * @param functions - The names of those that there are.
 *
 * *Throws* {@link TemplateProblem}.
 */
export function parsed(template: string, functions: ReadonlySet<string>): readonly Node[] {
  const reading: BodyReading = { pieces: piecesOf(template), at: 0, variables: ['$'], functions, depth: 0 };
  const { nodes, end } = readBody(reading);
  if (end !== undefined) throw problemAt(end.line, `{{${end.word}}} without {{if}} or {{with}}`);
  return nodes;
}

interface BodyReading extends Reading {
  readonly pieces: readonly Piece[];
  at: number;
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

function readBody(reading: BodyReading): Body {
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
    else nodes.push({ kind: 'action', pipeline: readPipeline(rest, line, reading) });
  }
}

function keywordOf(tokens: readonly Token[]): { readonly word: string | undefined; readonly rest: readonly Token[] } {
  const begun = tokens[0]?.kind === 'space' ? tokens.slice(1) : tokens;
  const [first] = begun;
  const word = first?.kind === 'word' && KEYWORDS.has(first.value) ? first.value : undefined;
  return { word, rest: word === undefined ? begun : begun.slice(1) };
}

function readConditional(
  kind: 'if' | 'with',
  asked: readonly Token[],
  line: number,
  reading: BodyReading,
): Conditional {
  return deeper(reading, line, () => {
    const known = reading.variables.length;
    const pipeline = readPipeline(asked, line, reading);
    const { nodes: body, end } = readBody(reading);
    if (end === undefined) throw problemAt(line, `{{${kind}}} without {{end}}`);
    const otherwise = end.word === 'else' ? readOtherwise(kind, end, reading) : endOf(end);
    reading.variables.length = known;
    return { kind, pipeline, body, otherwise };
  });
}

/** `{{else}}` up to `{{end}}`, or `{{else if}}`, which has the end of the whole. */
function readOtherwise(kind: 'if' | 'with', { line, rest }: End, reading: BodyReading): readonly Node[] {
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
