import type { Json, KubeObject } from '../json.ts';
import { isObject, listAt, memberAt, objectAt, stringAt, textFrom } from '../json.ts';
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
    [(stringAt(object, member, 'kind') ?? '').toLowerCase(), stringAt(object, member, 'name') ?? '']
      .filter((part, index) => index === 0 || part !== '')
      .join('/');

/** An event in either of its forms: the component that reports it, and on which machine. */
function eventSource(object: KubeObject): string {
  const source = objectAt(object, 'source');
  const old = isObject(object['source']) ? source : objectAt(object, 'deprecatedSource');
  const reporter = stringAt(object, 'reportingComponent') ?? stringAt(object, 'reportingController');
  const parts = [
    stringAt(old, 'component') ?? reporter,
    stringAt(old, 'host') ?? stringAt(object, 'reportingInstance'),
  ];
  return parts.filter((part) => part !== undefined && part !== '').join(', ');
}

function eventCount(object: KubeObject): Json {
  const count = memberAt(object, 'count') ?? memberAt(object, 'deprecatedCount');
  return memberAt(object, 'series', 'count') ?? (typeof count === 'number' && count > 0 ? count : 1);
}

export const eventColumns = (member: string, message: string): readonly Column[] => [
  column('Last Seen', (object, nowMs) => ageOf(lastSeen(object), nowMs)),
  textColumn('Type', 'type'),
  textColumn('Reason', 'reason'),
  column('Object', eventObject(member)),
  column('Subobject', (object) => stringAt(object, member, 'fieldPath') ?? '', 1),
  column('Source', eventSource, 1),
  column('Message', (object) => (stringAt(object, message) ?? '').trim()),
  column('First Seen', (object, nowMs) => ageOf(firstSeen(object), nowMs), 1),
  column('Count', eventCount, 1),
  { ...NAME_COLUMN, priority: 1 },
];

function lastSeen(object: KubeObject): string | undefined {
  const series = stringAt(object, 'series', 'lastObservedTime');
  return (
    series ?? stringAt(object, 'lastTimestamp') ?? stringAt(object, 'deprecatedLastTimestamp') ?? firstSeen(object)
  );
}

function firstSeen(object: KubeObject): string | undefined {
  return (
    stringAt(object, 'firstTimestamp') ?? stringAt(object, 'deprecatedFirstTimestamp') ?? stringAt(object, 'eventTime')
  );
}

const MODES: { readonly [mode: string]: string } = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

export const accessModes = (...path: readonly string[]): Column =>
  column('Access Modes', (object) =>
    Object.entries(MODES)
      .filter(([mode]) => listAt(object, ...path).includes(mode))
      .map(([, short]) => short)
      .join(','),
  );

/** A field that says so when nobody set it. */
export const unsetColumn = (name: string, field: string, priority = 0): Column =>
  column(name, (object) => stringAt(object, 'spec', field) ?? '<unset>', priority);

export const phaseColumn: Column = column('Status', (object) =>
  object.metadata.deletionTimestamp === undefined ? (stringAt(object, 'status', 'phase') ?? '') : 'Terminating',
);

const ROLE_LABEL = 'node-role.kubernetes.io/';

/** What kubectl shows of a node; one that never reported has little. */
export const nodeColumns: readonly Column[] = [
  NAME_COLUMN,
  column('Status', nodeStatus),
  column('Roles', (object) => {
    const labels = Object.keys(object.metadata.labels ?? {}).filter((label) => label.startsWith(ROLE_LABEL));
    return labels.map((label) => label.slice(ROLE_LABEL.length)).join(',') || '<none>';
  }),
  AGE_COLUMN,
  textColumn('Version', 'status', 'nodeInfo', 'kubeletVersion'),
  column('Internal-IP', (object) => addressOf(object, 'InternalIP'), 1),
  column('External-IP', (object) => addressOf(object, 'ExternalIP'), 1),
  column('OS-Image', (object) => stringAt(object, 'status', 'nodeInfo', 'osImage') ?? '<unknown>', 1),
  column('Kernel-Version', (object) => stringAt(object, 'status', 'nodeInfo', 'kernelVersion') ?? '<unknown>', 1),
  column(
    'Container-Runtime',
    (object) => stringAt(object, 'status', 'nodeInfo', 'containerRuntimeVersion') ?? '<unknown>',
    1,
  ),
];

function nodeStatus(object: KubeObject): string {
  const ready = listAt(object, 'status', 'conditions').find((one) => stringAt(one, 'type') === 'Ready');
  const isReady = stringAt(ready, 'status') === 'True';
  const shown = ready === undefined ? 'Unknown' : isReady ? 'Ready' : 'NotReady';
  return memberAt(object, 'spec', 'unschedulable') === true ? `${shown},SchedulingDisabled` : shown;
}

function addressOf(object: KubeObject, type: string): string {
  const address = listAt(object, 'status', 'addresses').find((one) => stringAt(one, 'type') === type);
  return stringAt(address, 'address') ?? '<none>';
}

export const storageOf = (...path: readonly string[]): Column =>
  column('Capacity', (object) => textFrom(memberAt(object, ...path, 'storage')));

export function claimOf(object: KubeObject): string {
  const name = stringAt(object, 'spec', 'claimRef', 'name');
  return name === undefined ? '' : `${stringAt(object, 'spec', 'claimRef', 'namespace') ?? ''}/${name}`;
}

const subjectsColumn = (name: string, kind: string): Column =>
  column(
    name,
    (object) =>
      listAt(object, 'subjects')
        .filter((subject) => stringAt(subject, 'kind') === kind)
        .map((subject) => [stringAt(subject, 'namespace'), stringAt(subject, 'name')])
        .map(([namespace, subject]) =>
          kind === 'ServiceAccount' ? `${namespace ?? ''}/${subject ?? ''}` : (subject ?? ''),
        )
        .join(', '),
    1,
  );

export const bindingColumns: readonly Column[] = [
  NAME_COLUMN,
  column(
    'Role',
    (object) => `${stringAt(object, 'roleRef', 'kind') ?? ''}/${stringAt(object, 'roleRef', 'name') ?? ''}`,
  ),
  AGE_COLUMN,
  subjectsColumn('Users', 'User'),
  subjectsColumn('Groups', 'Group'),
  subjectsColumn('ServiceAccounts', 'ServiceAccount'),
];
