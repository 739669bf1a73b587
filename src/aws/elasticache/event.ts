/** What an event of ElastiCache is about. */
export type EventSource = 'replication-group' | 'cache-cluster' | 'cache-parameter-group' | 'cache-subnet-group';

/** Something ElastiCache says about a resource; kept by AWS for 14 days. */
export interface ElastiCacheEvent {
  readonly sourceId: string;
  readonly message: string;
  readonly date: Date;
}

export interface EventOperations {
  /** Reads the events of one source of the last `minutes`, oldest first. AWS knows none of some failures. */
  describeEvents(source: EventSource, sourceId: string, minutes: number): Promise<readonly ElastiCacheEvent[]>;
}
