/**
 * Fills in templates in the language of Go's `text/template`, as far as it says how a text is made of fields.
 *
 * Templates may come from anybody. *Guarantees*: no code is run and nothing is found but the fields themselves; nothing
 * repeats, and what is made counts against an {@link Effort}, so that the time it takes is bounded; a problem quotes the
 * template and no field's value.
 */
import type { Effort } from './effort.ts';
import { called, FUNCTION_NAMES } from './functions.ts';
import type { Command, Node, Operand, Pipeline } from './nodes.ts';
import { parsed } from './parse.ts';
import { TemplateProblem } from './problem.ts';
import { type Fields, isFields, isTrue, textOf, typeOf, type Value } from './value.ts';

export { createEffort, type Effort } from './effort.ts';

/** The text that a template became, or why it did not. */
export type Rendered = { readonly text: string } | { readonly problem: string };

const LONGEST_PROBLEM = 200;

/** A field that does not exist is printed as `<no value>`. */
export function renderTemplate(template: string, fields: Fields, effort: Effort): Rendered {
  try {
    const nodes = parsed(template, FUNCTION_NAMES);
    const rendering: Rendering = { effort, variables: [{ name: '$', value: fields }], output: [] };
    walk(nodes, fields, rendering);
    return { text: rendering.output.join('') };
  } catch (error) {
    if (error instanceof TemplateProblem) return { problem: error.message.slice(0, LONGEST_PROBLEM) };
    throw error;
  }
}

interface Variable {
  readonly name: string;
  value: Value;
}

interface Rendering {
  readonly effort: Effort;
  /** The innermost last. */
  readonly variables: Variable[];
  readonly output: string[];
}

function walk(nodes: readonly Node[], dot: Value, rendering: Rendering): void {
  for (const node of nodes) {
    switch (node.kind) {
      case 'plain':
        print(node.text, rendering);
        break;
      case 'action': {
        const value = valueOf(node.pipeline, dot, rendering);
        if (node.pipeline.keeps === undefined) print(textOf(value), rendering);
        break;
      }
      case 'if':
      case 'with': {
        const known = rendering.variables.length;
        const value = valueOf(node.pipeline, dot, rendering);
        if (isTrue(value)) walk(node.body, node.kind === 'with' ? value : dot, rendering);
        else walk(node.otherwise, dot, rendering);
        rendering.variables.length = known;
        break;
      }
    }
  }
}

function print(text: string, { effort, output }: Rendering): void {
  effort.spend(text.length);
  output.push(text);
}

function valueOf({ line, keeps, commands }: Pipeline, dot: Value, rendering: Rendering): Value {
  let result: readonly Value[] = [];
  try {
    for (const command of commands) result = [commandValue(command, dot, result, rendering)];
  } catch (error) {
    // Of pipelines in one another the innermost says where.
    if (error instanceof TemplateProblem && !error.message.startsWith('line ')) {
      throw new TemplateProblem(`line ${line}: ${error.message}`);
    }
    throw error;
  }
  const [value] = result;
  if (keeps !== undefined) keep(keeps.variable, value, keeps.isNew, rendering);
  return value;
}

function keep(name: string, value: Value, isNew: boolean, { variables }: Rendering): void {
  const known = isNew ? undefined : variables.findLast((variable) => variable.name === name);
  if (known === undefined) variables.push({ name, value });
  else known.value = value;
}

/** @param piped - What the command before came to, as the last argument; empty for the first. */
function commandValue({ first, rest }: Command, dot: Value, piped: readonly Value[], rendering: Rendering): Value {
  if (first.kind === 'function') return functionValue(first.name, rest, dot, piped, rendering);
  if (first.kind === 'nil') throw new TemplateProblem('nil is no command');
  if (rest.length > 0 || piped.length > 0) throw new TemplateProblem('something is given to what is no function');
  return operandValue(first, dot, rendering);
}

function functionValue(
  name: string,
  operands: readonly Operand[],
  dot: Value,
  piped: readonly Value[],
  rendering: Rendering,
): Value {
  const args: Value[] = [];
  for (const operand of operands) {
    const value = operandValue(operand, dot, rendering);
    args.push(value);
    // What follows is not looked at, as in Go.
    if ((name === 'and' || name === 'or') && isTrue(value) === (name === 'or')) return value;
  }
  return called(name, [...args, ...piped], rendering.effort);
}

function operandValue(operand: Operand, dot: Value, rendering: Rendering): Value {
  switch (operand.kind) {
    case 'constant':
      return operand.value;
    case 'nil':
      return undefined;
    case 'dot':
      return dot;
    case 'function':
      return called(operand.name, [], rendering.effort);
    case 'field':
      return fieldOf(dot, operand.path);
    case 'variable': {
      const variable = rendering.variables.findLast(({ name }) => name === operand.name);
      return fieldOf(variable?.value, operand.path);
    }
    case 'pipeline':
      return fieldOf(valueOf(operand.pipeline, dot, rendering), operand.path);
  }
}

function fieldOf(value: Value, path: readonly string[]): Value {
  return path.reduce<Value>((from, name) => {
    if (from === undefined) return undefined;
    if (!isFields(from)) throw new TemplateProblem(`${typeOf(from)} has no field ${name}`);
    return from.get(name);
  }, value);
}
