import { ec2Service } from './ec2/service.ts';
import { secretsManagerService } from './secrets-manager/service.ts';
import type { ServiceDefinition } from './service.ts';
import { stsService } from './sts/service.ts';
import { createTaggingService } from './tagging/service.ts';

/** Every service that the simulator has. */
export function createAllServices(): readonly ServiceDefinition[] {
  const services: readonly ServiceDefinition[] = [stsService, ec2Service, secretsManagerService];
  return [...services, createTaggingService(() => services)];
}
