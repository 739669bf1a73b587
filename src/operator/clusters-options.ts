import type { ConfigurationProblem } from './configuration-error.ts';
import type { OptionValues } from './options-schema.ts';

/** What is wrong with the options of users' clusters taken together, and with what is served. */
export function clustersProblems({
  clusters,
  kubernetes,
}: Pick<OptionValues, 'clusters' | 'kubernetes'>): ConfigurationProblem[] {
  const { mode, namespace, scope } = clusters;
  const served = kubernetes.namespaces;
  const scopeProblem = 'is for a single cluster; with clusters.mode remote each cluster has its own Scope';
  const namespaceProblem = `${namespace} is not among kubernetes.namespaces, so that nothing in it is served`;
  return [
    ...(mode === 'remote' && scope !== undefined ? [{ key: 'clusters.scope', problem: scopeProblem }] : []),
    ...(mode === 'remote' && served.length > 0 && !served.includes(namespace)
      ? [{ key: 'clusters.namespace', problem: namespaceProblem }]
      : []),
  ];
}
