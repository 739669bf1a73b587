import {
  HEALTH_PORT,
  type InstallObject,
  type InstallSettings,
  METRICS_PORT,
  metadataOf,
  selectorLabels,
} from './settings.ts';

/** From where metrics are read, and whom the pods may talk to. */
export function networkObjects(settings: InstallSettings): readonly InstallObject[] {
  return [service(settings), networkPolicy(settings)];
}

function service(settings: InstallSettings): InstallObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf(settings),
    spec: {
      selector: selectorLabels(settings),
      ports: [{ name: 'metrics', port: METRICS_PORT, targetPort: 'metrics' }],
    },
  };
}

const tcp = (port: number): object => ({ protocol: 'TCP', port });

/** Where EKS Pod Identity gives credentials out, on each node. */
const POD_IDENTITY_AGENTS = ['169.254.170.23/32', 'fd00:ec2::23/128'];

function networkPolicy(settings: InstallSettings): InstallObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadataOf(settings),
    spec: {
      podSelector: { matchLabels: selectorLabels(settings) },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ ports: [tcp(METRICS_PORT), tcp(HEALTH_PORT)] }],
      egress: [
        { ports: [{ protocol: 'UDP', port: 53 }, tcp(53)] },
        // AWS, and the API server: behind its Service it listens on either.
        { ports: [tcp(443), tcp(6443)] },
        { to: POD_IDENTITY_AGENTS.map((cidr) => ({ ipBlock: { cidr } })), ports: [tcp(80)] },
      ],
    },
  };
}
