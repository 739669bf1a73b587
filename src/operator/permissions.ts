import { createAws } from '../aws/index.ts';
import { CUSTOM_KINDS } from '../api/index.ts';
import { crdKind, type Permission, resourceNameOf } from '../kube/index.ts';
import { type Controller, leasePermissions, permissionsOf } from '../runtime/index.ts';
import { systemClock } from '../util/clock.ts';
import { silentLogger } from '../util/log.ts';
import { awsOptionsFrom } from './aws-options.ts';
import { placePermissions } from './check/places.ts';
import { createControllers } from './controllers.ts';
import { loadOptions } from './options.ts';

/** What `check` reads with the identity of the operator: whether the kinds are as this version needs them, and accounts. */
const checkPermissions: readonly Permission[] = [
  { kind: crdKind, verbs: ['get'], names: CUSTOM_KINDS.map(resourceNameOf) },
  ...placePermissions,
];

/** All that an operator of these controllers asks of Kubernetes. */
export function permissionsFor(controllers: readonly Controller[]): readonly Permission[] {
  return [...permissionsOf(controllers), leasePermissions, ...checkPermissions];
}

/** All that the operator asks of Kubernetes: what its roles grant, and what `check` looks for. */
export function operatorPermissions(): readonly Permission[] {
  // Controllers declare the same whatever they are made of: any options will do, and nothing is asked of AWS.
  const options = loadOptions({ flags: { awsRegion: 'eu-central-1' } });
  const aws = createAws(awsOptionsFrom(options, 'nobody'), { clock: systemClock, log: silentLogger });
  try {
    return permissionsFor(createControllers(options, { aws, caPem: undefined }));
  } finally {
    aws.close();
  }
}
