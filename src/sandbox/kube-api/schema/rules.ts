import type { Json } from '../json.ts';
import { equalJson, isList, isObject } from '../json.ts';
import type { FieldError } from '../status.ts';
import { fieldDuplicate, fieldRequired } from '../status.ts';
import type { CelProgram } from './cel.ts';
import { celFromJson, compileCel, optionalOf } from './cel.ts';
import { correlate } from './correlate.ts';
import type { Schema, ValidationRule } from './schema.ts';
import { memberSchema, pathOfMember } from './schema.ts';

interface CompiledRule {
  readonly rule: ValidationRule;
  readonly program: CelProgram;
  readonly message: CelProgram | undefined;
  /** A rule that looks at the past is only asked when there is one. */
  readonly isTransition: boolean;
}

const compiled = new WeakMap<ValidationRule, CompiledRule>();

/** Compiles a rule once. *Throws* when its expression or its message cannot be parsed. */
export function compileRule(rule: ValidationRule): CompiledRule {
  const known = compiled.get(rule);
  if (known) return known;
  const made = {
    rule,
    program: compileCel(rule.rule),
    message: rule.messageExpression === undefined ? undefined : compileCel(rule.messageExpression),
    isTransition: /\boldSelf\b/.test(rule.rule),
  };
  compiled.set(rule, made);
  return made;
}

/** A value with its past, at its place in the object. */
interface Subject {
  readonly value: Json;
  readonly old: Json | undefined;
  readonly schema: Schema;
  readonly path: string;
}

/**
 * Asks the [validation rules](https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules)
 * of a schema, from the outside in. Rules about one state are ratcheted as {@link validate} is: they are not asked about
 * what did not change.
 */
export function brokenRules(value: Json, schema: Schema, old?: Json, path = ''): FieldError[] {
  return brokenAt({ value, old, schema, path });
}

function brokenAt(subject: Subject): FieldError[] {
  const { value, old, schema } = subject;
  if (value === null) return [];
  const unchanged = old !== undefined && equalJson(value, old);
  const own = (schema['x-kubernetes-validations'] ?? []).flatMap((rule) => {
    const { isTransition } = compileRule(rule);
    return unchanged && !isTransition ? [] : broken(compileRule(rule), subject);
  });
  return [...own, ...brokenInside(subject)];
}

function brokenInside({ value, old, schema, path }: Subject): FieldError[] {
  if (isList(value)) {
    const { items } = schema;
    if (!items) return [];
    return value.flatMap((item, index) =>
      brokenAt({ value: item, old: correlate(item, old, schema), schema: items, path: `${path}[${index}]` }),
    );
  }
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const known = memberSchema(schema, name);
    if (!known) return [];
    const declared = schema.properties && Object.hasOwn(schema.properties, name);
    const before = isObject(old) && Object.hasOwn(old, name) ? old[name] : undefined;
    return brokenAt({
      value: member,
      old: before,
      schema: known,
      path: declared ? pathOfMember(path, name) : `${path}[${name}]`,
    });
  });
}

function broken({ rule, program, message, isTransition }: CompiledRule, subject: Subject): FieldError[] {
  const { value, old, schema, path } = subject;
  const optional = rule.optionalOldSelf === true;
  if (isTransition && old === undefined && !optional) return [];
  const before = old === undefined ? undefined : celFromJson(old, schema);
  const self = celFromJson(value, schema);
  const oldSelf = optional ? optionalOf(before) : before;
  const variables = oldSelf === undefined ? { self } : { self, oldSelf };
  const outcome = program(variables);
  if ('error' in outcome) {
    const why = `${outcome.error} evaluating rule: ${rule.message ?? rule.rule}`;
    return [
      { reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(kindOf(value))}: ${why}`, field: path },
    ];
  }
  if (outcome.value === true) return [];
  const said = message?.(variables);
  const text = said && 'value' in said && typeof said.value === 'string' ? said.value : undefined;
  return [refusal(rule, text ?? rule.message ?? `failed rule: ${rule.rule}`, path + (rule.fieldPath ?? ''), value)];
}

/** Scalars are shown; what has parts would drown the message. */
function shown(value: Json): string {
  return typeof value === 'object' ? '' : `${JSON.stringify(value)}: `;
}

function kindOf(value: Json): string {
  if (isList(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function refusal(rule: ValidationRule, message: string, path: string, value: Json): FieldError {
  const field = path === '' ? '<nil>' : path.replace(/^\./, '');
  switch (rule.reason) {
    case 'FieldValueForbidden':
      return { reason: 'FieldValueForbidden', message: `Forbidden: ${message}`, field };
    case 'FieldValueRequired':
      return fieldRequired(field, message);
    case 'FieldValueDuplicate':
      return fieldDuplicate(field, value);
    default:
      return { reason: 'FieldValueInvalid', message: `Invalid value: ${shown(value)}${message}`, field };
  }
}
