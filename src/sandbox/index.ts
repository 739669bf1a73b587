export { type AwsSimulator, type AwsSimulatorOptions, startAwsSimulator } from './aws/server.ts';
export type { Fault } from './aws/fault-plan.ts';
export type { JournalEntry } from './aws/journal.ts';
export type { Speed } from './aws/life-cycle-clock.ts';
export { worldOptionsFrom, type WorldOptions, WorldOptionsError } from './aws/world-options.ts';
export { type KubeApi, type KubeApiOptions, startKubeApi } from './kube-api/server.ts';
export type { RedisMode } from './redis/data-plane.ts';
export { type Sandbox, type SandboxInfo, type SandboxOptions, startSandbox } from './sandbox.ts';
