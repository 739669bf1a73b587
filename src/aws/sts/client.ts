export interface CallerIdentity {
  readonly accountId: string;
  readonly arn: string;
  readonly userId: string;
}

export interface StsClient {
  /** Tells who the target's credentials are; needs no permission. */
  getCallerIdentity(): Promise<CallerIdentity>;
}
