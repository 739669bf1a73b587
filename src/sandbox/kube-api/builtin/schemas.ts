import type { Schema } from '../schema/schema.ts';
import {
  anything,
  atomic,
  boolean,
  bytes,
  described,
  integer,
  keyedBy,
  listOf,
  long,
  mapOf,
  microTime,
  object,
  quantity,
  setOf,
  string,
  time,
} from './shapes.ts';

/*
 * The fields of the built-in kinds (https://kubernetes.io/docs/reference/kubernetes-api/). Volume sources and node status
 * are kept as they are written: nothing here interprets them.
 */

const objectReference = atomic(
  object({
    kind: string,
    namespace: string,
    name: string,
    uid: string,
    apiVersion: string,
    resourceVersion: string,
    fieldPath: string,
  }),
);

const localReference = atomic(object({ name: string }));

const condition = object({
  type: string,
  status: string,
  reason: string,
  message: string,
  lastTransitionTime: time,
  lastProbeTime: time,
  lastHeartbeatTime: time,
  observedGeneration: long,
});

const labelSelector = atomic(
  object({
    matchLabels: mapOf(string),
    matchExpressions: listOf(object({ key: string, operator: string, values: listOf(string) }, ['key', 'operator'])),
  }),
);

export const namespace = described(
  'A scope for names: most objects live in one.',
  object({
    spec: object({ finalizers: listOf(string) }),
    status: object({ phase: string, conditions: keyedBy('type', condition) }),
  }),
);

export const configMap = described(
  'Configuration data for others to read.',
  object({
    data: mapOf(string),
    binaryData: mapOf(bytes),
    immutable: boolean,
  }),
);

export const secret = described(
  'Confidential data; the values of data are base64.',
  object({
    data: mapOf(bytes),
    stringData: mapOf(string),
    type: string,
    immutable: boolean,
  }),
);

export const serviceAccount = object({
  secrets: keyedBy('name', objectReference),
  imagePullSecrets: listOf(localReference),
  automountServiceAccountToken: boolean,
});

export const coreEvent = object(
  {
    involvedObject: objectReference,
    reason: string,
    message: string,
    source: object({ component: string, host: string }),
    firstTimestamp: time,
    lastTimestamp: time,
    count: integer,
    type: string,
    eventTime: microTime,
    series: object({ count: integer, lastObservedTime: microTime }),
    action: string,
    related: objectReference,
    reportingComponent: string,
    reportingInstance: string,
  },
  ['involvedObject'],
);

export const event = object({
  eventTime: microTime,
  series: object({ count: integer, lastObservedTime: microTime }, ['count', 'lastObservedTime']),
  reportingController: string,
  reportingInstance: string,
  action: string,
  reason: string,
  regarding: objectReference,
  related: objectReference,
  note: string,
  type: string,
  deprecatedSource: object({ component: string, host: string }),
  deprecatedFirstTimestamp: time,
  deprecatedLastTimestamp: time,
  deprecatedCount: integer,
});

export const lease = object({
  spec: object({
    holderIdentity: string,
    leaseDurationSeconds: integer,
    acquireTime: microTime,
    renewTime: microTime,
    leaseTransitions: integer,
    strategy: string,
    preferredHolder: string,
  }),
});

export const node = object({
  spec: object({
    podCIDR: string,
    podCIDRs: setOf(string),
    providerID: string,
    unschedulable: boolean,
    taints: listOf(object({ key: string, value: string, effect: string, timeAdded: time }, ['key', 'effect'])),
  }),
  status: anything,
});

const volumeResources = object({ limits: mapOf(quantity), requests: mapOf(quantity) });

const typedReference = atomic(
  object({ apiGroup: string, kind: string, name: string, namespace: string }, ['kind', 'name']),
);

const nfs = object({ server: string, path: string, readOnly: boolean }, ['server', 'path']);

