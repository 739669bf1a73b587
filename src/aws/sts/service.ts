import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { read, type Operations, type Service } from '../operations.ts';

export const stsOperations = {
  // Nothing in AWS changes by them, so they need no authority to write.
  AssumeRole: read(AssumeRoleCommand, 'sts'),
  AssumeRoleWithWebIdentity: read(AssumeRoleWithWebIdentityCommand, 'sts'),
  GetCallerIdentity: read(GetCallerIdentityCommand, 'sts'),
} satisfies Operations;

export const stsService: Service<typeof stsOperations> = {
  name: 'sts',
  iamPrefix: 'sts',
  operations: stsOperations,
  impliedActions: [],
  createSdkClient: (config) => new STSClient(config),
};
