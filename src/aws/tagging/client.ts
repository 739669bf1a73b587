import type { Tags } from '../tags.ts';

/** Which resources are asked for: all that is given has to fit. */
export interface TagQuery {
  /** As `elasticache:replicationgroup`, `ec2:security-group`; empty: all types. */
  readonly resourceTypes: readonly string[];
  /** Each key has to be there, with one of the values if there are any. */
  readonly tagFilters: readonly { readonly key: string; readonly values?: readonly string[] }[];
}

/** The Resource Groups Tagging API in business operations. */
export interface TaggingClient {
  /**
   * Reads the tags of many resources of the account and region, 100 a call; batched.
   *
   * It is eventually consistent, for minutes, and it leaves out what never had a tag: absence proves nothing.
   */
  listTags(query: TagQuery): Promise<ReadonlyMap<string, Tags>>;
}
