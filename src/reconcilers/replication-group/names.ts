/** Names in AWS of all that belongs to one replication group; programs outside know them, so they never change. */
export interface ReplicationGroupNames {
  /** Also the subnet group, the main parameter group, the user group and the security group (name and Name tag). */
  readonly group: string;
  /** The parameter group that stands in while the main one is made again for another family. */
  readonly temporaryParameterGroup: string;
  readonly secret: string;
}

export function namesOf(objectName: string): ReplicationGroupNames {
  const group = `cm-${objectName}`;
  return { group, temporaryParameterGroup: `${group}-temp`, secret: `${group}/authToken` };
}

export function descriptionsOf(objectName: string) {
  return {
    replicationGroup: 'ElastiCache managed by Kyma Cloud Manager',
    subnetGroup: `SubnetGroup for ElastiCache ${objectName}`,
    parameterGroup: `ParameterGroup for ElastiCache ${objectName}`,
    securityGroup: `SecurityGroup for ElastiCache ${objectName}`,
  } as const;
}

export const REDIS_PORT = 6379;
