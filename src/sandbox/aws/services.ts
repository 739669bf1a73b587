import { ec2Service } from './ec2/service.ts';
import { noDataPlane, type DataPlane } from './elasticache/data-plane.ts';
import { createElastiCacheService } from './elasticache/service.ts';
import { secretsManagerService } from './secrets-manager/service.ts';
import type { ServiceDefinition } from './service.ts';
import { stsService } from './sts/service.ts';
import { createTaggingService } from './tagging/service.ts';

/** Every service that the simulator has. `dataPlane` is what answers behind caches. Default: nothing does. */
export function createAllServices(dataPlane: DataPlane = noDataPlane): readonly ServiceDefinition[] {
  const services: readonly ServiceDefinition[] = [
    stsService,
    ec2Service,
    createElastiCacheService(dataPlane),
    secretsManagerService,
  ];
  return [...services, createTaggingService(() => services)];
}
