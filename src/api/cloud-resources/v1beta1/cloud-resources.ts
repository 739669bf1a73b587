import type { KubeObject } from '../../../kube/resource.ts';
import { stateColumns } from '../../cloud-control/v1beta1/common.ts';
import type { CustomKind } from '../../kind.ts';
import { choice, object, optional, type ObjectOf } from '../../schema.ts';
import { cloudResourcesGroup, commonStatus } from './common.ts';

/** What a CloudResources may ask for: that it is there is all. */
export const cloudResourcesSpecSchema = object({}, { description: 'Nothing more can be asked.', default: {} });

/** What a CloudResources shows. */
export const cloudResourcesStatusSchema = object(
  {
    ...commonStatus,
    served: optional(
      choice(['True', 'False'], { description: 'Whether it is the one that stands for the module in this cluster.' }),
    ),
  },
  { description: 'What was observed.' },
);

/** What a CloudResources asks for. */
export type CloudResourcesSpec = ObjectOf<typeof cloudResourcesSpecSchema>;
/** What a CloudResources shows. */
export type CloudResourcesStatus = ObjectOf<typeof cloudResourcesStatusSchema>;

/** Cloud Manager in a user's cluster: while it is there, the other kinds of the group are served. */
export interface CloudResources extends KubeObject {
  readonly spec: CloudResourcesSpec;
  readonly status?: CloudResourcesStatus;
}

/** The kind CloudResources: names, schemas, rules and columns. */
export const cloudResourcesKind: CustomKind<CloudResources> = {
  ...cloudResourcesGroup,
  namespaced: true,
  categories: ['kyma-modules', ...cloudResourcesGroup.categories],
  kind: 'CloudResources',
  plural: 'cloudresources',
  description: "Cloud Manager in a user's cluster: while it is there, the other kinds of the group are served.",
  spec: cloudResourcesSpecSchema,
  status: cloudResourcesStatusSchema,
  rules: [],
  columns: [{ name: 'Served', type: 'string', jsonPath: '.status.served' }, ...stateColumns()],
};
