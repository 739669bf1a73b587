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
    // Of an internet gateway: the attachment that is to go is not there.
    'Gateway.NotAttached',
    'InvalidDhcpOptionID.NotFound',
    'InvalidDhcpOptionsID.NotFound',
    'InvalidInternetGatewayID.NotFound',
    'InvalidRoute.NotFound',
    'InvalidRouteTableID.NotFound',
    'InvalidRouteTableId.NotFound',
    'InvalidVpcPeeringConnectionID.NotFound',
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
    // Of an internet gateway: it is attached already, be it where it should be.
    'Resource.AlreadyAssociated',
    'RouteAlreadyExists',
    // AWS says it when the second of two peerings is accepted, not when it is made.
    'VpcPeeringConnectionAlreadyExists',
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
    'InvalidVpcPeeringConnectionId.Malformed',
    'InvalidVpcRange',
    'MalformedQueryString',
    'MissingParameter',
    'NoOperationFault',
    'RouteNotSupported',
    'SubnetNotAllowedFault',
    'ValidationError',
    'ValidationException',
  ],
  'invalid-state': [
    // Two calls change the tags of one resource.
    'ConcurrentTagAccess',
    'IncorrectState',
    'InvalidCacheClusterState',
    'InvalidCacheParameterGroupState',
    // Secrets Manager: the secret waits for its deletion.
    'InvalidRequestException',
    'InvalidReplicationGroupState',
    // Of peerings: they have ended, or are not asked for any more.
    'InvalidStateTransition',
    'InvalidUserGroupState',
    'InvalidUserState',
    'InvalidVPCNetworkStateFault',
    'InvalidVpcPeeringConnectionState.DnsHostnamesDisabled',
    // Of peerings: options before it is active, an answer by who asked or from elsewhere than its region.
    'OperationNotPermitted',
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
    'ActiveVpcPeeringConnectionPerVpcLimitExceeded',
    'CacheParameterGroupQuotaExceeded',
    'CacheSubnetGroupQuotaExceeded',
    'CacheSubnetQuotaExceededFault',
    'CidrLimitExceeded',
    'ClusterQuotaForCustomerExceeded',
    'InsufficientCacheClusterCapacity',
    'InsufficientFreeAddressesInSubnet',
    'InternetGatewayLimitExceeded',
    // Secrets Manager means a quota by it, not a rate.
    'LimitExceededException',
    'NodeGroupsPerReplicationGroupQuotaExceeded',
    'NodeQuotaForClusterExceeded',
    'NodeQuotaForCustomerExceeded',
    'OutstandingVpcPeeringConnectionLimitExceeded',
    'PendingVpcPeeringConnectionLimitExceeded',
    'RouteLimitExceeded',
    'RulesPerSecurityGroupLimitExceeded',
    'SecurityGroupLimitExceeded',
    'SubnetLimitExceeded',
    'TagLimitExceeded',
    'TagQuotaPerResourceExceeded',
    'UserGroupQuotaExceeded',
    'VpcCidrBlockLimitExceeded',
    'VpcLimitExceeded',
    'VpcPeeringConnectionsPerVpcLimitExceeded',
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

/** Codes by which AWS says that it knows who asks, and that this one may not. */
const NO_PERMISSION_CODES: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'NotAuthorized',
  'UnauthorizedOperation',
]);

export function meansNoPermission(code: string): boolean {
  return NO_PERMISSION_CODES.has(code);
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
