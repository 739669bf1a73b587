/** A template as it was understood. */
export type Node =
  | { readonly kind: 'plain'; readonly text: string }
  | { readonly kind: 'action'; readonly pipeline: Pipeline }
  | Conditional;

/** `if` and `with`: one body or the other; `with` makes what it asked for the new dot. */
export interface Conditional {
  readonly kind: 'if' | 'with';
  readonly pipeline: Pipeline;
  readonly body: readonly Node[];
  readonly otherwise: readonly Node[];
}

/** Commands, each of which takes what the one before it came to as its last argument. */
export interface Pipeline {
  readonly line: number;
  /** The variable that keeps the result: a new one, or one that there is. */
  readonly keeps: { readonly variable: string; readonly isNew: boolean } | undefined;
  readonly commands: readonly Command[];
}

/** The first operand, with the others as its arguments. */
export interface Command {
  readonly first: Operand;
  readonly rest: readonly Operand[];
}

export type Operand =
  | { readonly kind: 'constant'; readonly value: string | number | boolean }
  | { readonly kind: 'nil' | 'dot' }
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'field'; readonly path: readonly string[] }
  | { readonly kind: 'variable'; readonly name: string; readonly path: readonly string[] }
  | { readonly kind: 'pipeline'; readonly pipeline: Pipeline; readonly path: readonly string[] };
