import { Secret } from '../util/secret.ts';

/**
 * What the value of an option may be. A value comes as text from a flag or the environment and as text or as itself
 * from a file; one parser takes both.
 */
export interface OptionKind<T> {
  /** For `--help`: `<duration>`. */
  readonly placeholder: string;
  /** Ends the sentence "... is not ...". */
  readonly expected: string;
  /** True when the value must never be shown. */
  readonly secret: boolean;
  /** The same as a JSON schema, as far as that can say it: for forms and files that others check. */
  readonly schema: JsonSchema;
  /** Undefined when `raw` is not such a value. */
  parse(raw: unknown): T | undefined;
  /** What exactly is wrong with a value that is not, where that is not plain; undefined: it is nothing of the sort. */
  whyNot?(raw: unknown): string | undefined;
}

export type JsonSchema = Readonly<Record<string, unknown>>;

function kindOf<T>(
  placeholder: string,
  expected: string,
  parse: (text: string) => T | undefined,
  schema: JsonSchema = { type: 'string' },
): OptionKind<T> {
  const isScalar = (raw: unknown): raw is string | number => typeof raw === 'string' || typeof raw === 'number';
  return {
    placeholder,
    expected,
    secret: false,
    schema,
    parse: (raw) => (isScalar(raw) ? parse(String(raw).trim()) : undefined),
  };
}

/** Text that is not empty and, where given, matches `pattern`. */
export function textKind(placeholder: string, expected: string, pattern = /^.+$/): OptionKind<string> {
  return kindOf(placeholder, expected, (text) => (pattern.test(text) ? text : undefined), {
    type: 'string',
    pattern: pattern.source,
  });
}

export const roleArnKind: OptionKind<string> = textKind(
  'arn',
  'the ARN of a role',
  /^arn:[a-z-]+:iam::\d{12}:role\/.+$/,
);

/** The path of a file that can be read at start. */
export const fileKind: OptionKind<string> = textKind('file', 'the path of a file');

export function choiceKind<const W extends string>(words: readonly W[]): OptionKind<W> {
  const expected = `one of ${words.join(', ')}`;
  return kindOf('word', expected, (text) => words.find((word) => word === text), { enum: words });
}

export function wholeNumberKind(minimum: number, maximum: number): OptionKind<number> {
  const parse = (text: string): number | undefined => {
    const number = Number(text);
    return /^\d+$/.test(text) && number >= minimum && number <= maximum ? number : undefined;
  };
  return kindOf('number', `a whole number from ${minimum} to ${maximum}`, parse, { type: 'integer', minimum, maximum });
}

export function factorKind(minimum: number, maximum: number): OptionKind<number> {
  const parse = (text: string): number | undefined => {
    const number = Number(text);
    return /^\d*\.?\d+$/.test(text) && number >= minimum && number <= maximum ? number : undefined;
  };
  return kindOf('factor', `a number from ${minimum} to ${maximum}`, parse, {
    // `helm --set` makes a text of what has a point in it.
    type: ['number', 'string'],
    minimum,
    maximum,
    pattern: '^\\d*\\.?\\d+$',
  });
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A time span with a unit (`10m`, `1h30m`), in milliseconds. */
export function durationKind(minimumMs: number, maximumMs: number): OptionKind<number> {
  const limits = `${durationText(minimumMs)} to ${durationText(maximumMs)}`;
  const parse = (text: string): number | undefined => {
    if (!/^(\d+(ms|s|m|h))+$/.test(text)) return undefined;
    const parts = text.matchAll(/(\d+)(ms|s|m|h)/g);
    const totalMs = parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNIT_MS[unit ?? ''] ?? NaN), 0);
    return totalMs >= minimumMs && totalMs <= maximumMs ? totalMs : undefined;
  };
  const pattern = '^(\\d+(ms|s|m|h))+$';
  const schema = { type: 'string', pattern };
  return kindOf('duration', `a duration with a unit, such as 30s, 10m or 1h30m, from ${limits}`, parse, schema);
}

/** `ms` in the form in which a duration is written: `6h`, `90s`. */
export function durationText(ms: number): string {
  const [unit, unitMs] = Object.entries(UNIT_MS).findLast(([, unitMs]) => ms >= unitMs && ms % unitMs === 0) ?? [
    'ms',
    1,
  ];
  return `${ms / unitMs}${unit}`;
}

export const urlKind: OptionKind<string> = kindOf(
  'url',
  'a URL that begins with http:// or https://',
  (text) => (/^https?:$/.test(URL.parse(text)?.protocol ?? '') ? text : undefined),
  { type: 'string', pattern: '^https?://' },
);

/** Where to listen. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** `host:port`, `:port` for all interfaces, or `off`. */
export const listenKind: OptionKind<ListenAddress | 'off'> = kindOf(
  'address',
  'host:port, :port or off, with a port from 0 to 65535',
  (text) => {
    if (text === 'off') return text;
    const [, host = '', port = ''] = /^(\[[0-9a-fA-F:.]+\]|[^:\s]*):(\d{1,5})$/.exec(text) ?? [];
    if (port === '' || Number(port) > 65_535) return undefined;
    return { host: host === '' ? '0.0.0.0' : host.replace(/^\[|\]$/g, ''), port: Number(port) };
  },
);

/** As the option is written: `:8081` for all interfaces. */
export function listenText({ host, port }: ListenAddress): string {
  if (host === '0.0.0.0') return `:${port}`;
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** A list in a file, or text with commas. Empty text is an empty list. */
export function listKind(item: OptionKind<string>): OptionKind<readonly string[]> {
  return {
    placeholder: `${item.placeholder},...`,
    expected: `a list of which each is ${item.expected}`,
    secret: false,
    schema: { type: 'string' },
    parse: (raw) => {
      const items = typeof raw === 'string' ? raw.split(',').filter((text) => text.trim() !== '') : raw;
      if (!Array.isArray(items)) return undefined;
      const parsed = items.map((text) => item.parse(text)).filter((text) => text !== undefined);
      return parsed.length === items.length ? parsed : undefined;
    },
  };
}

/** Text that nobody may see. It has no flag: the arguments of a process are visible to all of the machine. */
export function secretKind(expected: string): OptionKind<Secret> {
  return {
    placeholder: 'secret',
    expected,
    secret: true,
    schema: { type: 'string' },
    parse: (raw) => (typeof raw === 'string' && raw.trim() !== '' ? new Secret(raw.trim()) : undefined),
  };
}
