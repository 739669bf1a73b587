import type { TargetRole } from '../aws/iam-policy.ts';
import type { AwsOptions, CredentialOptions } from '../aws/options.ts';
import { modeOf, type Credentials } from './credential-mode.ts';
import { sessionNameOf } from './identity.ts';
import type { OperatorOptions } from './options.ts';

function credentialOptions(credentials: Credentials): CredentialOptions {
  const mode = modeOf(credentials);
  const { accessKeyId, secretAccessKey, sessionToken, webIdentityTokenFile, webIdentityRoleArn } = credentials;
  if (mode === 'static' && accessKeyId !== undefined && secretAccessKey !== undefined) {
    return {
      kind: 'static',
      accessKeyId: accessKeyId.reveal(),
      secretAccessKey: secretAccessKey.reveal(),
      ...(sessionToken !== undefined && { sessionToken: sessionToken.reveal() }),
    };
  }
  if (mode === 'web-identity' && webIdentityTokenFile !== undefined && webIdentityRoleArn !== undefined) {
    return { kind: 'web-identity', tokenFile: webIdentityTokenFile, roleArn: webIdentityRoleArn };
  }
  return { kind: 'default-chain' };
}

/** Who somebody is in AWS that only looks. */
export const CHECKER = 'check';

/**
 * What the AWS side is made of; with leases its sessions bear the identity of the replica. The result holds the credentials in the clear:
 * hand it on, and do not keep it.
 */
export function awsOptionsFrom({ aws, leases }: Pick<OperatorOptions, 'aws' | 'leases'>, identity: string): AwsOptions {
  return {
    credentials: credentialOptions(aws.credentials),
    region: aws.region,
    sessionName: leases.mode === 'on' ? sessionNameOf(aws.sessionName, identity) : aws.sessionName,
    requestTimeoutMs: aws.requestTimeoutMs,
    maxSockets: aws.maxSockets,
    ...(aws.externalId !== undefined && { externalId: aws.externalId }),
    ...(aws.endpointUrl !== undefined && { endpoint: aws.endpointUrl }),
  };
}

/** The role that is taken on in `accountId`; undefined when the base credentials are used as they are. */
export function roleArnIn(
  { aws }: Pick<OperatorOptions, 'aws'>,
  accountId: string,
  role: TargetRole = 'account',
): string | undefined {
  const name = role === 'peering' ? (aws.peeringRoleName ?? aws.roleName) : aws.roleName;
  return name === undefined ? undefined : `arn:${aws.partition}:iam::${accountId}:role/${name}`;
}
