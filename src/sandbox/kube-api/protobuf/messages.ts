import type { FieldType, Message } from './decode.ts';

/* The numbers of the fields of built-in kinds, from the `generated.proto` files of k8s.io/api. */

const list = (type: FieldType): FieldType => ({ list: type });
const map = (type: FieldType): FieldType => ({ map: type });
const message = (fields: Message): FieldType => ({ message: fields });

const objectMeta = message({
  1: ['name', 'string'],
  2: ['generateName', 'string'],
  3: ['namespace', 'string'],
  5: ['uid', 'string'],
  6: ['resourceVersion', 'string'],
  7: ['generation', 'integer'],
  8: ['creationTimestamp', 'time'],
  9: ['deletionTimestamp', 'time'],
  10: ['deletionGracePeriodSeconds', 'integer'],
  11: ['labels', map('string')],
  12: ['annotations', map('string')],
  13: [
    'ownerReferences',
    list(
      message({
        1: ['kind', 'string'],
        3: ['name', 'string'],
        4: ['uid', 'string'],
        5: ['apiVersion', 'string'],
        6: ['controller', 'boolean'],
        7: ['blockOwnerDeletion', 'boolean'],
      }),
    ),
  ],
  14: ['finalizers', list('string')],
  17: [
    'managedFields',
    list(
      message({
        1: ['manager', 'string'],
        2: ['operation', 'string'],
        3: ['apiVersion', 'string'],
        4: ['time', 'time'],
        6: ['fieldsType', 'string'],
        7: ['fieldsV1', 'json'],
        8: ['subresource', 'string'],
      }),
    ),
  ],
});

const metadata: readonly [string, FieldType] = ['metadata', objectMeta];

const objectReference = message({
  1: ['kind', 'string'],
  2: ['namespace', 'string'],
  3: ['name', 'string'],
  4: ['uid', 'string'],
  5: ['apiVersion', 'string'],
  6: ['resourceVersion', 'string'],
  7: ['fieldPath', 'string'],
});

const localReference = message({ 1: ['name', 'string'] });
const eventSource = message({ 1: ['component', 'string'], 2: ['host', 'string'] });
const eventSeries = message({ 1: ['count', 'integer'], 2: ['lastObservedTime', 'microTime'] });

const labelSelector = message({
  1: ['matchLabels', map('string')],
  2: [
    'matchExpressions',
    list(message({ 1: ['key', 'string'], 2: ['operator', 'string'], 3: ['values', list('string')] })),
  ],
});

const policyRules = list(
  message({
    1: ['verbs', list('string')],
    2: ['apiGroups', list('string')],
    3: ['resources', list('string')],
    4: ['resourceNames', list('string')],
    5: ['nonResourceURLs', list('string')],
  }),
);

const role: Message = { 1: metadata, 2: ['rules', policyRules] };

const roleBinding: Message = {
  1: metadata,
  2: [
    'subjects',
    list(
      message({ 1: ['kind', 'string'], 2: ['apiGroup', 'string'], 3: ['name', 'string'], 4: ['namespace', 'string'] }),
    ),
  ],
  3: ['roleRef', message({ 1: ['apiGroup', 'string'], 2: ['kind', 'string'], 3: ['name', 'string'] })],
};

const namespace: Message = {
  1: metadata,
  2: ['spec', message({ 1: ['finalizers', list('string')] })],
  3: ['status', message({ 1: ['phase', 'string'] })],
};

const coreEvent: Message = {
  1: metadata,
  2: ['involvedObject', objectReference],
  3: ['reason', 'string'],
  4: ['message', 'string'],
  5: ['source', eventSource],
  6: ['firstTimestamp', 'time'],
  7: ['lastTimestamp', 'time'],
  8: ['count', 'integer'],
  9: ['type', 'string'],
  10: ['eventTime', 'microTime'],
  11: ['series', eventSeries],
  12: ['action', 'string'],
  13: ['related', objectReference],
  14: ['reportingComponent', 'string'],
  15: ['reportingInstance', 'string'],
};

const event: Message = {
  1: metadata,
  2: ['eventTime', 'microTime'],
  3: ['series', eventSeries],
  4: ['reportingController', 'string'],
  5: ['reportingInstance', 'string'],
  6: ['action', 'string'],
  7: ['reason', 'string'],
  8: ['regarding', objectReference],
  9: ['related', objectReference],
  10: ['note', 'string'],
  11: ['type', 'string'],
  12: ['deprecatedSource', eventSource],
  13: ['deprecatedFirstTimestamp', 'time'],
  14: ['deprecatedLastTimestamp', 'time'],
  15: ['deprecatedCount', 'integer'],
};

const lease: Message = {
  1: metadata,
  2: [
    'spec',
    message({
      1: ['holderIdentity', 'string'],
      2: ['leaseDurationSeconds', 'integer'],
      3: ['acquireTime', 'microTime'],
      4: ['renewTime', 'microTime'],
      5: ['leaseTransitions', 'integer'],
      6: ['strategy', 'string'],
      7: ['preferredHolder', 'string'],
    }),
  ],
};

const volumeSource: Message = {
  3: ['hostPath', message({ 1: ['path', 'string'], 2: ['type', 'string'] })],
  5: ['nfs', message({ 1: ['server', 'string'], 2: ['path', 'string'], 3: ['readOnly', 'boolean'] })],
  22: [
    'csi',
    message({
      1: ['driver', 'string'],
      2: ['volumeHandle', 'string'],
      3: ['readOnly', 'boolean'],
      4: ['fsType', 'string'],
      5: ['volumeAttributes', map('string')],
    }),
  ],
};

