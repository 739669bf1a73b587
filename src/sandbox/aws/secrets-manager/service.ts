import type { GetResourcePolicyRequest, GetResourcePolicyResponse } from '@aws-sdk/client-secrets-manager';
import type { Partition, RequestContext, ServiceDefinition, TaggedResource } from '../service.ts';
import { secretsManagerThrottling } from '../throttle-tables.ts';
import { describeSecret, listSecrets, listSecretVersionIds } from './listing.ts';
import { existingSecret, secretsOf, secretsState } from './secret.ts';
import { createSecret, deleteSecret, restoreSecret, updateSecret } from './secrets.ts';
import { tagResource, untagResource } from './tags.ts';
import { batchGetSecretValue, getSecretValue, putSecretValue, updateSecretVersionStage } from './values.ts';

/** No secret here has a policy; tools ask for it all the same. */
function getResourcePolicy(
  { SecretId }: GetResourcePolicyRequest,
  { partition }: RequestContext,
): GetResourcePolicyResponse {
  const { arn, name } = existingSecret(partition, SecretId ?? '');
  return { ARN: arn, Name: name };
}

function* taggedSecrets(partition: Partition): Iterable<TaggedResource> {
  for (const { arn, tags, cycle } of secretsOf(partition).values()) {
    if (cycle.state === 'active') yield { arn, resourceType: 'secretsmanager:secret', tags };
  }
}

/** Secrets Manager: versions with staging labels, deletion with a recovery window. No rotation, no replication. */
export const secretsManagerService: ServiceDefinition = {
  name: 'secretsmanager',
  protocol: 'awsJson1_1',
  apiVersion: '2017-10-17',
  targetPrefix: 'secretsmanager',
  operations: {
    BatchGetSecretValue: batchGetSecretValue,
    CreateSecret: createSecret,
    DeleteSecret: deleteSecret,
    DescribeSecret: describeSecret,
    GetResourcePolicy: getResourcePolicy,
    GetSecretValue: getSecretValue,
    ListSecrets: listSecrets,
    ListSecretVersionIds: listSecretVersionIds,
    PutSecretValue: putSecretValue,
    RestoreSecret: restoreSecret,
    TagResource: tagResource,
    UntagResource: untagResource,
    UpdateSecret: updateSecret,
    UpdateSecretVersionStage: updateSecretVersionStage,
  },
  throttling: secretsManagerThrottling,
  slots: [secretsState],
  quotas: { 'secretsmanager.secretsPerRegion': 500_000 },
  durationsSeconds: {
    // AWS promises no time for a forced deletion; a few seconds are usual.
    'secretsmanager.erasing': 10,
    'secretsmanager.recoveryDay': 86_400,
  },
  taggedResources: taggedSecrets,
};
