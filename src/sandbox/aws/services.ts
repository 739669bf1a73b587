import type { ServiceDefinition } from './service.ts';
import { stsService } from './sts/service.ts';

/** Every service that the simulator has. */
export function createAllServices(): readonly ServiceDefinition[] {
  return [stsService];
}
