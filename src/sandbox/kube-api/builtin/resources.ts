import { withDerivedNames } from '../crd/definition.ts';
import { definitionErrors } from '../crd/validate.ts';
import type { KubeObject } from '../json.ts';
import { memberAt, objectAt, stringAt, textFrom } from '../json.ts';
import type { Resource } from '../resource.ts';
import { ALL_VERBS } from '../resource.ts';
import type { FieldError } from '../status.ts';
import { fieldInvalid } from '../status.ts';
import { AGE_COLUMN, NAME_COLUMN } from '../table.ts';
import {
  CREATED_AT,
  accessModes,
  bindingColumns,
  claimOf,
  column,
  countOf,
  eventColumns,
  nodeColumns,
  phaseColumn,
  storageOf,
  textColumn,
  unsetColumn,
} from './columns.ts';
import { configMapErrors, dataKeyErrors, encodeStringData, immutableErrors, secretErrors } from './config-data.ts';
import { builtin } from './declaration.ts';
import { eventFields, newerEvent, olderEvent } from './events.ts';
import { bindingDefaults, bindingErrors, roleErrors } from './rbac.ts';
import * as schemas from './schemas.ts';

function leaseErrors(object: KubeObject): FieldError[] {
  const [seconds, transitions] = ['leaseDurationSeconds', 'leaseTransitions'].map((one) =>
    memberAt(object, 'spec', one),
  );
  const isNone = typeof seconds === 'number' && seconds <= 0;
  const isNegative = typeof transitions === 'number' && transitions < 0;
  return [
    ...(isNone ? [fieldInvalid('spec.leaseDurationSeconds', seconds, 'must be greater than 0')] : []),
    ...(isNegative ? [fieldInvalid('spec.leaseTransitions', transitions, 'must be greater than or equal to 0')] : []),
  ];
}

function namespaceDefaults(object: KubeObject, old: KubeObject | undefined): KubeObject {
  const { metadata } = object;
  const labels = { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name ?? '' };
  if (old) return { ...object, metadata: { ...metadata, labels } };
  return {
    ...object,
    metadata: { ...metadata, labels },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  };
}

/** A new volume or claim waits to be bound, and says so. */
const pending = (object: KubeObject, old: KubeObject | undefined): KubeObject =>
  old ? object : { ...object, status: { ...objectAt(object, 'status'), phase: 'Pending' } };

const phaseField = { 'status.phase': (object: KubeObject) => stringAt(object, 'status', 'phase') ?? '' };

const RBAC = 'rbac.authorization.k8s.io';

/** The resource whose objects define other resources. */
export const CUSTOM_RESOURCE_DEFINITIONS = {
  group: 'apiextensions.k8s.io',
  plural: 'customresourcedefinitions',
} as const;
export const NAMESPACES = { group: '', plural: 'namespaces' } as const;

