import { commonStatus as controlPlaneStatus } from '../../cloud-control/v1beta1/common.ts';
import { choice, optional, text } from '../../schema.ts';
import { USER_STATE_WORDS } from './conditions.ts';

/** What every kind of the group has in common: the kinds that the users of a cluster write. */
export const cloudResourcesGroup = {
  group: 'cloud-resources.kyma-project.io',
  version: 'v1beta1',
  shortNames: [],
  categories: ['kyma-cloud-manager'],
} as const;

/** `status.state`, `status.conditions` and `status.observedGeneration`, which every kind has. */
export const commonStatus = {
  ...controlPlaneStatus,
  state: optional(choice(USER_STATE_WORDS, { description: 'One word for people; programs read the conditions.' })),
};

/** `status.id`, of the kinds for which the control plane has an object. */
export const statusId = optional(
  text({ maxLength: 64, description: 'The name of the object of the control plane that stands for this one.' }),
);
