import type { Tags } from '../tags.ts';

/** A parameter group without its parameters. */
export interface ParameterGroup {
  readonly name: string;
  readonly arn: string;
  /** `redis6.x`, `redis7`... */
  readonly family: string;
  readonly description: string;
}

/** One parameter of a group. */
export interface Parameter {
  readonly name: string;
  /** Undefined where AWS knows no value. */
  readonly value: string | undefined;
  /** `user` for what was set in the group, `system` or `engine-default` otherwise. */
  readonly source: string | undefined;
  readonly modifiable: boolean;
  readonly dataType: string | undefined;
  /** As AWS writes them: `0-100`, `yes,no`. */
  readonly allowedValues: string | undefined;
  /** `immediate` or `requires-reboot`. */
  readonly changeType: string | undefined;
}

/** A parameter group to be made; its family is for life. */
export interface CreateParameterGroupRequest {
  readonly name: string;
  readonly family: string;
  readonly description: string;
  readonly tags: Tags;
}

export interface ParameterGroupOperations {
  createParameterGroup(request: CreateParameterGroupRequest): Promise<ParameterGroup>;
  /** Describes one group; batched like replication groups. *Throws* `NotFoundError` when it is absent. */
  describeParameterGroup(name: string): Promise<ParameterGroup>;
  /** As `describeParameterGroup`, but undefined when the list does not show it, which proves no absence. */
  findParameterGroup(name: string): Promise<ParameterGroup | undefined>;
  /**
   * Reads what was set in a group, by pages of 100: those parameters whose source is `user`. *Throws* `NotFoundError` when
   * the group is absent.
   */
  describeSetParameters(name: string): Promise<readonly Parameter[]>;
  /** Sets values, 20 a call (the limit of AWS). *Safe to repeat?* Yes: chunks that were done are done again to the same effect. */
  modifyParameters(name: string, values: Readonly<Record<string, string>>): Promise<void>;
  /** Puts parameters back to the defaults of the family, 20 a call. */
  resetParameters(name: string, parameterNames: readonly string[]): Promise<void>;
  /** *Throws* `NotFoundError` when absent, kind `invalid-state` while a replication group uses it. */
  deleteParameterGroup(name: string): Promise<void>;
}