const persistentVolume: Message = {
  1: metadata,
  2: [
    'spec',
    message({
      1: ['capacity', map('quantity')],
      2: ['', { inline: volumeSource }],
      3: ['accessModes', list('string')],
      4: ['claimRef', objectReference],
      5: ['persistentVolumeReclaimPolicy', 'string'],
      6: ['storageClassName', 'string'],
      7: ['mountOptions', list('string')],
      8: ['volumeMode', 'string'],
    }),
  ],
  3: ['status', message({ 1: ['phase', 'string'], 2: ['message', 'string'], 3: ['reason', 'string'] })],
};

const persistentVolumeClaim: Message = {
  1: metadata,
  2: [
    'spec',
    message({
      1: ['accessModes', list('string')],
      2: ['resources', message({ 1: ['limits', map('quantity')], 2: ['requests', map('quantity')] })],
      3: ['volumeName', 'string'],
      4: ['selector', labelSelector],
      5: ['storageClassName', 'string'],
      6: ['volumeMode', 'string'],
    }),
  ],
  3: [
    'status',
    message({ 1: ['phase', 'string'], 2: ['accessModes', list('string')], 3: ['capacity', map('quantity')] }),
  ],
};

const ATTRIBUTES: Message = {
  1: [
    'resourceAttributes',
    message({
      1: ['namespace', 'string'],
      2: ['verb', 'string'],
      3: ['group', 'string'],
      4: ['version', 'string'],
      5: ['resource', 'string'],
      6: ['subresource', 'string'],
      7: ['name', 'string'],
    }),
  ],
  2: ['nonResourceAttributes', message({ 1: ['path', 'string'], 2: ['verb', 'string'] })],
};

const subjectAccessReview: Message = {
  1: metadata,
  2: ['spec', message({ ...ATTRIBUTES, 3: ['user', 'string'], 4: ['groups', list('string')], 6: ['uid', 'string'] })],
};

const tokenRequest: Message = {
  1: metadata,
  2: [
    'spec',
    message({
      1: ['audiences', list('string')],
      3: [
        'boundObjectRef',
        message({ 1: ['kind', 'string'], 2: ['apiVersion', 'string'], 3: ['name', 'string'], 4: ['uid', 'string'] }),
      ],
      4: ['expirationSeconds', 'integer'],
    }),
  ],
};

const deleteOptions: Message = {
  1: ['gracePeriodSeconds', 'integer'],
  2: ['preconditions', message({ 1: ['uid', 'string'], 2: ['resourceVersion', 'string'] })],
  3: ['orphanDependents', 'boolean'],
  4: ['propagationPolicy', 'string'],
  5: ['dryRun', list('string')],
};

/** The kinds that are understood in binary, by API version and kind. */
export const PROTOBUF_MESSAGES: { readonly [kind: string]: Message } = {
  'v1/Namespace': namespace,
  'v1/ConfigMap': {
    1: metadata,
    2: ['data', map('string')],
    3: ['binaryData', map('bytes')],
    4: ['immutable', 'boolean'],
  },
  'v1/Secret': {
    1: metadata,
    2: ['data', map('bytes')],
    3: ['type', 'string'],
    4: ['stringData', map('string')],
    5: ['immutable', 'boolean'],
  },
  'v1/ServiceAccount': {
    1: metadata,
    2: ['secrets', list(objectReference)],
    3: ['imagePullSecrets', list(localReference)],
    4: ['automountServiceAccountToken', 'boolean'],
  },
  'v1/Event': coreEvent,
  'events.k8s.io/v1/Event': event,
  'v1/PersistentVolume': persistentVolume,
  'v1/PersistentVolumeClaim': persistentVolumeClaim,
  'coordination.k8s.io/v1/Lease': lease,
  'rbac.authorization.k8s.io/v1/Role': role,
  'rbac.authorization.k8s.io/v1/ClusterRole': {
    ...role,
    3: ['aggregationRule', message({ 1: ['clusterRoleSelectors', list(labelSelector)] })],
  },
  'rbac.authorization.k8s.io/v1/RoleBinding': roleBinding,
  'rbac.authorization.k8s.io/v1/ClusterRoleBinding': roleBinding,
  'authorization.k8s.io/v1/SelfSubjectAccessReview': { 1: metadata, 2: ['spec', message(ATTRIBUTES)] },
  'authorization.k8s.io/v1/SelfSubjectRulesReview': {
    1: metadata,
    2: ['spec', message({ 1: ['namespace', 'string'] })],
  },
  'authorization.k8s.io/v1/SubjectAccessReview': subjectAccessReview,
  'authorization.k8s.io/v1/LocalSubjectAccessReview': subjectAccessReview,
  'authentication.k8s.io/v1/SelfSubjectReview': { 1: metadata },
  'authentication.k8s.io/v1/TokenReview': {
    1: metadata,
    2: ['spec', message({ 1: ['token', 'string'], 2: ['audiences', list('string')] })],
  },
  'authentication.k8s.io/v1/TokenRequest': tokenRequest,
  'v1/DeleteOptions': deleteOptions,
  'meta.k8s.io/v1/DeleteOptions': deleteOptions,
};
