/** What benchmarks measure, and how figures of several repetitions are shown. */

/** One measured number. Names are the same in every repetition. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

export interface BenchmarkOptions {
  /** How many objects the story of a fleet has. */
  readonly objects: number;
  /** How many clusters of users there are. */
  readonly clusters: number;
  /** For how long it is watched what they cost at rest. */
  readonly restMs: number;
  /** Where temporary files may be written; removed after the repetition. */
  readonly folder: string;
  /** Where a CPU profile of the program that is measured is written; it then is a little slower. Default: none. */
  readonly profileFolder: string | undefined;
}

export interface Benchmark {
  readonly name: string;
  /** What is done, in one sentence. */
  readonly what: string;
  /** Flags that Node needs for it. */
  readonly nodeFlags?: readonly string[];
  /** One repetition, in a process of its own. */
  readonly run: (options: BenchmarkOptions) => Promise<readonly Figure[]>;
}

export function figure(name: string, value: number, unit = ''): Figure {
  return { name, value, unit };
}

interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** *Throws* when there is no value. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((left, right) => left - right);
  const [min] = sorted;
  const max = sorted.at(-1);
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  const upper = sorted[Math.ceil((sorted.length - 1) / 2)];
  if (min === undefined || max === undefined || lower === undefined || upper === undefined) {
    throw new Error('There is nothing to take the spread of');
  }
  return { min, median: (lower + upper) / 2, max };
}

/** The smallest value that so many of all do not exceed. *Throws* when there is no value. */
export function quantileOf(values: readonly number[], share: number): number {
  const value = values.toSorted((left, right) => left - right)[Math.ceil(share * values.length) - 1];
  if (value === undefined) throw new Error('There is nothing to take a quantile of');
  return value;
}

/** A Markdown table: a row a figure, over all repetitions. */
export function tableOf(repetitions: readonly (readonly Figure[])[]): string {
  const rows = (repetitions[0] ?? []).map(({ name, unit }) => {
    const values = repetitions.flatMap((figures) => figures.filter((one) => one.name === name));
    const { min, median, max } = spreadOf(values.map(({ value }) => value));
    return [name, unit, shown(min), shown(median), shown(max)];
  });
  return [['figure', 'unit', 'min', 'median', 'max'], ['---', '---', '---:', '---:', '---:'], ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

/** Three digits are as many as such measurements have. */
export function shown(value: number): string {
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}
