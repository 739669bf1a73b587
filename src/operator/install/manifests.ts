import { stringify } from 'yaml';
import { crdFrom } from '../../api/index.ts';
import { operatorPermissions } from '../permissions.ts';
import { accessObjects } from './access.ts';
import { networkObjects } from './network.ts';
import { clustersModeOf, type InstallObject, type InstallSettings } from './settings.ts';
import { controlPlaneKinds } from '../user-clusters/roles.ts';
import { workloadObjects } from './workload.ts';

/** Everything that an installation consists of, in the order in which it is applied. */
export function installObjects(settings: InstallSettings): readonly InstallObject[] {
  const mode = clustersModeOf(settings);
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: settings.namespace } },
    ...controlPlaneKinds(mode).map((kind) => ({ ...crdFrom(kind) })),
    ...accessObjects(settings, operatorPermissions(mode)),
    ...networkObjects(settings),
    ...workloadObjects(settings),
  ];
}

/** Objects as a YAML stream, in the YAML of kubectl, to which `off` without quotes is no text. */
export function yamlOf(objects: readonly object[]): string {
  return objects
    .map((object) => `---\n${stringify(object, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false })}`)
    .join('');
}
