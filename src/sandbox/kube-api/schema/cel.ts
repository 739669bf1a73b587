import type { CelInput, CelValue } from '@bufbuild/cel';
import { celEnv, isCelError, parse, plan } from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';
import { remembered } from '../../../util/remembered.ts';
import type { Json, JsonObject } from '../json.ts';
import { isList, isObject } from '../json.ts';
import { celFunctions, optionalOf } from './cel-functions.ts';
import type { Schema } from './schema.ts';
import { memberSchema } from './schema.ts';

/** What came of an evaluation: a value, or the reason why there is none. */
export type CelOutcome = { readonly value: CelValue } | { readonly error: string };

/** An expression over `self` and `oldSelf`, ready to be evaluated many times. */
export type CelProgram = (variables: { readonly self: CelInput; readonly oldSelf?: CelInput }) => CelOutcome;

const environment = celEnv({ funcs: [...strings, ...celFunctions] });

/** All servers of a process have much the same expressions, and look at them again with each write of a definition. */
const REMEMBERED = 2_000;

/** Parses an expression. *Throws* an error with the position. */
export const parseCel = remembered(REMEMBERED, (expression) => parse(expression));

/**
 * Compiles an expression.
 *
 * *Throws* an error with the position when it cannot be parsed. Types are not checked before evaluation, which the real
 * API server does; names are, by `undeclaredNames`.
 */
export const compileCel = remembered(REMEMBERED, (expression): CelProgram => {
  const run = plan(environment, parseCel(expression));
  return (variables) => {
    const result = run({ ...variables });
    return isCelError(result) ? { error: inKubernetesWords(result.message) } : { value: result };
  };
});

/** Says an evaluator's error as cel-go does. */
function inKubernetesWords(message: string): string {
  return message
    .replace(/^field not found: /, 'no such key: ')
    .replace(/^found no matching overload for '(.*?)' .*$/, 'no such overload: $1')
    .replace(/^(int )?divide by zero$/, 'division by zero');
}

/** Words that are operators or reserved in the language; as names of fields they are written `__in__`. */
const RESERVED = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

/** The name by which an expression reaches a field
 * ([escaping](https://kubernetes.io/docs/reference/using-api/cel/#escaping)). */
export function celName(name: string): string {
  if (RESERVED.has(name)) return `__${name}__`;
  return name
    .replaceAll('__', '__underscores__')
    .replaceAll('.', '__dot__')
    .replaceAll('-', '__dash__')
    .replaceAll('/', '__slash__');
}

/** Converts a value to what expressions see: whole numbers of integer fields are ints, date-times are timestamps. */
export function celFromJson(value: Json, schema: Schema | undefined): CelInput {
  if (typeof value === 'number') return isWhole(value, schema) ? BigInt(value) : value;
  if (isList(value)) return value.map((item) => celFromJson(item, schema?.items));
  if (isObject(value)) return celFromObject(value, schema);
  return value;
}

function isWhole(value: number, schema: Schema | undefined): boolean {
  return schema?.type !== 'number' && Number.isInteger(value);
}

function celFromObject(value: JsonObject, schema: Schema | undefined): CelInput {
  return new Map(
    Object.entries(value).map(([name, member]) => {
      const declared = schema?.properties && Object.hasOwn(schema.properties, name);
      return [declared ? celName(name) : name, celFromJson(member, memberSchema(schema, name))];
    }),
  );
}

export { optionalOf };
