import { LineCounter, parseDocument, type Document } from 'yaml';
import { ConfigurationError, type ConfigurationProblem } from './configuration-error.ts';
import { camelCase, OPTION_FIELDS, type OptionField } from './option-fields.ts';

/** A value as it was found, before anybody looked at it. */
export interface Found {
  readonly raw: unknown;
  /** Ends the sentence "... from ...": `--aws-region`, `the environment variable AWS_REGION`. */
  readonly origin: string;
}

/** One of the places that options come from. */
export interface OptionSource {
  find(field: OptionField): Found | undefined;
  /** What it holds that is no option. */
  strangers(): readonly ConfigurationProblem[];
}

export type Flags = Readonly<Record<string, unknown>>;
export type Environment = Readonly<Record<string, string | undefined>>;

/** The values of flags, by the names that `optionFlags` gave them. Others are the command line's own affair. */
export function flagSource(flags: Flags): OptionSource {
  return {
    find: ({ meta }) => {
      const raw = meta.flag === undefined ? undefined : flags[camelCase(meta.flag)];
      return raw === undefined ? undefined : { raw, origin: `--${meta.flag}` };
    },
    strangers: () => [],
  };
}

/** Variables of this prefix are ours alone, so that a mistyped one is an error. */
const OUR_VARIABLES = 'CLOUD_MANAGER_';

/**
 * What Kubernetes sets in each Pod for each Service, whose name may begin as our variables do: `CLOUD_MANAGER_SERVICE_HOST`
 * and `CLOUD_MANAGER_METRICS_PORT_8080_TCP` for `cloud-manager` and `cloud-manager-metrics`.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
 */
const SERVICE_VARIABLE = /_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$/;

/** An empty variable counts as absent: charts and shells set them so. */
export function environmentSource(env: Environment, others: readonly string[]): OptionSource {
  const known = new Set([...others, ...OPTION_FIELDS.flatMap(({ meta }) => meta.env ?? [])]);
  return {
    find: ({ meta }) => {
      const name = meta.env?.find((name) => (env[name] ?? '') !== '');
      return name === undefined ? undefined : { raw: env[name], origin: `the environment variable ${name}` };
    },
    strangers: () =>
      Object.keys(env)
        .filter((name) => name.startsWith(OUR_VARIABLES) && !known.has(name) && !SERVICE_VARIABLE.test(name))
        .map((key) => ({ key, problem: 'no option has this environment variable' })),
  };
}

/**
 * A file in YAML or JSON.
 *
 * *Throws* {@link ConfigurationError} when `text` is neither. The message names the place and not the content, which may
 * be a secret.
 */
export function fileSource(file: string, text: string): OptionSource {
  const content = contentOf(file, text);
  return {
    find: ({ path }) => {
      const raw = path.split('.').reduce<unknown>((node, name) => (isGroup(node) ? node[name] : undefined), content);
      return raw === undefined || raw === null ? undefined : { raw, origin: `${file}: ${path}` };
    },
    strangers: () => strangersIn(content, '', file),
  };
}

function contentOf(file: string, text: string): unknown {
  const lines = new LineCounter();
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent', lineCounter: lines });
  const [first] = document.errors;
  if (first !== undefined) {
    const { line, col } = lines.linePos(first.pos[0]);
    const problem = `is neither YAML nor JSON: ${first.code} at line ${line}, column ${col}`;
    throw new ConfigurationError([{ key: file, problem }]);
  }
  const content = plainOf(document, file) ?? {};
  if (!isGroup(content)) throw new ConfigurationError([{ key: file, problem: 'holds no keys and values' }]);
  return content;
}

/** A value that begins with a star is an alias to YAML; its name may be a secret, so that the cause is left behind. */
function plainOf(document: Document, file: string): unknown {
  try {
    return document.toJS();
  } catch {
    const problem = 'holds an alias (a value that begins with *) without its anchor: put the value in quotes';
    throw new ConfigurationError([{ key: file, problem }]);
  }
}

function isGroup(node: unknown): node is Readonly<Record<string, unknown>> {
  return typeof node === 'object' && node !== null && !Array.isArray(node);
}

function strangersIn(node: unknown, path: string, file: string): ConfigurationProblem[] {
  if (OPTION_FIELDS.some((field) => field.path === path)) return [];
  const below = path === '' ? '' : `${path}.`;
  const fields = OPTION_FIELDS.filter((field) => field.path.startsWith(below));
  if (fields.length === 0) return [{ key: path, problem: `no option has this name, read from ${file}` }];
  if (node === null) return [];
  if (!isGroup(node)) return [{ key: path, problem: `is a group of options, read from ${file}` }];
  return Object.entries(node).flatMap(([name, child]) => strangersIn(child, `${below}${name}`, file));
}
