/** A node of a replication group ("cache cluster" in the API); the facts that AWS tells of members only. */
export interface Member {
  readonly id: string;
  readonly replicationGroupId: string | undefined;
  readonly status: string;
  readonly nodeType: string | undefined;
  readonly engine: string | undefined;
  /** The exact version, as `7.0.7`. */
  readonly engineVersion: string | undefined;
  readonly parameterGroup: MemberParameterGroup | undefined;
  readonly securityGroupIds: readonly string[];
  readonly subnetGroupName: string | undefined;
  readonly maintenanceWindow: string | undefined;
  readonly zone: string | undefined;
  readonly createTime: Date | undefined;
  readonly autoMinorVersionUpgrade: boolean;
  /** What AWS has accepted or planned for it, and not carried out. */
  readonly pending: MemberPending;
}

/** Changes of a member that are to come. */
export interface MemberPending {
  readonly engineVersion: string | undefined;
  readonly nodeType: string | undefined;
}

/** The parameter group that a member uses, and how far the member has got with it. */
export interface MemberParameterGroup {
  readonly name: string;
  /** `in-sync`, `applying`, `pending-reboot`... */
  readonly applyStatus: string;
}

export interface MemberOperations {
  /**
   * Describes the members of a replication group, in the order of their ids; empty when AWS shows none.
   *
   * *Guarantees*: questions of one moment about several groups share one list, read by pages of 100.
   */
  describeMembers(replicationGroupId: string): Promise<readonly Member[]>;
}
