import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type DocumentOptions, parse, type ParseOptions, type SchemaOptions, type ToJSOptions } from 'yaml';
import { KubeConfigError } from './error.ts';
import type { Material } from './identity.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Where a mapping stands: in which file, beside which others, and under which keys. */
interface Place {
  readonly source: string;
  readonly directory: string;
  readonly path: string;
}

/** A mapping of a kubeconfig that knows where it stands, so that each complaint names file and key. */
export class Section {
  readonly #fields: Fields;
  readonly #directory: string;
  readonly source: string;
  readonly path: string;

  constructor(fields: Fields, { source, directory, path }: Place) {
    this.#fields = fields;
    this.source = source;
    this.path = path;
    this.#directory = directory;
  }

  has(key: string): boolean {
    const value = this.#fields[key];
    return value !== undefined && value !== null && value !== '';
  }

  text(key: string): string | undefined {
    if (!this.has(key)) return undefined;
    const value = this.#fields[key];
    if (typeof value !== 'string') throw this.problem(key, `expected text, found ${typeof value}`);
    return value;
  }

  required(key: string): string {
    const value = this.text(key);
    if (value === undefined) throw this.problem(key, 'is missing');
    return value;
  }

  flag(key: string): boolean {
    const value = this.#fields[key] ?? false;
    if (typeof value !== 'boolean') throw this.problem(key, 'expected true or false');
    return value;
  }

  section(key: string): Section {
    return this.#at(this.#fields[key] ?? {}, this.#pathOf(key));
  }

  sections(key: string): Section[] {
    const value = this.#fields[key] ?? [];
    if (!Array.isArray(value)) throw this.problem(key, 'expected a list');
    return value.map((entry: unknown, index) => this.#at(entry, `${this.#pathOf(key)}[${index}]`));
  }

  texts(key: string): string[] {
    const value = this.#fields[key] ?? [];
    if (!Array.isArray(value) || !value.every((entry) => typeof entry === 'string')) {
      throw this.problem(key, 'expected a list of texts');
    }
    return value;
  }

  /** `<key>-data` (base64) or `<key>` (a file, relative to the kubeconfig's own folder); the data wins, as in kubectl. */
  material(key: string): Material | undefined {
    const data = this.text(`${key}-data`);
    if (data !== undefined) return { text: this.#decoded(`${key}-data`, data) };
    return this.file(key);
  }

  file(key: string): Material | undefined {
    const file = this.text(key);
    if (file === undefined) return undefined;
    return { file: resolve(this.#directory, file), source: this.source, key: this.#pathOf(key) };
  }

  problem(key: string, problem: string): KubeConfigError {
    return new KubeConfigError(this.source, this.#pathOf(key), problem);
  }

  #decoded(key: string, data: string): string {
    const compact = data.replaceAll(/\s/g, '');
    const text = Buffer.from(compact, 'base64').toString('utf8');
    if (!/^[A-Za-z0-9+/]+=*$/.test(compact)) throw this.problem(key, 'is not base64');
    if (!text.includes('-----BEGIN ')) throw this.problem(key, 'is not PEM inside its base64');
    return text;
  }

  #at(value: unknown, path: string): Section {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new KubeConfigError(this.source, path, 'expected a mapping');
    }
    // A record of unknowns claims nothing about its fields.
    return new Section(value as Fields, { source: this.source, directory: this.#directory, path });
  }

  #pathOf(key: string): string {
    return this.path === '' ? key : `${this.path}.${key}`;
  }
}

export interface KubeconfigText {
  readonly text: string;
  /** What messages call it; a file's path. */
  readonly source: string;
  /** What relative paths in it start from. */
  readonly directory: string;
}

/** *Throws* {@link KubeConfigError} when the file cannot be read. */
export function readKubeconfigFile(file: string): KubeconfigText {
  try {
    return { text: readFileSync(file, 'utf8'), source: file, directory: dirname(resolve(file)) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new KubeConfigError(file, '', `cannot be read (${code})`, error);
  }
}

/** What of YAML is taken. */
export type YamlLimits = ParseOptions & DocumentOptions & SchemaOptions & ToJSOptions;

/** The whole of a kubeconfig. *Throws* {@link KubeConfigError} when it is none. */
export function parseKubeconfig({ text, source, directory }: KubeconfigText, limits: YamlLimits = {}): Section {
  let fields: unknown;
  try {
    // Warnings would go to standard error, and quote the text. Parts of a text keep all of it in memory; copies do not.
    fields = structuredClone(parse(text, { ...limits, logLevel: 'error' }));
  } catch {
    // The parser's message quotes the text, and with it perhaps a key.
    throw new KubeConfigError(source, '', 'is not valid YAML');
  }
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    throw new KubeConfigError(source, '', 'expected a mapping with clusters, users and contexts');
  }
  // A record of unknowns claims nothing about its fields.
  return new Section(fields as Fields, { source, directory, path: '' });
}
