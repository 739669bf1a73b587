/** Who credentials belong to. */
export interface CallerIdentity {
  readonly accountId: string;
  readonly arn: string;
  readonly userId: string;
}

/** STS in business operations; roles are assumed behind the clients, not here. */
export interface StsClient {
  /** Tells who the target's credentials are; needs no permission. */
  getCallerIdentity(): Promise<CallerIdentity>;
}
