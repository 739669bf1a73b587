import type { parse } from '@bufbuild/cel';
import { celName, parseCel } from './cel.ts';
import type { Schema } from './schema.ts';
import { memberSchema } from './schema.ts';

/*
 * Looks for names in an expression that nothing declares: the faults of a rule that people make most, which the real API
 * server refuses with the definition. It follows schemas through members, items and the variables of macros; of the
 * values of functions it knows nothing, and lets them pass. Types are not checked.
 */

type Expr = ReturnType<typeof parse>['expr'];

/** What a name stands for; undefined: a value of which nothing is known. */
type Scope = ReadonlyMap<string, Schema | undefined>;

const TYPES = 'bool bytes double dyn google int list map null_type string type uint'.split(' ');

/** What is wrong with the names in `expression`, each as cel-go says it. *Throws* when it cannot be parsed. */
export function undeclaredNames(expression: string, scope: Scope): readonly string[] {
  const problems: string[] = [];
  schemaOf(parseCel(expression).expr, scope, problems);
  return problems;
}

/** The schema of an expression's value, where it can be told; notes problems on its way. */
function schemaOf(expr: Expr | undefined, scope: Scope, problems: string[]): Schema | undefined {
  const inside = (part: Expr | undefined, within = scope): Schema | undefined => schemaOf(part, within, problems);
  const kind = expr?.exprKind;
  switch (kind?.case) {
    case 'identExpr':
      return identified(kind.value.name, scope, problems);
    case 'selectExpr':
      return selected(inside(kind.value.operand), kind.value.field, problems);
    case 'callExpr': {
      const { target, args, function: name } = kind.value;
      // Libraries are written as targets too: `optional.none()`.
      const isLibrary = target?.exprKind.case === 'identExpr' && !scope.has(target.exprKind.value.name);
      if (!isLibrary) inside(target);
      const [first] = args.map((part) => inside(part));
      return name === '_[_]' ? first?.items : undefined;
    }
    case 'listExpr':
      kind.value.elements.forEach((element) => inside(element));
      return undefined;
    case 'structExpr':
      kind.value.entries.forEach((entry) => inside(entry.value));
      return undefined;
    case 'comprehensionExpr': {
      const { iterRange, accuInit, loopCondition, loopStep, result } = kind.value;
      const items = inside(iterRange)?.items;
      inside(accuInit);
      const loop = new Map([...scope, ...loopVariables(kind.value, items)]);
      for (const part of [loopCondition, loopStep, result]) inside(part, loop);
      return undefined;
    }
    default:
      return undefined;
  }
}

interface Loop {
  readonly accuVar: string;
  readonly iterVar: string;
  /** Of a macro with two variables: the first is then an index or a key. */
  readonly iterVar2: string;
}

function loopVariables({ accuVar, iterVar, iterVar2 }: Loop, items: Schema | undefined): Scope {
  const variables = new Map<string, Schema | undefined>([[accuVar, undefined]]);
  if (iterVar2 === '') return variables.set(iterVar, items);
  return variables.set(iterVar, undefined).set(iterVar2, items);
}

function identified(name: string, scope: Scope, problems: string[]): Schema | undefined {
  if (!scope.has(name) && !TYPES.includes(name)) problems.push(`undeclared reference to '${name}' (in container '')`);
  return scope.get(name);
}

function selected(schema: Schema | undefined, field: string, problems: string[]): Schema | undefined {
  if (schema?.type !== 'object') return undefined;
  const name = Object.keys(schema.properties ?? {}).find((declared) => celName(declared) === field);
  const isOpen =
    schema.additionalProperties !== undefined ||
    schema['x-kubernetes-preserve-unknown-fields'] === true ||
    schema['x-kubernetes-embedded-resource'] === true;
  if (name === undefined && !isOpen) problems.push(`undefined field '${field}'`);
  return memberSchema(schema, name ?? field);
}
