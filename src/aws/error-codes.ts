import type { AwsErrorKind } from './errors.ts';

/**
 * The one table from AWS's codes, as they stand on the wire, to kinds.
 *
 * A code that is not here has the kind of its HTTP status (see {@link kindOfCode}); an unknown 404 is **not** taken for
 * "not found", because a proxy's or a wrong endpoint's 404 would make a living, billed resource be forgotten.
 */
export const CODES_BY_KIND: Readonly<Record<AwsErrorKind, readonly string[]>> = {
  'not-found': [
    'CacheClusterNotFound',
    'CacheParameterGroupNotFound',
    'CacheSubnetGroupNotFoundFault',
    'NodeGroupNotFoundFault',
    'ReplicationGroupNotFoundFault',
    'SnapshotNotFoundFault',
    'TagNotFound',
    'UserGroupNotFound',
    'UserNotFound',
    'ResourceNotFoundException',
    'InvalidVpcID.NotFound',
    'InvalidSubnetID.NotFound',
    'InvalidGroup.NotFound',
    'InvalidGroupId.NotFound',
    'InvalidPermission.NotFound',
    'InvalidSecurityGroupID.NotFound',
    'InvalidVpcCidrBlockAssociationID.NotFound',
    'InvalidVpcCidrBlockAssociationIdError.NotFound',
  ],
  'already-exists': [
    'CacheClusterAlreadyExists',
    'CacheParameterGroupAlreadyExists',
    'CacheSubnetGroupAlreadyExists',
    'ReplicationGroupAlreadyExists',
    'UserAlreadyExists',
    'UserGroupAlreadyExists',
    'ResourceExistsException',
    'InvalidGroup.Duplicate',
    'InvalidPermission.Duplicate',
  ],
  throttled: [
    'APICallRateForCustomerExceeded',
    'EC2ThrottledException',
    'PriorRequestNotComplete',
    'RequestLimitExceeded',
    'RequestThrottled',
    'RequestThrottledException',
    'SlowDown',
    'ThrottledException',
    'Throttling',
    'ThrottlingException',
    'TooManyRequestsException',
  ],
  'access-denied': [
    'AccessDenied',
    'AccessDeniedException',
    'AuthFailure',
    'ExpiredToken',
    'ExpiredTokenException',
    'IDPRejectedClaim',
    'IncompleteSignature',
    'InvalidClientTokenId',
    'InvalidIdentityToken',
    'InvalidSignatureException',
    'MissingAuthenticationToken',
    'NotAuthorized',
    'OptInRequired',
    'RegionDisabledException',
    'RequestExpired',
    'SignatureDoesNotMatch',
    'UnauthorizedOperation',
    'UnrecognizedClientException',
    // Not an absent resource but an absent permission: the account has no role that lets ElastiCache act for it.
    'ServiceLinkedRoleNotFoundFault',
    // The SDK's own: no source of credentials had any.
    'CredentialsProviderError',
  ],
  'invalid-input': [
    'DefaultUserRequired',
    'DuplicateUserName',
    'InvalidARN',
    'InvalidGroupId.Malformed',
    'InvalidKMSKeyFault',
    'InvalidParameter',
    'InvalidParameterCombination',
    'InvalidParameterException',
    'InvalidParameterValue',
    'InvalidSubnet',
    'InvalidSubnet.Conflict',
    'InvalidSubnet.Range',
    'InvalidVpc.Range',
    'MalformedQueryString',
    'MissingParameter',
    'NoOperationFault',
    'SubnetNotAllowedFault',
    'ValidationError',
    'ValidationException',
  ],
  'invalid-state': [
    'IncorrectState',
    'InvalidCacheClusterState',
    'InvalidCacheParameterGroupState',
    // Secrets Manager: the secret waits for its deletion.
    'InvalidRequestException',
    'InvalidReplicationGroupState',
    'InvalidUserGroupState',
    'InvalidUserState',
    'InvalidVPCNetworkStateFault',
    'PreconditionNotMetException',
  ],
  'in-use': [
    'CacheSubnetGroupInUse',
    'DefaultUserAssociatedToUserGroup',
    'DependencyViolation',
    'InvalidCidrBlock.InUse',
    'InvalidGroup.InUse',
    'SubnetInUse',
  ],
  limit: [
    'CacheParameterGroupQuotaExceeded',
    'CacheSubnetGroupQuotaExceeded',
    'CacheSubnetQuotaExceededFault',
    'CidrLimitExceeded',
    'ClusterQuotaForCustomerExceeded',
    'InsufficientCacheClusterCapacity',
    'InsufficientFreeAddressesInSubnet',
    // Secrets Manager means a quota by it, not a rate.
    'LimitExceededException',
    'NodeGroupsPerReplicationGroupQuotaExceeded',
    'NodeQuotaForClusterExceeded',
    'NodeQuotaForCustomerExceeded',
    'RulesPerSecurityGroupLimitExceeded',
    'SecurityGroupLimitExceeded',
    'SubnetLimitExceeded',
    'TagLimitExceeded',
    'TagQuotaPerResourceExceeded',
    'UserGroupQuotaExceeded',
    'VpcCidrBlockLimitExceeded',
    'VpcLimitExceeded',
  ],
  // Failures of the transport have no code of AWS; the door knows them by other means.
  network: ['RequestTimeout', 'RequestTimeoutException'],
  internal: [
    'InternalError',
    'InternalFailure',
    'InternalServiceError',
    'InternalServiceException',
    'ServiceUnavailable',
    'Unavailable',
  ],
};

const KIND_OF_CODE: ReadonlyMap<string, AwsErrorKind> = new Map(
  // Object.entries forgets that the keys are kinds.
  (Object.entries(CODES_BY_KIND) as [AwsErrorKind, readonly string[]][]).flatMap(([kind, codes]) =>
    codes.map((code) => [code, kind] as const),
  ),
);

/** EC2 composes its codes; the ending says the kind. @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
const EC2_ENDINGS: readonly (readonly [string, AwsErrorKind])[] = [
  ['.NotFound', 'not-found'],
  ['.Malformed', 'invalid-input'],
  ['.Duplicate', 'already-exists'],
  ['.InUse', 'in-use'],
  ['LimitExceeded', 'limit'],
];

function kindOfStatus(httpStatus: number): AwsErrorKind {
  if (httpStatus >= 500) return 'internal';
  if (httpStatus === 429) return 'throttled';
  return httpStatus === 401 || httpStatus === 403 ? 'access-denied' : 'invalid-input';
}

/** The kind of an error that AWS answered with. */
export function kindOfCode(service: string, code: string, httpStatus: number): AwsErrorKind {
  const known = KIND_OF_CODE.get(code);
  if (known) return known;
  const ending = service === 'ec2' ? EC2_ENDINGS.find(([text]) => code.endsWith(text)) : undefined;
  return ending?.[1] ?? kindOfStatus(httpStatus);
}

/** Codes by which AWS refuses credentials that were good once; fresh ones may pass. */
const STALE_CREDENTIAL_CODES: ReadonlySet<string> = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'RequestExpired',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'AuthFailure',
]);

export function meansStaleCredentials(code: string): boolean {
  return STALE_CREDENTIAL_CODES.has(code);
}

/** Codes by which AWS says that it does not know an access key, or that the secret of it is another one. */
const WRONG_KEY_CODES: ReadonlySet<string> = new Set([
  'AuthFailure',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);

export function meansWrongKey(code: string): boolean {
  return WRONG_KEY_CODES.has(code);
}
