import type { Json, KubeObject } from '../json.ts';
import { RBAC_GROUP } from './rbac.ts';
import { AUTHENTICATED, MASTERS, UNAUTHENTICATED } from './user.ts';

/*
 * The roles that every cluster begins with
 * (https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings), but for those of
 * nodes and controllers. They name kinds that are not served here too: what a client asks about them has one answer everywhere.
 */

const READ = ['get', 'list', 'watch'];
const WRITE = ['create', 'delete', 'deletecollection', 'patch', 'update'];

const on = (verbs: readonly string[], apiGroups: readonly string[], resources: readonly string[]): Json => ({
  verbs,
  apiGroups,
  resources,
});
const at = (verbs: readonly string[], nonResourceURLs: readonly string[]): Json => ({ verbs, nonResourceURLs });

const HEALTH = ['/healthz', '/livez', '/readyz', '/version', '/version/'];

const aggregationLabel = (level: string) => ({ [`${RBAC_GROUP}/aggregate-to-${level}`]: 'true' });

function role(name: string, rules: readonly Json[], labels: { readonly [key: string]: string } = {}): KubeObject {
  return { ...header('ClusterRole', name, labels), rules };
}

/** A role that gathers the rules of others. */
function gathering(level: string, labels: { readonly [key: string]: string } = {}): KubeObject {
  const clusterRoleSelectors = [{ matchLabels: aggregationLabel(level) }];
  return { ...header('ClusterRole', level, labels), aggregationRule: { clusterRoleSelectors }, rules: null };
}

function binding(name: string, ...groups: readonly string[]): KubeObject {
  const subjects = groups.map((group) => ({ kind: 'Group', apiGroup: RBAC_GROUP, name: group }));
  const roleRef = { apiGroup: RBAC_GROUP, kind: 'ClusterRole', name };
  return { ...header('ClusterRoleBinding', name, {}), subjects, roleRef };
}

function header(kind: string, name: string, labels: { readonly [key: string]: string }): KubeObject {
  return {
    apiVersion: `${RBAC_GROUP}/v1`,
    kind,
    metadata: {
      name,
      labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults', ...labels },
      annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
    },
  };
}

