export const USER_CLUSTER_STATES = ['connecting', 'connected', 'unreachable', 'refused'] as const;

/** How it stands with a cluster of a user. */
export type UserClusterState = (typeof USER_CLUSTER_STATES)[number];

export interface Standing {
  readonly state: UserClusterState;
  /** Why it is not connected; ends the sentence "The cluster is not served: ...". Holds no credentials. */
  readonly problem: string | undefined;
}

export function isSameStanding(a: Standing, b: Standing): boolean {
  return a.state === b.state && a.problem === b.problem;
}
