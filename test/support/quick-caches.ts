/** Durations of the simulator with which one look or two see the end of whatever ElastiCache is at. */
export const QUICK_CACHES = {
  'elasticache.replicationGroup.creating': 60,
  'elasticache.replicationGroup.deleting': 60,
  'elasticache.replicationGroup.modifying.settings': 20,
  'elasticache.replicationGroup.modifying.parameterGroup': 20,
  'elasticache.replicationGroup.modifying.access': 20,
  'elasticache.replicationGroup.modifying.nodeType': 20,
  'elasticache.replicationGroup.modifying.engineVersion': 20,
  'elasticache.replicationGroup.modifying.shards': 20,
  'elasticache.replicationGroup.modifying.replicas': 20,
  'elasticache.member.tail': 5,
  'elasticache.parameters.applying': 5,
  'elasticache.userGroup.modifying': 10,
};