/** The built-in resources that are stored. */
export const BUILTIN_RESOURCES: readonly Resource[] = [
  builtin({
    group: '',
    plural: 'configmaps',
    kind: 'ConfigMap',
    schema: schemas.configMap,
    shortNames: ['cm'],
    columns: [NAME_COLUMN, column('Data', (object) => countOf(object, 'data', 'binaryData')), AGE_COLUMN],
    validate: (object, old) => [
      ...dataKeyErrors(object, 'data'),
      ...dataKeyErrors(object, 'binaryData'),
      ...configMapErrors(object),
      ...immutableErrors(object, old, ['data', 'binaryData']),
    ],
  }),
  builtin({
    group: '',
    plural: 'events',
    kind: 'Event',
    schema: schemas.coreEvent,
    shortNames: ['ev'],
    columns: eventColumns('involvedObject', 'message'),
    fields: eventFields('involvedObject'),
    createsOnUpdate: true,
  }),
  builtin({
    ...NAMESPACES,
    kind: 'Namespace',
    schema: schemas.namespace,
    namespaced: false,
    shortNames: ['ns'],
    verbs: ALL_VERBS.filter((verb) => verb !== 'deletecollection'),
    subresources: ['finalize', 'status'],
    columns: [NAME_COLUMN, textColumn('Status', 'status', 'phase'), AGE_COLUMN],
    fields: phaseField,
    prepare: namespaceDefaults,
  }),
  builtin({
    group: '',
    plural: 'nodes',
    kind: 'Node',
    schema: schemas.node,
    namespaced: false,
    shortNames: ['no'],
    subresources: ['status'],
    columns: nodeColumns,
    fields: { 'spec.unschedulable': (object) => textFrom(memberAt(object, 'spec', 'unschedulable') ?? false) },
  }),
  builtin({
    group: '',
    plural: 'persistentvolumeclaims',
    kind: 'PersistentVolumeClaim',
    returnsDeleted: true,
    schema: schemas.persistentVolumeClaim,
    shortNames: ['pvc'],
    subresources: ['status'],
    columns: [
      NAME_COLUMN,
      phaseColumn,
      textColumn('Volume', 'spec', 'volumeName'),
      storageOf('status', 'capacity'),
      accessModes('status', 'accessModes'),
      textColumn('StorageClass', 'spec', 'storageClassName'),
      unsetColumn('VolumeAttributesClass', 'volumeAttributesClassName'),
      AGE_COLUMN,
      unsetColumn('VolumeMode', 'volumeMode', 1),
    ],
    prepare: pending,
  }),
  builtin({
    group: '',
    plural: 'persistentvolumes',
    kind: 'PersistentVolume',
    returnsDeleted: true,
    schema: schemas.persistentVolume,
    namespaced: false,
    shortNames: ['pv'],
    subresources: ['status'],
    columns: [
      NAME_COLUMN,
      storageOf('spec', 'capacity'),
      accessModes('spec', 'accessModes'),
      textColumn('Reclaim Policy', 'spec', 'persistentVolumeReclaimPolicy'),
      phaseColumn,
      column('Claim', claimOf),
      textColumn('StorageClass', 'spec', 'storageClassName'),
      unsetColumn('VolumeAttributesClass', 'volumeAttributesClassName'),
      textColumn('Reason', 'status', 'reason'),
      AGE_COLUMN,
      unsetColumn('VolumeMode', 'volumeMode', 1),
    ],
    prepare: pending,
  }),
  builtin({
    group: '',
    plural: 'secrets',
    kind: 'Secret',
    schema: schemas.secret,
    columns: [NAME_COLUMN, textColumn('Type', 'type'), column('Data', (object) => countOf(object, 'data')), AGE_COLUMN],
    fields: { type: (object) => stringAt(object, 'type') ?? '' },
    prepare: encodeStringData,
    validate: (object, old) => [
      ...dataKeyErrors(object, 'data'),
      ...secretErrors(object),
      ...immutableErrors(object, old, ['data']),
      ...(old && object['type'] !== old['type'] ? [fieldInvalid('type', object['type'], 'field is immutable')] : []),
    ],
  }),
  builtin({
    group: '',
    plural: 'serviceaccounts',
    kind: 'ServiceAccount',
    returnsDeleted: true,
    schema: schemas.serviceAccount,
    shortNames: ['sa'],
    subresources: ['token'],
  }),
  builtin({
    ...CUSTOM_RESOURCE_DEFINITIONS,
    kind: 'CustomResourceDefinition',
    schema: schemas.customResourceDefinition,
    namespaced: false,
    shortNames: ['crd', 'crds'],
    categories: ['api-extensions'],
    subresources: ['status'],
    columns: [NAME_COLUMN, CREATED_AT],
    hasGeneration: true,
    prepare: withDerivedNames,
    validate: definitionErrors,
  }),
  builtin({
    group: 'coordination.k8s.io',
    plural: 'leases',
    kind: 'Lease',
    schema: schemas.lease,
    columns: [NAME_COLUMN, textColumn('Holder', 'spec', 'holderIdentity'), AGE_COLUMN],
    validate: leaseErrors,
    createsOnUpdate: true,
  }),
  builtin({
    group: 'events.k8s.io',
    plural: 'events',
    kind: 'Event',
    schema: schemas.event,
    shortNames: ['ev'],
    columns: eventColumns('regarding', 'note'),
    fields: eventFields('regarding'),
    storedAs: { group: '', plural: 'events', toStored: olderEvent, fromStored: newerEvent },
    createsOnUpdate: true,
  }),
  builtin({
    group: RBAC,
    plural: 'clusterrolebindings',
    kind: 'ClusterRoleBinding',
    schema: schemas.roleBinding,
    namespaced: false,
    columns: bindingColumns,
    prepare: bindingDefaults,
    validate: bindingErrors,
    createsOnUpdate: true,
  }),
  builtin({
    group: RBAC,
    plural: 'clusterroles',
    kind: 'ClusterRole',
    schema: schemas.clusterRole,
    namespaced: false,
    columns: [NAME_COLUMN, CREATED_AT],
    validate: roleErrors,
    createsOnUpdate: true,
  }),
  builtin({
    group: RBAC,
    plural: 'rolebindings',
    kind: 'RoleBinding',
    schema: schemas.roleBinding,
    columns: bindingColumns,
    prepare: bindingDefaults,
    validate: bindingErrors,
    createsOnUpdate: true,
  }),
  builtin({
    group: RBAC,
    plural: 'roles',
    kind: 'Role',
    schema: schemas.role,
    columns: [NAME_COLUMN, CREATED_AT],
    validate: roleErrors,
    createsOnUpdate: true,
  }),
];
