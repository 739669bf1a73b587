import { compileJsonPath } from './json-path.ts';
import type { Json, JsonObject, KubeObject } from './json.ts';

import type { Column } from './resource.ts';

/** How long ago, as `kubectl` writes it: two units at most, the finer one only while it says something. */
export function ageOf(timestamp: string | undefined, nowMs: number): string {
  const thenMs = timestamp === undefined ? NaN : Date.parse(timestamp);
  if (Number.isNaN(thenMs)) return '<unknown>';
  return humanDuration(Math.floor((nowMs - thenMs) / 1000));
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

function humanDuration(seconds: number): string {
  if (seconds < 0) return seconds >= -1 ? '0s' : '<invalid>';
  if (seconds < 2 * MINUTE) return `${seconds}s`;
  if (seconds < 10 * MINUTE) return pair(seconds, MINUTE, 'm', 1, 's');
  if (seconds < 3 * HOUR) return `${Math.floor(seconds / MINUTE)}m`;
  if (seconds < 8 * HOUR) return pair(seconds, HOUR, 'h', MINUTE, 'm');
  if (seconds < 2 * DAY) return `${Math.floor(seconds / HOUR)}h`;
  if (seconds < 8 * DAY) return pair(seconds, DAY, 'd', HOUR, 'h');
  if (seconds < 2 * YEAR) return `${Math.floor(seconds / DAY)}d`;
  if (seconds < 8 * YEAR) return pair(seconds, YEAR, 'y', DAY, 'd');
  return `${Math.floor(seconds / YEAR)}y`;
}

function pair(seconds: number, coarse: number, coarseName: string, fine: number, fineName: string): string {
  const rest = Math.floor((seconds % coarse) / fine);
  return `${Math.floor(seconds / coarse)}${coarseName}${rest === 0 ? '' : `${rest}${fineName}`}`;
}

export const NAME_COLUMN: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'The name of the object.',
  priority: 0,
  cell: (object) => object.metadata.name ?? '',
};

export const AGE_COLUMN: Column = {
  name: 'Age',
  type: 'string',
  description: 'How long ago the object was created.',
  priority: 0,
  cell: (object, nowMs) => ageOf(object.metadata.creationTimestamp, nowMs),
};

/** The shape of `additionalPrinterColumns[]`. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: string;
  readonly format: string | undefined;
  readonly description: string | undefined;
  readonly priority: number | undefined;
  readonly jsonPath: string;
}

/** The columns of a custom resource: its name, then what its definition says, or else its age. */
export function columnsFrom(columns: readonly PrinterColumn[]): readonly Column[] {
  if (columns.length === 0) {
    return [NAME_COLUMN, columnFrom({ ...AGE, description: undefined })];
  }
  return [NAME_COLUMN, ...columns.map(columnFrom)];
}

const AGE = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp', format: undefined, priority: 0 };

function columnFrom({ name, type, format, description, priority, jsonPath }: PrinterColumn): Column {
  const valuesAt = compileJsonPath(jsonPath);
  return {
    name,
    type,
    format: format ?? '',
    description: description ?? `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    priority: priority ?? 0,
    cell: (object, nowMs) => cellFrom(type, valuesAt(object), nowMs),
  };
}

/** Only the first value counts; what does not have the column's type is left empty. */
function cellFrom(type: string, [value]: readonly Json[], nowMs: number): Json {
  if (value === undefined || value === null) return null;
  switch (type) {
    case 'integer':
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      return typeof value === 'string' ? ageOf(value, nowMs) : null;
    default:
      return typeof value === 'string' ? value : JSON.stringify(value);
  }
}

/** What a row of a table carries of its object. */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

export function partialMetadata(object: KubeObject): JsonObject {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata };
}

/** A list or an object as a [Table](https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables). */
export function tableOf(
  objects: readonly KubeObject[],
  columns: readonly Column[],
  options: {
    readonly metadata: JsonObject;
    readonly include: IncludeObject;
    readonly nowMs: number;
    readonly withColumns?: boolean;
  },
): JsonObject {
  const definitions = columns.map(({ name, type, format = '', description, priority }) => ({
    name,
    type,
    format,
    description,
    priority,
  }));
  const rows = objects.map((object) => {
    const cells = columns.map((column) => column.cell(object, options.nowMs));
    if (options.include === 'None') return { cells };
    return { cells, object: options.include === 'Object' ? object : partialMetadata(object) };
  });
  const head = { kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata: options.metadata };
  return { ...head, columnDefinitions: options.withColumns === false ? [] : definitions, rows };
}
