import { observedNodes, redisEngineFields } from '../../cloud-control/v1beta1/redis.ts';
import type { PrinterColumn } from '../../kind.ts';
import { int32, object, optional, text, type Rule } from '../../schema.ts';
import { authSecretSchema, authSecretStatus } from './auth-secret.ts';
import { commonStatus, statusId } from './common.ts';

/** What both Redis kinds of the user's clusters ask for and show. */

export const commonAwsRedisSpec = {
  ipRange: optional(
    object(
      {
        name: optional(
          text({ maxLength: 253, description: 'Its name; when absent or empty default, which is made on demand.' }),
        ),
      },
      { description: 'The IpRange in whose subnets the nodes stand.' },
    ),
  ),
  ...redisEngineFields,
  authTokenRotationDays: optional(
    int32({
      minimum: 1,
      maximum: 3650,
      description: 'After so many days clients get another token to authenticate with; when absent it stays.',
    }),
  ),
  authSecret: optional(authSecretSchema),
};

export const commonAwsRedisStatus = {
  ...commonStatus,
  id: statusId,
  authSecret: authSecretStatus,
  ...observedNodes,
};

/** `<namespace>--<name>` is the value of a tag: 63 + 191, and the hyphens. */
export const remoteNameRules: readonly Rule[] = [
  {
    rule: 'size(self.metadata.name) <= 191',
    message: 'metadata.name must have at most 191 characters, because it stands with its namespace in an AWS tag.',
  },
];

/** What `-o wide` shows of both. */
export function redisColumns(endpoint: string): readonly PrinterColumn[] {
  return [
    { name: 'Tier', type: 'string', jsonPath: '.spec.redisTier', priority: 1 },
    { name: 'Node type', type: 'string', jsonPath: '.status.nodeType', priority: 1 },
    { name: 'Version', type: 'string', jsonPath: '.status.engineVersion', priority: 1 },
    { name: 'Endpoint', type: 'string', jsonPath: endpoint, priority: 1 },
  ];
}
