import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { parseSync } from 'oxc-parser';

/** What one file asks for. */
export interface Import {
  /** As written: `../kube/client.ts`, `node:http2`, `@aws-sdk/client-ec2`. */
  readonly specifier: string;
  /** For a file of ours its path from the root of the repository: `src/kube/client.ts`. */
  readonly file: string | undefined;
  /** Erased at run time; counts for layers and cycles all the same. */
  readonly typeOnly: boolean;
}

export interface SourceFile {
  /** From the root of the repository, with slashes: `src/kube/client.ts`. */
  readonly path: string;
  readonly imports: readonly Import[];
  /** Names of the globals that tell or spend time: `Date.now`, `setTimeout`. */
  readonly timeGlobals: readonly string[];
}

const ROOT = new URL('../../', import.meta.url).pathname;

/** The program: what is below `src` and no test. */
export function readProgram(): readonly SourceFile[] {
  return sourcePaths()
    .filter((path) => !path.endsWith('.test.ts'))
    .map(readSource);
}

/** All TypeScript below `src`, found without the parser. */
export function sourcePaths(): readonly string[] {
  const names = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.ts')).map((name) => `src/${name.replaceAll('\\', '/')}`);
}

function readSource(path: string): SourceFile {
  return parseSource(path, readFileSync(join(ROOT, path), 'utf8'));
}

/** *Throws* when the text is no TypeScript: a file that cannot be read must not count as one without imports. */
export function parseSource(path: string, text: string): SourceFile {
  const { module, program, errors } = parseSync(path, text);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${path}: ${error.message}`);
  const nodes = nodesOf(program);
  const imports = [...staticImports(module), ...importTypes(nodes), ...dynamicImports(nodes)];
  return {
    path,
    imports: imports.map(([specifier, typeOnly]) => ({ specifier, file: fileOf(path, specifier), typeOnly })),
    timeGlobals: nodes.flatMap(timeGlobalOf),
  };
}

type Found = readonly [specifier: string, typeOnly: boolean];
type Module = ReturnType<typeof parseSync>['module'];

function staticImports({ staticImports, staticExports }: Module): Found[] {
  const imported = staticImports.map(({ moduleRequest, entries }): Found => {
    return [moduleRequest.value, entries.length > 0 && entries.every(({ isType }) => isType)];
  });
  const exported = staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ moduleRequest, isType }): Found[] => (moduleRequest ? [[moduleRequest.value, isType]] : [])),
  );
  return [...imported, ...exported];
}

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}

/** Every node of a tree, in no order that matters. */
function nodesOf(program: unknown): readonly Node[] {
  const found: Node[] = [];
  const waiting: unknown[] = [program];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (Array.isArray(value)) waiting.push(...(value as unknown[]));
    if (!isNode(value)) continue;
    found.push(value);
    waiting.push(...Object.values(value));
  }
  return found;
}

function literalText(value: unknown): string | undefined {
  return isNode(value) && typeof value['value'] === 'string' ? value['value'] : undefined;
}

/** `import('./x.ts')`; a name that is computed cannot be followed and is none of these. */
function dynamicImports(nodes: readonly Node[]): Found[] {
  return specifiersIn(nodes, 'ImportExpression', false);
}

/** `import('./x.ts').X` as a type. */
function importTypes(nodes: readonly Node[]): Found[] {
  return specifiersIn(nodes, 'TSImportType', true);
}

function specifiersIn(nodes: readonly Node[], type: string, typeOnly: boolean): Found[] {
  const specifiers = nodes.filter((node) => node.type === type).map(({ source, argument }) => source ?? argument);
  return specifiers.map(literalText).flatMap((text): Found[] => (text === undefined ? [] : [[text, typeOnly]]));
}

const TIMERS = new Set(['setTimeout', 'setInterval', 'setImmediate']);

function timeGlobalOf(node: Node): string[] {
  const { callee } = node;
  if (!isNode(callee)) return [];
  if (node.type === 'NewExpression')
    return callee['name'] === 'Date' && isEmpty(node['arguments']) ? ['new Date()'] : [];
  if (node.type !== 'CallExpression') return [];
  const name = callee.type === 'MemberExpression' ? memberText(callee) : callee['name'];
  return typeof name === 'string' && (TIMERS.has(name) || /^(Date|performance)\.now$/.test(name)) ? [name] : [];
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function memberText({ object, property }: Node): string {
  const nameOf = (value: unknown): string => (isNode(value) && typeof value['name'] === 'string' ? value['name'] : '?');
  const owner = nameOf(object);
  return owner === 'globalThis' ? nameOf(property) : `${owner}.${nameOf(property)}`;
}

function fileOf(from: string, specifier: string): string | undefined {
  return specifier.startsWith('.') ? normalize(join(dirname(from), specifier)).replaceAll('\\', '/') : undefined;
}

/** Each cycle once, as the files on the way round; empty when there is none. */
export function cyclesIn(files: readonly SourceFile[]): readonly (readonly string[])[] {
  const next = new Map(files.map(({ path, imports }) => [path, imports.flatMap(({ file }) => file ?? [])]));
  const done = new Set<string>();
  const cycles: string[][] = [];
  const visit = (path: string, way: readonly string[]): void => {
    const start = way.indexOf(path);
    if (start >= 0) cycles.push(way.slice(start));
    if (start >= 0 || done.has(path)) return;
    for (const target of next.get(path) ?? []) visit(target, [...way, path]);
    done.add(path);
  };
  for (const path of next.keys()) visit(path, []);
  return cycles;
}