export const DEFAULT_CLUSTER_ROLES: readonly KubeObject[] = [
  role('cluster-admin', [on(['*'], ['*'], ['*']), at(['*'], ['*'])]),
  gathering('admin'),
  gathering('edit', aggregationLabel('admin')),
  gathering('view', aggregationLabel('edit')),
  role(
    'system:aggregate-to-admin',
    [
      on(['create'], ['authorization.k8s.io'], ['localsubjectaccessreviews']),
      on([...READ, ...WRITE], ['rbac.authorization.k8s.io'], ['rolebindings', 'roles']),
    ],
    aggregationLabel('admin'),
  ),
  role(
    'system:aggregate-to-edit',
    [
      on(READ, [''], ['pods/attach', 'pods/exec', 'pods/portforward', 'pods/proxy', 'secrets', 'services/proxy']),
      on(['impersonate'], [''], ['serviceaccounts']),
      on(WRITE, [''], ['pods', 'pods/attach', 'pods/exec', 'pods/portforward', 'pods/proxy']),
      on(['create'], [''], ['pods/eviction']),
      on(
        WRITE,
        [''],
        [
          'configmaps',
          'persistentvolumeclaims',
          'replicationcontrollers',
          'replicationcontrollers/scale',
          'secrets',
          'serviceaccounts',
          'services',
          'services/proxy',
        ],
      ),
      on(['create'], [''], ['serviceaccounts/token']),
      on(WRITE, ['', 'events.k8s.io'], ['events']),
      on(
        WRITE,
        ['apps'],
        [
          'daemonsets',
          'deployments',
          'deployments/rollback',
          'deployments/scale',
          'replicasets',
          'replicasets/scale',
          'statefulsets',
          'statefulsets/scale',
        ],
      ),
      on(WRITE, ['autoscaling'], ['horizontalpodautoscalers']),
      on(WRITE, ['batch'], ['cronjobs', 'jobs']),
      on(
        WRITE,
        ['extensions'],
        [
          'daemonsets',
          'deployments',
          'deployments/rollback',
          'deployments/scale',
          'ingresses',
          'networkpolicies',
          'replicasets',
          'replicasets/scale',
          'replicationcontrollers/scale',
        ],
      ),
      on(WRITE, ['policy'], ['poddisruptionbudgets']),
      on(WRITE, ['networking.k8s.io'], ['ingresses', 'networkpolicies']),
      on([...READ, ...WRITE], ['coordination.k8s.io'], ['leases']),
      on(WRITE, ['resource.k8s.io'], ['resourceclaims', 'resourceclaimtemplates']),
    ],
    aggregationLabel('edit'),
  ),
  role(
    'system:aggregate-to-view',
    [
      on(
        READ,
        [''],
        [
          'configmaps',
          'endpoints',
          'persistentvolumeclaims',
          'persistentvolumeclaims/status',
          'pods',
          'replicationcontrollers',
          'replicationcontrollers/scale',
          'serviceaccounts',
          'services',
          'services/status',
        ],
      ),
      on(
        READ,
        [''],
        [
          'bindings',
          'limitranges',
          'namespaces/status',
          'pods/log',
          'pods/status',
          'replicationcontrollers/status',
          'resourcequotas',
          'resourcequotas/status',
        ],
      ),
      on(READ, [''], ['namespaces']),
      on(READ, ['', 'events.k8s.io'], ['events']),
      on(READ, ['discovery.k8s.io'], ['endpointslices']),
      on(
        READ,
        ['apps'],
        [
          'controllerrevisions',
          'daemonsets',
          'daemonsets/status',
          'deployments',
          'deployments/scale',
          'deployments/status',
          'replicasets',
          'replicasets/scale',
          'replicasets/status',
          'statefulsets',
          'statefulsets/scale',
          'statefulsets/status',
        ],
      ),
      on(READ, ['autoscaling'], ['horizontalpodautoscalers', 'horizontalpodautoscalers/status']),
      on(READ, ['batch'], ['cronjobs', 'cronjobs/status', 'jobs', 'jobs/status']),
      on(
        READ,
        ['extensions'],
        [
          'daemonsets',
          'daemonsets/status',
          'deployments',
          'deployments/scale',
          'deployments/status',
          'ingresses',
          'ingresses/status',
          'networkpolicies',
          'replicasets',
          'replicasets/scale',
          'replicasets/status',
          'replicationcontrollers/scale',
        ],
      ),
      on(READ, ['policy'], ['poddisruptionbudgets', 'poddisruptionbudgets/status']),
      on(READ, ['networking.k8s.io'], ['ingresses', 'ingresses/status', 'networkpolicies']),
      on(READ, ['resource.k8s.io'], ['resourceclaims', 'resourceclaims/status', 'resourceclaimtemplates']),
    ],
    aggregationLabel('view'),
  ),
  role('system:auth-delegator', [
    on(['create'], ['authentication.k8s.io'], ['tokenreviews']),
    on(['create'], ['authorization.k8s.io'], ['subjectaccessreviews']),
  ]),
  role('system:basic-user', [
    on(['create'], ['authorization.k8s.io'], ['selfsubjectaccessreviews', 'selfsubjectrulesreviews']),
    on(['create'], ['authentication.k8s.io'], ['selfsubjectreviews']),
  ]),
  role('system:discovery', [
    at(
      ['get'],
      [
        '/api',
        '/api/*',
        '/apis',
        '/apis/*',
        '/healthz',
        '/livez',
        '/openapi',
        '/openapi/*',
        '/readyz',
        '/version',
        '/version/',
      ],
    ),
  ]),
  role('system:monitoring', [
    at(
      ['get'],
      [
        '/flagz',
        '/healthz',
        '/healthz/*',
        '/livez',
        '/livez/*',
        '/metrics',
        '/metrics/slis',
        '/readyz',
        '/readyz/*',
        '/statusz',
      ],
    ),
    on(['get'], [''], ['nodes/metrics']),
  ]),
  role('system:public-info-viewer', [at(['get'], HEALTH)]),
  role('system:service-account-issuer-discovery', [
    at(
      ['get'],
      [
        '/.well-known/openid-configuration',
        '/.well-known/openid-configuration/',
        '/openid/v1/jwks',
        '/openid/v1/jwks/',
      ],
    ),
  ]),
];

export const DEFAULT_CLUSTER_ROLE_BINDINGS: readonly KubeObject[] = [
  binding('cluster-admin', MASTERS),
  binding('system:basic-user', AUTHENTICATED),
  binding('system:discovery', AUTHENTICATED),
  binding('system:monitoring', 'system:monitoring'),
  binding('system:public-info-viewer', AUTHENTICATED, UNAUTHENTICATED),
  binding('system:service-account-issuer-discovery', 'system:serviceaccounts'),
];
