/** Secrets on the SDK. */
import { randomUUID } from 'node:crypto';
import type * as Sdk from '@aws-sdk/client-secrets-manager';
import type { Call } from '../../util/call.ts';
import { type Named, orNotFound } from '../answers.ts';
import { Batcher, type Listed } from '../batcher.ts';
import type { Connection, Requester, ServiceDeps } from '../connection.ts';
import { isAccessDenied } from '../errors.ts';
import { chunksOf } from '../paging.ts';
import { sdkFromTags, tagsFromSdk } from '../tags.ts';
import type { SecretsManagerClient } from './client.ts';
import type { Secret, SecretValue, SecretVersion } from './secret.ts';
import { secretsManagerService, type secretsManagerOperations } from './service.ts';

type SecretsManagerRequester = Requester<typeof secretsManagerOperations>;

const NAMED: Named = { resource: 'secret', codes: ['ResourceNotFoundException'] };
/** Most that `BatchGetSecretValue` takes. */
const MOST_SECRETS = 20;

function secretFromSdk(secret: Sdk.DescribeSecretCommandOutput): Secret {
  const versions = Object.entries(secret.VersionIdsToStages ?? {});
  return {
    arn: secret.ARN ?? '',
    name: secret.Name ?? '',
    description: secret.Description,
    deletedDate: secret.DeletedDate,
    tags: tagsFromSdk(secret.Tags),
    currentVersionId: versions.find(([, stages]) => stages.includes('AWSCURRENT'))?.[0],
  };
}

interface SdkVersion {
  readonly ARN?: string | undefined;
  readonly Name?: string | undefined;
  readonly VersionId?: string | undefined;
}

function versionFromSdk({ ARN, Name, VersionId }: SdkVersion): SecretVersion {
  return { arn: ARN ?? '', name: Name ?? '', versionId: VersionId ?? '' };
}

function valueFromSdk(value: SdkVersion & { readonly SecretString?: string | undefined }): SecretValue {
  return { ...versionFromSdk(value), secretString: value.SecretString };
}

async function readValue(aws: SecretsManagerRequester, id: string): Promise<SecretValue> {
  return valueFromSdk(await orNotFound(NAMED, id, aws.send('GetSecretValue', { SecretId: id })));
}

/** Whom AWS leaves out, for whatever reason, is read directly by the batcher and so gets an error of its own. */
async function readValues(aws: SecretsManagerRequester, ids: readonly string[]): Promise<Listed<SecretValue>> {
  const chunks = chunksOf(ids, MOST_SECRETS);
  const parts = await Promise.all(
    chunks.map((chunk) => aws.send('BatchGetSecretValue', { SecretIdList: [...chunk] }).catch(emptyWhenForbidden)),
  );
  const values = parts.flatMap(({ SecretValues }) => (SecretValues ?? []).map(valueFromSdk));
  const answers = new Map(values.flatMap((value) => [[value.name, value] as const, [value.arn, value] as const]));
  return { answers, requests: chunks.length };
}

/** A policy that grants single reads only is as good, just slower. */
function emptyWhenForbidden(error: unknown): { readonly SecretValues?: Sdk.SecretValueEntry[] } {
  if (isAccessDenied(error)) return {};
  throw error;
}

/** Gives the client of Secrets Manager of one connection, for one call. */
export function createSecretsManagerClient(
  connection: Connection,
  call: Call,
  { clock, log }: ServiceDeps,
): SecretsManagerClient {
  const requesterOf = (askers: Call): SecretsManagerRequester => connection.requester(secretsManagerService, askers);
  const values = connection.keep('secretsmanager', () => {
    return new Batcher<SecretValue>(clock, log, {
      service: 'secretsmanager',
      operation: 'GetSecretValue',
      readOne: (id, askers) => readValue(requesterOf(askers), id),
      list: (ids, askers) => readValues(requesterOf(askers), ids),
    });
  });
  const aws = requesterOf(call);
  return {
    createSecret: async ({ name, secretString, description, tags, versionId = randomUUID() }) =>
      versionFromSdk(
        await aws.send('CreateSecret', {
          Name: name,
          SecretString: secretString,
          Description: description,
          ClientRequestToken: versionId,
          Tags: sdkFromTags(tags),
        }),
      ),
    describeSecret: async (id) =>
      secretFromSdk(await orNotFound(NAMED, id, aws.send('DescribeSecret', { SecretId: id }))),
    getSecretValue: (id) => values.ask(id, call),
    getSecretVersion: async (id, versionId) =>
      valueFromSdk(await orNotFound(NAMED, id, aws.send('GetSecretValue', { SecretId: id, VersionId: versionId }))),
    putSecretValue: async (id, secretString) => {
      const input = { SecretId: id, SecretString: secretString, ClientRequestToken: randomUUID() };
      return versionFromSdk(await orNotFound(NAMED, id, aws.send('PutSecretValue', input)));
    },
    deleteSecret: async (id, { force }) => {
      const input = { SecretId: id, ...(force ? { ForceDeleteWithoutRecovery: true } : { RecoveryWindowInDays: 30 }) };
      await orNotFound(NAMED, id, aws.send('DeleteSecret', input));
    },
    restoreSecret: async (id) => {
      await orNotFound(NAMED, id, aws.send('RestoreSecret', { SecretId: id }));
    },
    tagSecret: async (id, tags) => {
      await orNotFound(NAMED, id, aws.send('TagResource', { SecretId: id, Tags: sdkFromTags(tags) }));
    },
  };
}
