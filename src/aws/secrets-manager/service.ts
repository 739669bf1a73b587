import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
  TagResourceCommand,
} from '@aws-sdk/client-secrets-manager';
import { type Operations, read, type Service, write } from '../operations.ts';

export const secretsManagerOperations = {
  BatchGetSecretValue: read(BatchGetSecretValueCommand, 'secretsmanager-read'),
  CreateSecret: write(CreateSecretCommand, 'secretsmanager-write'),
  DeleteSecret: write(DeleteSecretCommand, 'secretsmanager-write'),
  DescribeSecret: read(DescribeSecretCommand, 'secretsmanager-read'),
  GetSecretValue: read(GetSecretValueCommand, 'secretsmanager-read'),
  PutSecretValue: write(PutSecretValueCommand, 'secretsmanager-write'),
  RestoreSecret: write(RestoreSecretCommand, 'secretsmanager-write'),
  TagResource: write(TagResourceCommand, 'secretsmanager-write'),
} satisfies Operations;

export const secretsManagerService: Service<typeof secretsManagerOperations> = {
  name: 'secretsmanager',
  iamPrefix: 'secretsmanager',
  operations: secretsManagerOperations,
  impliedActions: [],
  createSdkClient: (config) => new SecretsManagerClient(config),
};
