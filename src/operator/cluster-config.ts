import { type ClusterConfig, KubeConfigError, loadClusterConfig } from '../kube/index.ts';
import { ConfigurationError } from './configuration-error.ts';
import type { OperatorOptions } from './options.ts';

/** The way to the cluster. *Throws* {@link ConfigurationError} when it cannot be told. */
export function clusterConfigFrom({ kubernetes }: OperatorOptions): ClusterConfig {
  const { kubeconfig, context } = kubernetes;
  try {
    return loadClusterConfig({
      ...(kubeconfig !== undefined && { kubeconfig }),
      ...(context !== undefined && { context }),
    });
  } catch (error) {
    if (!(error instanceof KubeConfigError)) throw error;
    throw new ConfigurationError([{ key: 'kubernetes', problem: error.message }]);
  }
}
