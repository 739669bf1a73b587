import type { Json, KubeObject } from '../json.ts';
import { listAt, memberAt, objectAt, stringAt, textFrom } from '../json.ts';
import type { Column } from '../resource.ts';
import { AGE_COLUMN, NAME_COLUMN, ageOf } from '../table.ts';

/* What `kubectl get` shows of the built-in kinds. */

export function column(name: string, cell: (object: KubeObject, nowMs: number) => Json, priority = 0): Column {
  return { name, type: 'string', format: '', description: `${name} of the object.`, priority, cell };
}

export function textColumn(name: string, ...path: readonly string[]): Column {
  return column(name, (object) => stringAt(object, ...path) ?? '');
}

export function countOf(object: KubeObject, ...members: readonly string[]): number {
  return members.reduce((sum, member) => sum + Object.keys(objectAt(object, member)).length, 0);
}

export const CREATED_AT: Column = {
  name: 'Created At',
  type: 'date',
  format: '',
  description: 'When the object was created.',
  priority: 0,
  cell: (object) => object.metadata.creationTimestamp ?? null,
};

const eventObject =
  (member: string) =>
  (object: KubeObject): string =>
    `${(stringAt(object, member, 'kind') ?? '').toLowerCase()}/${stringAt(object, member, 'name') ?? ''}`;

export const eventColumns = (member: string, message: string): readonly Column[] => [
  column('Last Seen', (object, nowMs) => ageOf(lastSeen(object), nowMs)),
  textColumn('Type', 'type'),
  textColumn('Reason', 'reason'),
  column('Object', eventObject(member)),
  column(
    'Source',
    (object) => stringAt(object, 'source', 'component') ?? stringAt(object, 'reportingController') ?? '',
    1,
  ),
  textColumn('Message', message),
  column('First Seen', (object, nowMs) => ageOf(firstSeen(object), nowMs), 1),
  column('Count', (object) => textFrom(memberAt(object, 'count') ?? memberAt(object, 'series', 'count') ?? 1), 1),
  { ...NAME_COLUMN, priority: 1 },
];

function lastSeen(object: KubeObject): string | undefined {
  const series = stringAt(object, 'series', 'lastObservedTime');
  return (
    series ?? stringAt(object, 'lastTimestamp') ?? stringAt(object, 'deprecatedLastTimestamp') ?? firstSeen(object)
  );
}

function firstSeen(object: KubeObject): string | undefined {
  return stringAt(object, 'firstTimestamp') ?? stringAt(object, 'eventTime') ?? object.metadata.creationTimestamp;
}

const MODES: { readonly [mode: string]: string } = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

export const accessModes = (...path: readonly string[]): Column =>
  column('Access Modes', (object) =>
    listAt(object, ...path)
      .map((mode) => MODES[textFrom(mode)] ?? textFrom(mode))
      .join(','),
  );

export const storageOf = (...path: readonly string[]): Column =>
  column('Capacity', (object) => textFrom(memberAt(object, ...path, 'storage')));

export function claimOf(object: KubeObject): string {
  const name = stringAt(object, 'spec', 'claimRef', 'name');
  return name === undefined ? '' : `${stringAt(object, 'spec', 'claimRef', 'namespace') ?? ''}/${name}`;
}

export const bindingColumns: readonly Column[] = [
  NAME_COLUMN,
  column(
    'Role',
    (object) => `${stringAt(object, 'roleRef', 'kind') ?? ''}/${stringAt(object, 'roleRef', 'name') ?? ''}`,
  ),
  AGE_COLUMN,
];
