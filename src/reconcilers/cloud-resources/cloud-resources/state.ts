import {
  type CloudResources,
  cloudResourcesKind,
  type CloudResourcesStatus,
} from '../../../api/cloud-resources/v1beta1/cloud-resources.ts';
import type { KubeClient } from '../../../kube/index.ts';
import type { StatusInput } from '../../../runtime/index.ts';
import type { ClusterAccess } from '../../common/cluster.ts';
import { createObjectState, type ObjectState } from '../../common/object-state.ts';
import { commonStatusOf } from '../../common/status.ts';

export interface CloudResourcesState extends ObjectState<CloudResources> {
  /** What the runtime calls the cluster. */
  readonly clusterName: string;
  /** Asks the API server itself. */
  readonly client: KubeClient;
  /** Whether it is the one that stands for the module, as it is known so far in the pass. */
  served: CloudResourcesStatus['served'];
  /** What of the kinds a later version of this program has installed, by name. */
  ofLaterVersion: readonly string[];
}

export interface StateParts {
  readonly cluster: ClusterAccess;
  readonly clusterName: string;
  readonly client: KubeClient;
}

export function createState(object: CloudResources, { cluster, ...parts }: StateParts): CloudResourcesState {
  return {
    ...createObjectState(cloudResourcesKind, object, cluster),
    ...parts,
    served: object.status?.served,
    ofLaterVersion: [],
  };
}

export function statusOf({ object, served, finding }: CloudResourcesState): StatusInput {
  return { ...object.status, ...(served !== undefined && { served }), ...commonStatusOf(object, finding) };
}
