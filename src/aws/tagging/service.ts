import { GetResourcesCommand, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { type Operations, read, type Service } from '../operations.ts';

export const taggingOperations = {
  GetResources: read(GetResourcesCommand, 'tagging'),
} satisfies Operations;

export const taggingService: Service<typeof taggingOperations> = {
  name: 'tagging',
  iamPrefix: 'tag',
  operations: taggingOperations,
  impliedActions: [],
  createSdkClient: (config) => new ResourceGroupsTaggingAPIClient(config),
};
