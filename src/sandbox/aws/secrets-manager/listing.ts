import type {
  DescribeSecretRequest,
  DescribeSecretResponse,
  Filter,
  ListSecretsRequest,
  ListSecretsResponse,
  ListSecretVersionIdsRequest,
  ListSecretVersionIdsResponse,
  SecretListEntry,
} from '@aws-sdk/client-secrets-manager';
import { AwsFault } from '../fault.ts';
import { pageOf, type Page } from '../paging.ts';
import type { RequestContext } from '../service.ts';
import { dateOf, existingSecret, secretsOf, type Secret } from './secret.ts';
import { tagListOf } from './tags.ts';

const PAGE_FAULTS = { sizeFault: 'ValidationException', tokenFault: 'InvalidNextTokenException' } as const;

/** The texts of a secret that a filter looks at. */
const FIELDS: Readonly<Record<string, (secret: Secret, region: string) => readonly string[]>> = {
  name: ({ name }) => [name],
  description: ({ description }) => [description ?? ''],
  'tag-key': ({ tags }) => [...tags.keys()],
  'tag-value': ({ tags }) => [...tags.values()],
  'primary-region': (_secret, region) => [region],
  'owning-service': () => [],
  all: ({ name, description, tags }) => [name, description ?? '', ...tags.keys(), ...tags.values()],
};

/** Only these are compared without regard to case. */
const CASE_BLIND = new Set(['description', 'all']);

function matchesFilter(secret: Secret, { Key, Values = [] }: Filter, region: string): boolean {
  const fold = (text: string): string => (CASE_BLIND.has(Key ?? '') ? text.toLowerCase() : text);
  const texts = (FIELDS[Key ?? '']?.(secret, region) ?? []).map(fold);
  return Values.some((value) => {
    const isNegated = value.startsWith('!');
    const prefix = fold(isNegated ? value.slice(1) : value);
    return texts.some((text) => text.startsWith(prefix)) !== isNegated;
  });
}

interface Selection {
  readonly Filters?: Filter[] | undefined;
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
  readonly IncludePlannedDeletion?: boolean | undefined;
  readonly SortBy?: string | undefined;
  readonly SortOrder?: string | undefined;
}

function assertFilters(filters: readonly Filter[]): void {
  const unknown = filters.find(({ Key }) => !Object.hasOwn(FIELDS, Key ?? ''));
  if (!unknown) return;
  throw new AwsFault(
    'ValidationException',
    `1 validation error detected: Value '${unknown.Key}' at 'filters.key' failed to satisfy constraint: Member must satisfy enum value set: [${Object.keys(FIELDS).join(', ')}]`,
  );
}

/** Sorts by time and then by name, so that a page ends at a definite place. */
function sortKeyOf(secret: Secret, sortBy: string | undefined): string {
  const times: Readonly<Record<string, number>> = {
    'last-changed-date': secret.changedAtMs,
    'last-accessed-date': secret.accessedAtMs ?? 0,
    name: 0,
  };
  return `${String(times[sortBy ?? ''] ?? secret.createdAtMs).padStart(15, '0')} ${secret.name}`;
}

/** The secrets that the filters leave, a page of them. *Throws* {@link AwsFault} for an unknown filter or a foreign token. */
export function selectedSecrets(context: RequestContext, selection: Selection, maxSize: number): Page<Secret> {
  const filters = selection.Filters ?? [];
  assertFilters(filters);
  const secrets = [...secretsOf(context.partition).values()].filter(
    (secret) =>
      (secret.cycle.state === 'active' || selection.IncludePlannedDeletion === true) &&
      filters.every((filter) => matchesFilter(secret, filter, context.region)),
  );
  return pageOf(
    secrets,
    { token: selection.NextToken, size: selection.MaxResults },
    {
      keyOf: (secret) => sortKeyOf(secret, selection.SortBy),
      descending: selection.SortOrder === 'desc',
      defaultSize: maxSize,
      minSize: 1,
      maxSize,
      ...PAGE_FAULTS,
    },
  );
}

function sharedFields(secret: Secret): Omit<SecretListEntry, 'SecretVersionsToStages'> {
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    KmsKeyId: secret.kmsKeyId,
    CreatedDate: new Date(secret.createdAtMs),
    LastChangedDate: new Date(secret.changedAtMs),
    LastAccessedDate: dateOf(secret.accessedAtMs),
    DeletedDate: dateOf(secret.deletion?.askedAtMs),
    Tags: tagListOf(secret.tags),
  };
}

export function describeSecret({ SecretId }: DescribeSecretRequest, context: RequestContext): DescribeSecretResponse {
  const secret = existingSecret(context.partition, SecretId ?? '');
  return { ...sharedFields(secret), VersionIdsToStages: secret.versions.stagesById() };
}

export function listSecrets(input: ListSecretsRequest, context: RequestContext): ListSecretsResponse {
  const { items, next } = selectedSecrets(context, input, 100);
  const SecretList = items.map((secret) => ({
    ...sharedFields(secret),
    SecretVersionsToStages: secret.versions.stagesById(),
  }));
  return { SecretList, NextToken: next };
}

export function listSecretVersionIds(
  input: ListSecretVersionIdsRequest,
  context: RequestContext,
): ListSecretVersionIdsResponse {
  const secret = existingSecret(context.partition, input.SecretId ?? '');
  const versions = secret.versions.all().filter(({ stages }) => stages.size > 0 || input.IncludeDeprecated === true);
  const { items, next } = pageOf(
    versions,
    { token: input.NextToken, size: input.MaxResults },
    { keyOf: ({ id }) => id, defaultSize: 100, minSize: 1, maxSize: 100, ...PAGE_FAULTS },
  );
  const Versions = items.map(({ id, stages, createdAtMs }) => ({
    VersionId: id,
    VersionStages: [...stages],
    CreatedDate: new Date(createdAtMs),
  }));
  return { ARN: secret.arn, Name: secret.name, Versions, NextToken: next };
}
