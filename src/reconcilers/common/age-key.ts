import type { KubeObject } from '../../kube/index.ts';

/** Sorts by age, and by name where the whole seconds of Kubernetes do not tell. */
export function ageKey({ metadata: { creationTimestamp = '', name } }: KubeObject): string {
  return `${creationTimestamp} ${name}`;
}
