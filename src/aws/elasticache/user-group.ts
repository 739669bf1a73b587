import type { Tags } from '../tags.ts';

/** Users that a replication group lets in. */
export interface UserGroup {
  readonly id: string;
  readonly arn: string;
  /** `creating`, `active`, `modifying`, `deleting`. */
  readonly status: string;
  readonly engine: string | undefined;
  readonly userIds: readonly string[];
  readonly replicationGroupIds: readonly string[];
}

/** A user group to be made. */
export interface CreateUserGroupRequest {
  readonly id: string;
  readonly engine: 'redis' | 'valkey';
  /** Has to hold a user whose name is `default`. */
  readonly userIds: readonly string[];
  readonly tags: Tags;
}

export interface UserGroupOperations {
  createUserGroup(request: CreateUserGroupRequest): Promise<UserGroup>;
  /** Describes one group; batched like replication groups. *Throws* `NotFoundError` when it is absent. */
  describeUserGroup(id: string): Promise<UserGroup>;
  /** As `describeUserGroup`, but undefined when the list does not show it, which proves no absence. */
  findUserGroup(id: string): Promise<UserGroup | undefined>;
  /** *Throws* `NotFoundError` when absent, kind `invalid-state` while it is not `active` or attached. */
  deleteUserGroup(id: string): Promise<UserGroup>;
}
