import { readFile } from 'node:fs/promises';
import * as ElastiCache from '@aws-sdk/client-elasticache';
import * as SecretsManager from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { CODES_BY_KIND, kindOfCode } from './error-codes.ts';
import type { AwsErrorKind } from './errors.ts';

interface Case {
  readonly service: string;
  readonly code: string;
  readonly status?: number;
  readonly kind: AwsErrorKind;
  readonly reason: string;
}

const CASES: readonly Case[] = [
  { service: 'elasticache', code: 'InvalidParameterValue', kind: 'invalid-input', reason: 'never means absence' },
  { service: 'elasticache', code: 'ReplicationGroupNotFoundFault', status: 404, kind: 'not-found', reason: 'absence' },
  {
    service: 'elasticache',
    code: 'ServiceLinkedRoleNotFoundFault',
    kind: 'access-denied',
    reason: 'a missing permission',
  },
  { service: 'elasticache', code: 'InsufficientCacheClusterCapacity', kind: 'limit', reason: 'goes away by itself' },
  { service: 'elasticache', code: 'APICallRateForCustomerExceeded', kind: 'throttled', reason: 'a rate, not a quota' },
  { service: 'secretsmanager', code: 'LimitExceededException', kind: 'limit', reason: 'a quota, not a rate' },
  {
    service: 'secretsmanager',
    code: 'InvalidRequestException',
    kind: 'invalid-state',
    reason: 'waits for its deletion',
  },
  { service: 'ec2', code: 'InvalidSubnetID.NotFound', kind: 'not-found', reason: 'absence' },
  { service: 'ec2', code: 'InvalidRouteTableID.NotFound', kind: 'not-found', reason: 'the grammar of EC2 codes' },
  { service: 'ec2', code: 'InvalidSubnetID.Malformed', kind: 'invalid-input', reason: 'the grammar of EC2 codes' },
  { service: 'ec2', code: 'RequestLimitExceeded', status: 503, kind: 'throttled', reason: 'EC2 throttles with 503' },
  {
    service: 'ec2',
    code: 'SecurityGroupsPerInterfaceLimitExceeded',
    kind: 'limit',
    reason: 'the grammar of EC2 codes',
  },
  { service: 'ec2', code: 'DependencyViolation', kind: 'in-use', reason: 'waits for others to go' },
  { service: 'ec2', code: 'RouteLimitExceeded', kind: 'limit', reason: 'a quota of a table' },
  { service: 'ec2', code: 'Gateway.NotAttached', kind: 'not-found', reason: 'what is to be detached is' },
  { service: 'ec2', code: 'InvalidStateTransition', kind: 'invalid-state', reason: 'a peering that has ended' },
  { service: 'sts', code: 'AccessDenied', status: 403, kind: 'access-denied', reason: 'the role does not trust us' },
  { service: 'sts', code: 'NotFound', status: 404, kind: 'invalid-input', reason: 'an unknown 404 proves no absence' },
  { service: 'sts', code: 'SomethingNew', status: 500, kind: 'internal', reason: 'a fault of AWS' },
  { service: 'sts', code: 'SomethingNew', status: 429, kind: 'throttled', reason: 'what HTTP says' },
  { service: 'sts', code: 'SomethingNew', status: 403, kind: 'access-denied', reason: 'what HTTP says' },
  {
    service: 'elasticache',
    code: 'Some.NotFound',
    kind: 'invalid-input',
    reason: 'endings are a grammar of EC2 alone',
  },
];

/** Wire codes of all errors in a client's schemas. */
function codesOf(client: object): readonly string[] {
  return Object.entries(client).flatMap(([name, schema]: [string, unknown]) => {
    if (!Array.isArray(schema) || schema[0] !== -3) return [];
    const traits = schema[3] as { awsQueryError?: [string] }; // the layout of error schemas in the SDK
    return [traits.awsQueryError?.[0] ?? name.replace(/\$$/, '')];
  });
}

describe('kindOfCode', () => {
  it.each(CASES)('takes $code of $service ($status) for $kind: $reason', ({ service, code, status = 400, kind }) => {
    expect(kindOfCode(service, code, status)).toBe(kind);
  });

  it('takes every code of the schemas that speaks of something absent for not-found, and no other', () => {
    const codes = [...codesOf(ElastiCache), ...codesOf(SecretsManager)];
    expect(codes.length).toBeGreaterThan(80);
    const notFound = codes.filter((code) => kindOfCode('elasticache', code, 400) === 'not-found');
    expect(notFound.filter((code) => !code.includes('NotFound'))).toEqual([]);
    expect(notFound).toEqual(
      expect.arrayContaining([
        'CacheClusterNotFound',
        'CacheParameterGroupNotFound',
        'UserGroupNotFound',
        'ResourceNotFoundException',
      ]),
    );
  });

  it('takes every quota and every "already exists" of ElastiCache for what it is', () => {
    const ours = codesOf(ElastiCache).filter(
      (code) => !/Serverless|Snapshot|Global|Reserved|SecurityGroup|UserQuota/.test(code),
    );
    const kindOf = (code: string): AwsErrorKind => kindOfCode('elasticache', code, 400);
    expect(ours.filter((code) => /Quota/.test(code) && kindOf(code) !== 'limit')).toEqual([]);
    expect(ours.filter((code) => /AlreadyExists/.test(code) && kindOf(code) !== 'already-exists')).toEqual([
      'AuthorizationAlreadyExists',
    ]);
  });
});

describe('docs/aws-errors.md', () => {
  it('lists the kinds and their codes as they are in the table', async () => {
    const page = await readFile(new URL('../../docs/aws-errors.md', import.meta.url), 'utf8');
    const rows = page.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
    const documented = rows.flatMap(([, kind = '', , , codes = '']) =>
      kind in CODES_BY_KIND ? [[kind, [...codes.matchAll(/`([^`]+)`/g)].map(([, code]) => code)]] : [],
    );
    const table = Object.entries(CODES_BY_KIND).map(([kind, codes]) => [kind, codes.toSorted()]);
    expect(documented).toEqual(table);
  });
});
