/** What is installed in a cluster of a user, and what tells whether it is there as it has to be. */
import { crdFrom } from '../../../api/crd.ts';
import type { CustomKind } from '../../../api/kind.ts';
import { COMMON_LABELS, INSTALL_ANNOTATIONS, USER_LABELS } from '../../../api/names.ts';
import { storedForm } from '../../../api/stored-form.ts';
import {
  clusterRoleKind,
  crdKind,
  type KubeClusterRole,
  type KubeCrd,
  type KubeObject,
  type PolicyRule,
  type ResourceKind,
} from '../../../kube/index.ts';
import { contentHash } from '../../../util/content-hash.ts';

/** On all that is installed, so that nothing else of its kinds has to be followed. */
const INSTALLED_LABELS = { ...COMMON_LABELS, [USER_LABELS.managed]: 'true' } as const;

export const INSTALLED_SELECTOR = `${USER_LABELS.managed}=true`;

/** An object that is installed. */
export interface Manifest {
  readonly kind: ResourceKind;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly contentHash: string;
  /** All of it, as it is applied by this version of the program. */
  readonly bodyFor: (version: string) => object;
}

interface ManifestParts {
  readonly kind: ResourceKind;
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly content: Content;
}

function manifest({ kind, name, labels: own = {}, content }: ManifestParts): Manifest {
  const labels = { ...INSTALLED_LABELS, ...own };
  const hash = hashOf(content);
  const bodyFor = (version: string): object => {
    const annotations = { [INSTALL_ANNOTATIONS.version]: version, [INSTALL_ANNOTATIONS.contentHash]: hash };
    return { ...content, metadata: { name, labels, annotations } };
  };
  return { kind, name, labels, contentHash: hash, bodyFor };
}

export function crdManifest(kind: CustomKind): Manifest {
  const { metadata, spec } = crdFrom(kind);
  return manifest({ kind: crdKind, name: metadata.name, content: { spec } });
}

/** A role that adds to those that Kubernetes has for users: `edit` and `view`. */
export function roleManifest(name: string, addsTo: 'edit' | 'view', rules: readonly PolicyRule[]): Manifest {
  const labels = { [`rbac.authorization.k8s.io/aggregate-to-${addsTo}`]: 'true' };
  return manifest({ kind: clusterRoleKind, name, labels, content: { rules } });
}

interface Content {
  readonly spec?: KubeCrd['spec'] | undefined;
  readonly rules?: KubeClusterRole['rules'] | undefined;
}

/** What is known of an object that is installed, however much of it is kept in memory. */
export type Installed = KubeObject & Content & Pick<KubeCrd, 'status'>;

/**
 * The object without its content, whose hash stands in the annotation in its place: what somebody has changed since has
 * another one. What was summed up before stays as it is.
 */
export function summedUp({ apiVersion, kind, metadata, spec, rules, status }: Installed): Installed {
  const hash =
    spec === undefined && rules === undefined ? {} : { [INSTALL_ANNOTATIONS.contentHash]: hashOf({ spec, rules }) };
  return {
    apiVersion,
    kind,
    metadata: { ...metadata, annotations: { ...metadata.annotations, ...hash } },
    ...(status?.conditions !== undefined && { status: { conditions: status.conditions } }),
  };
}

/** Whether it is there as it is installed: content and labels. */
export function isAsInstalled({ labels, contentHash: hash }: Manifest, found: Installed): boolean {
  const { metadata } = summedUp(found);
  const hasLabels = Object.entries(labels).every(([key, value]) => metadata.labels?.[key] === value);
  return hasLabels && metadata.annotations?.[INSTALL_ANNOTATIONS.contentHash] === hash;
}

/** What decides how it works, as API servers store it. What they and others add beside it does not count. */
function hashOf({ spec, rules }: Content): string {
  return contentHash(storedForm(spec === undefined ? { rules } : { versions: spec.versions }));
}
