import { createHash } from 'node:crypto';
import type { KubeObject } from '../../kube/resource.ts';

/** A status has room for so much of each. */
const LONGEST_VALUE = 256;

/**
 * What somebody asks for by a new value of an annotation, each of which is carried out once: the value, or its fingerprint
 * where it is too long for a status. Undefined when nothing is asked.
 */
export function requestIn({ metadata }: Pick<KubeObject, 'metadata'>, annotation: string): string | undefined {
  const value = metadata.annotations?.[annotation];
  if (value === undefined || value.length <= LONGEST_VALUE) return value;
  return `sha256:${createHash('sha256').update(value).digest('hex')}`;
}
