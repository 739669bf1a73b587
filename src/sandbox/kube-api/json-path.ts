import type { Json } from './json.ts';
import { equalJson, isList, isObject } from './json.ts';

/** Finds all values at a path. */
export type JsonPath = (value: Json) => readonly Json[];

type Step = (values: readonly Json[]) => Json[];

/**
 * Compiles the simple [JSONPath](https://kubernetes.io/docs/reference/kubectl/jsonpath/) of printer columns and
 * selectable fields: members (also `['a.b']` and `\.`), indexes, `*`, `..name` and filters `[?(@.type=="Ready")]`.
 */
export function compileJsonPath(path: string): JsonPath {
  const steps = stepsOf(
    path
      .trim()
      .replace(/^\{(.*)\}$/, '$1')
      .replace(/^\$/, ''),
  );
  return (value) => steps.reduce<readonly Json[]>((values, step) => step(values), [value]);
}

const TOKEN =
  /^(?:\.\.(?<deep>(?:\\.|[^.[\\])+)|\.?\[\?\(@(?<filter>.*?)\)\]|\.?\[(?<index>-?\d+)\]|\.?\[(?<all>\*)\]|\.?\['(?<quoted>[^']*)'\]|\.?\["(?<quoted2>[^"]*)"\]|\.(?<star>\*)|\.?(?<member>(?:\\.|[^.[\\])+))/;

function stepsOf(path: string): Step[] {
  const steps: Step[] = [];
  for (let rest = path; rest !== '' && rest !== '.';) {
    const match = TOKEN.exec(rest);
    if (!match?.groups) throw new Error(`unrecognized character in action: ${rest}`);
    steps.push(stepOf(match.groups));
    rest = rest.slice(match[0].length);
  }
  return steps;
}

function stepOf(token: Readonly<Record<string, string | undefined>>): Step {
  const name = token['member'] ?? token['quoted'] ?? token['quoted2'];
  if (name !== undefined) return (values) => values.flatMap((value) => membersNamed(value, unescaped(name)));
  const { index, filter, deep } = token;
  if (index !== undefined)
    return (values) => values.flatMap((value) => (isList(value) ? value.slice(Number(index)).slice(0, 1) : []));
  if (filter !== undefined) return filterStep(filter);
  if (deep !== undefined) return (values) => values.flatMap((value) => descendantsNamed(value, unescaped(deep)));
  return (values) => values.flatMap(childrenOf);
}

const unescaped = (name: string): string => name.replaceAll(/\\(.)/g, '$1');

function membersNamed(value: Json, name: string): Json[] {
  const member = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return member === undefined ? [] : [member];
}

function childrenOf(value: Json): Json[] {
  if (isList(value)) return [...value];
  return isObject(value) ? Object.values(value) : [];
}

function descendantsNamed(value: Json, name: string): Json[] {
  return [...membersNamed(value, name), ...childrenOf(value).flatMap((child) => descendantsNamed(child, name))];
}

function filterStep(filter: string): Step {
  const [, path = '', operator, literal = ''] = /^(.*?)\s*(==|!=)\s*(.*)$/.exec(filter) ?? ['', filter];
  const find = compileJsonPath(path);
  const wanted = literalFrom(literal);
  const holds = (item: Json): boolean => {
    const found = find(item);
    if (operator === undefined) return found.length > 0;
    return found.some((value) => equalJson(value, wanted)) === (operator === '==');
  };
  return (values) => values.flatMap((value) => (isList(value) ? value.filter(holds) : []));
}

function literalFrom(text: string): Json {
  const quoted = /^(['"])(.*)\1$/.exec(text.trim());
  if (quoted) return quoted[2] ?? '';
  if (text === 'true' || text === 'false') return text === 'true';
  return text.trim() !== '' && !Number.isNaN(Number(text)) ? Number(text) : text;
}
