import type {
  BatchGetSecretValueRequest,
  BatchGetSecretValueResponse,
  GetSecretValueRequest,
  GetSecretValueResponse,
  PutSecretValueRequest,
  PutSecretValueResponse,
  SecretValueEntry,
  UpdateSecretVersionStageRequest,
  UpdateSecretVersionStageResponse,
} from '@aws-sdk/client-secrets-manager';
import { AwsFault } from '../fault.ts';
import type { RequestContext } from '../service.ts';
import { selectedSecrets } from './listing.ts';
import { usableSecret, type Secret } from './secret.ts';
import { CURRENT, type SecretValue, type SecretVersion } from './versions.ts';

const LARGEST_VALUE_BYTES = 65_536;
const MOST_IN_BATCH = 20;
const DAY_MS = 86_400_000;

interface ValueInput {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: Uint8Array | undefined;
}

/** The value in a request; undefined when it has none. *Throws* {@link AwsFault} for two values or one too large. */
export function valueFrom({ SecretString, SecretBinary }: ValueInput): SecretValue | undefined {
  if (SecretString !== undefined && SecretBinary !== undefined) {
    throw new AwsFault(
      'InvalidParameterException',
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  }
  if (SecretString === undefined && SecretBinary === undefined) return undefined;
  const size = SecretBinary?.length ?? Buffer.byteLength(SecretString ?? '');
  if (size > LARGEST_VALUE_BYTES) {
    throw new AwsFault('ValidationException', `The secret value must not be longer than ${LARGEST_VALUE_BYTES} bytes.`);
  }
  return { string: SecretString, binary: SecretBinary };
}

/** The id of a new version: the client's token, or a new one for clients that sign by hand. */
export function versionIdFrom(token: string | undefined, { partition }: RequestContext): string {
  if (token === undefined) return partition.ids.uuid();
  if (token.length >= 32 && token.length <= 64) return token;
  throw new AwsFault('InvalidParameterException', 'ClientRequestToken must be 32-64 characters long.');
}

function missingVersion(what: string): AwsFault {
  return new AwsFault('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for ${what}`);
}

function versionOf(secret: Secret, id: string | undefined, stage: string | undefined): SecretVersion {
  if (id === undefined) {
    const label = stage ?? CURRENT;
    const version = secret.versions.byStage(label);
    if (!version) throw missingVersion(`staging label: ${label}`);
    return version;
  }
  const version = secret.versions.byId(id);
  if (!version) throw missingVersion(`VersionId: ${id}`);
  if (stage === undefined || version.stages.has(stage)) return version;
  throw new AwsFault(
    'InvalidRequestException',
    'You provided a VersionStage that is not associated to the provided VersionId.',
  );
}

function entryOf(secret: Secret, version: SecretVersion, context: RequestContext): SecretValueEntry {
  // AWS notes the day of the last access, not the time.
  secret.accessedAtMs = Math.floor(context.partition.wallClock.now() / DAY_MS) * DAY_MS;
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    SecretString: version.value.string,
    SecretBinary: version.value.binary,
    VersionStages: [...version.stages],
    CreatedDate: new Date(version.createdAtMs),
  };
}

export function getSecretValue(input: GetSecretValueRequest, context: RequestContext): GetSecretValueResponse {
  const secret = usableSecret(context, input.SecretId);
  return entryOf(secret, versionOf(secret, input.VersionId, input.VersionStage), context);
}

type BatchItem = { readonly value: SecretValueEntry } | { readonly error: AwsFault; readonly id: string };

function batchItem(id: string, context: RequestContext): BatchItem {
  try {
    const secret = usableSecret(context, id);
    return { value: entryOf(secret, versionOf(secret, undefined, undefined), context) };
  } catch (error) {
    // One secret that cannot be read does not fail the batch; anything but a fault is a bug and does.
    if (error instanceof AwsFault) return { error, id };
    throw error;
  }
}

export function batchGetSecretValue(
  input: BatchGetSecretValueRequest,
  context: RequestContext,
): BatchGetSecretValueResponse {
  const { SecretIdList: ids = [], Filters } = input;
  if (ids.length > 0 === (Filters !== undefined && Filters.length > 0)) {
    throw new AwsFault('InvalidParameterException', 'Either SecretIdList or Filters must be given, not both.');
  }
  if (ids.length > MOST_IN_BATCH) {
    throw new AwsFault('ValidationException', `SecretIdList must not have more than ${MOST_IN_BATCH} members.`);
  }
  const page = ids.length > 0 ? undefined : selectedSecrets(context, input, MOST_IN_BATCH);
  const items = (page?.items.map(({ name }) => name) ?? ids).map((id) => batchItem(id, context));
  return {
    SecretValues: items.flatMap((item) => ('value' in item ? [item.value] : [])),
    Errors: items.flatMap((item) =>
      'error' in item ? [{ SecretId: item.id, ErrorCode: item.error.code, Message: item.error.message }] : [],
    ),
    NextToken: page?.next,
  };
}

/** Writes a new version and says so in the secret's dates. */
export function writeVersion(
  secret: Secret,
  value: SecretValue,
  call: { readonly token: string | undefined; readonly stages: readonly string[]; readonly context: RequestContext },
): SecretVersion {
  const nowMs = call.context.partition.wallClock.now();
  const version = secret.versions.put(versionIdFrom(call.token, call.context), value, nowMs, call.stages);
  secret.changedAtMs = nowMs;
  return version;
}

export function putSecretValue(input: PutSecretValueRequest, context: RequestContext): PutSecretValueResponse {
  const secret = usableSecret(context, input.SecretId);
  const value = valueFrom(input);
  if (!value) {
    throw new AwsFault('InvalidRequestException', 'You must provide either SecretString or SecretBinary.');
  }
  const stages = input.VersionStages ?? [CURRENT];
  const version = writeVersion(secret, value, { token: input.ClientRequestToken, stages, context });
  return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: [...version.stages] };
}

export function updateSecretVersionStage(
  input: UpdateSecretVersionStageRequest,
  context: RequestContext,
): UpdateSecretVersionStageResponse {
  const secret = usableSecret(context, input.SecretId);
  secret.versions.moveStage(input.VersionStage ?? '', input.RemoveFromVersionId, input.MoveToVersionId);
  secret.changedAtMs = context.partition.wallClock.now();
  return { ARN: secret.arn, Name: secret.name };
}
