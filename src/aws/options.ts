/** How the base credentials are found. */
export type CredentialOptions =
  /** The SDK's default chain: environment, shared files, web identity, container and instance metadata. */
  | { readonly kind: 'default-chain' }
  | {
      readonly kind: 'static';
      readonly accessKeyId: string;
      readonly secretAccessKey: string;
      readonly sessionToken?: string;
    }
  /** A token file, read again at each refresh, is exchanged for `roleArn`. */
  | { readonly kind: 'web-identity'; readonly tokenFile: string; readonly roleArn: string };

/** Everything the AWS side needs to know at start; plain data. */
export interface AwsOptions {
  readonly credentials: CredentialOptions;
  /** The region of STS calls that are made for no other. */
  readonly region: string;
  /** Sent with each AssumeRole; what the role's trust policy asks for. */
  readonly externalId?: string;
  /** One endpoint for all services, for simulators. Default: AWS's own. */
  readonly endpoint?: string;
  /** Sockets of the keep-alive pool per host. Default: 50. */
  readonly maxSockets?: number;
  /** Longest time for one request, before any retry. Default: 15,000. */
  readonly requestTimeoutMs?: number;
  /** Name of the sessions of assumed roles, as CloudTrail shows them. Default: `cloud-manager`. */
  readonly sessionName?: string;
}
