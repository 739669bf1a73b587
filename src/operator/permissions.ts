import { createAws } from '../aws/index.ts';
import { crdKind, type Permission, resourceNameOf, secretKind } from '../kube/index.ts';
import { createInstaller } from '../reconcilers/cloud-resources/cloud-resources/installer.ts';
import type { Planes } from '../reconcilers/cloud-resources/common/planes.ts';
import { type Controller, leasePermissions, permissionsOf } from '../runtime/index.ts';
import { followPermissions } from '../runtime/informer.ts';
import { systemClock } from '../util/clock.ts';
import { silentLogger } from '../util/log.ts';
import { awsOptionsFrom } from './aws-options.ts';
import { placePermissions } from './check/places.ts';
import { createControllers } from './controllers.ts';
import { loadOptions } from './options.ts';
import { recognitionPermissions, recognitionPermissionsThere } from './user-clusters/recognition.ts';
import {
  type ClustersMode,
  controlPlaneKinds,
  controlPlaneRoles,
  modulesIn,
  USER_ROLES,
} from './user-clusters/roles.ts';
import { version } from './version.ts';

/** What `check` reads with the identity of the operator: whether the kinds are as this version needs them, and accounts. */
function checkPermissions(mode: ClustersMode): readonly Permission[] {
  return [{ kind: crdKind, verbs: ['get'], names: controlPlaneKinds(mode).map(resourceNameOf) }, ...placePermissions];
}

/** All that an operator of these controllers asks of the Kubernetes in which it has its control plane. */
export function controlPlanePermissions(controllers: readonly Controller[], mode: ClustersMode): readonly Permission[] {
  return [
    ...permissionsOf(controllers, controlPlaneRoles(mode)),
    // Kubeconfigs, and whose they are.
    ...(mode === 'remote' ? [followPermissions(secretKind), recognitionPermissions] : []),
    leasePermissions,
    ...checkPermissions(mode),
  ];
}

/** All that it asks of a cluster of users that is another one. */
export function userClusterPermissions(controllers: readonly Controller[]): readonly Permission[] {
  return [...permissionsOf(controllers, USER_ROLES), recognitionPermissionsThere];
}

/** All that the operator asks of Kubernetes: what its roles grant, and what `check` looks for. */
export function operatorPermissions(mode: ClustersMode = 'single'): readonly Permission[] {
  return controlPlanePermissions(anyControllers(mode), mode);
}

/** All that the operator asks of a cluster of users. */
export function operatorPermissionsInUserClusters(): readonly Permission[] {
  return userClusterPermissions(anyControllers('remote'));
}

/** What is declared depends on no other options, and nothing is asked of AWS. */
function anyControllers(clusters: ClustersMode): readonly Controller[] {
  const options = loadOptions({ flags: { awsRegion: 'eu-central-1', clusters } });
  const aws = createAws(awsOptionsFrom(options, 'nobody'), { clock: systemClock, log: silentLogger });
  try {
    const users = { planes: noPlanes, modules: modulesIn('single', noManager), installer: createInstaller(version()) };
    return createControllers(options, { aws, caPem: undefined, ...users });
  } finally {
    aws.close();
  }
}

function noManager(): never {
  throw new Error('These controllers are only asked what they declare');
}

const noPlanes: Planes = {
  controlPlane: noManager,
  namespace: '',
  scopeOf: () => undefined,
  clusterOf: () => undefined,
};