const csi = object(
  {
    driver: string,
    volumeHandle: string,
    readOnly: boolean,
    fsType: string,
    volumeAttributes: mapOf(string),
    controllerPublishSecretRef: localReference,
    nodeStageSecretRef: localReference,
    nodePublishSecretRef: localReference,
    controllerExpandSecretRef: localReference,
    nodeExpandSecretRef: localReference,
  },
  ['driver', 'volumeHandle'],
);

export const persistentVolume = object({
  spec: {
    ...object({
      capacity: mapOf(quantity),
      accessModes: listOf(string),
      claimRef: { ...objectReference, 'x-kubernetes-map-type': 'granular' },
      persistentVolumeReclaimPolicy: { ...string, default: 'Retain' },
      storageClassName: string,
      mountOptions: listOf(string),
      volumeMode: { ...string, default: 'Filesystem' },
      nodeAffinity: anything,
      volumeAttributesClassName: string,
      nfs,
      csi,
      hostPath: object({ path: string, type: string }, ['path']),
    }),
    'x-kubernetes-preserve-unknown-fields': true,
  },
  status: object({ phase: string, message: string, reason: string, lastPhaseTransitionTime: time }),
});

export const persistentVolumeClaim = object({
  spec: object({
    accessModes: listOf(string),
    selector: labelSelector,
    resources: volumeResources,
    volumeName: string,
    storageClassName: string,
    volumeMode: { ...string, default: 'Filesystem' },
    dataSource: typedReference,
    dataSourceRef: typedReference,
    volumeAttributesClassName: string,
  }),
  status: object({
    phase: string,
    accessModes: listOf(string),
    capacity: mapOf(quantity),
    conditions: keyedBy('type', condition),
    allocatedResources: mapOf(quantity),
    allocatedResourceStatuses: mapOf(string),
    currentVolumeAttributesClassName: string,
    modifyVolumeStatus: object({ status: string, targetVolumeAttributesClassName: string }),
  }),
});

const policyRule = object(
  {
    verbs: listOf(string),
    apiGroups: listOf(string),
    resources: listOf(string),
    resourceNames: listOf(string),
    nonResourceURLs: listOf(string),
  },
  ['verbs'],
);

export const role = object({ rules: listOf(policyRule) });

export const clusterRole = object({
  rules: listOf(policyRule),
  aggregationRule: object({ clusterRoleSelectors: listOf(labelSelector) }),
});

export const roleBinding = object(
  {
    subjects: listOf(object({ kind: string, apiGroup: string, name: string, namespace: string }, ['kind', 'name'])),
    roleRef: atomic(object({ apiGroup: string, kind: string, name: string }, ['kind', 'name'])),
  },
  ['roleRef'],
);

const names = object(
  {
    plural: string,
    singular: string,
    shortNames: listOf(string),
    kind: string,
    listKind: string,
    categories: listOf(string),
  },
  ['plural', 'kind'],
);

const column = object(
  { name: string, type: string, format: string, description: string, priority: integer, jsonPath: string },
  ['name', 'type', 'jsonPath'],
);

const version = object(
  {
    name: string,
    served: boolean,
    storage: boolean,
    deprecated: boolean,
    deprecationWarning: string,
    schema: object({ openAPIV3Schema: anything }),
    subresources: object({
      status: anything,
      scale: object({ specReplicasPath: string, statusReplicasPath: string, labelSelectorPath: string }),
    }),
    additionalPrinterColumns: listOf(column),
    selectableFields: listOf(object({ jsonPath: string }, ['jsonPath'])),
  },
  ['name', 'served', 'storage'],
);

export const customResourceDefinition: Schema = object(
  {
    spec: object(
      {
        group: string,
        names,
        scope: string,
        versions: listOf(version),
        conversion: object({ strategy: string, webhook: anything }, ['strategy']),
        preserveUnknownFields: boolean,
      },
      ['group', 'names', 'scope', 'versions'],
    ),
    status: object({
      conditions: { ...keyedBy('type', condition), nullable: true },
      acceptedNames: names,
      storedVersions: listOf(string),
      observedGeneration: long,
    }),
  },
  ['spec'],
);
