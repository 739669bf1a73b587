import { stringify } from 'yaml';
import { CONTROL_PLANE_KINDS, crdFileNameOf, crdFrom, CUSTOM_KINDS } from '../../src/api/crd.ts';
import type { CustomKind } from '../../src/api/kind.ts';
import { grantsOf } from '../../src/operator/install/access.ts';
import { INSTALL_OPTIONS } from '../../src/operator/install/install-options.ts';
import { operatorPermissions } from '../../src/operator/permissions.ts';
import { valuesSchema } from './values-schema.ts';

/** What of the Helm chart is made from the sources, by its path in the chart. */
export function chartFiles(): Readonly<Record<string, string>> {
  const [single, remote] = [grantsOf(operatorPermissions('single')), grantsOf(operatorPermissions('remote'))];
  const crds = CUSTOM_KINDS.map((kind) => [`templates/crds/${crdFileNameOf(kind)}`, crdTemplateOf(kind)] as const);
  const variables = INSTALL_OPTIONS.map(({ flag, variable }) => [flag, variable] as const);
  return {
    ...Object.fromEntries(crds),
    'files/cluster-rules-single.yaml': yamlOf(single.cluster),
    'files/cluster-rules-remote.yaml': yamlOf(remote.cluster),
    'files/namespace-rules.yaml': yamlOf(single.namespace),
    'files/option-variables.yaml': yamlOf(Object.fromEntries(variables)),
    'values.schema.json': `${JSON.stringify(valuesSchema(), null, 2)}\n`,
  };
}

function yamlOf(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** Among the templates, unlike in a chart's folder `crds`, CRDs are upgraded; by the annotation they outlive the release. */
function crdTemplateOf(kind: CustomKind): string {
  const crd = crdFrom(kind);
  const metadata = { ...crd.metadata, annotations: { 'helm.sh/resource-policy': 'keep' } };
  // Texts of the CRD that show a template are none to Helm.
  const text = yamlOf({ ...crd, metadata }).replaceAll('{{', '{{ "{{" }}');
  // With clusters of users beside it, theirs are no kinds of the control plane.
  const isAsked = CONTROL_PLANE_KINDS.includes(kind)
    ? '.Values.crds.install'
    : 'and .Values.crds.install (ne (include "cloud-manager.clusters" .) "remote")';
  return `{{- if ${isAsked} }}\n${text}{{- end }}\n`;
}
