export * from './conditions.ts';
export * from './names.ts';
export * from './kind.ts';
export * from './cloud-control/v1beta1/scope.ts';
export * from './cloud-control/v1beta1/ip-range.ts';
export { commonStatus } from './cloud-control/v1beta1/common.ts';
export { ENGINE_VERSIONS, type EngineVersion } from './cloud-control/v1beta1/redis.ts';
export * from './cloud-control/v1beta1/redis-instance.ts';
export * from './cloud-control/v1beta1/redis-cluster.ts';
export { crdFrom, crdYaml, CUSTOM_KINDS, type CustomResourceDefinition } from './crd.ts';
export {
  bool,
  choice,
  generationNumber,
  instant,
  int32,
  list,
  mapOf,
  object,
  optional,
  text,
  type ObjectOf,
  type Rule,
} from './schema.ts';
export { structuralSchemaFrom, StructuralSchemaError, type StructuralSchema } from './structural.ts';
