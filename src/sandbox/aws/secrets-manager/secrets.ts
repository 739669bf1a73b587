import type {
  CreateSecretRequest,
  CreateSecretResponse,
  DeleteSecretRequest,
  DeleteSecretResponse,
  RestoreSecretRequest,
  RestoreSecretResponse,
  UpdateSecretRequest,
  UpdateSecretResponse,
} from '@aws-sdk/client-secrets-manager';
import { AwsFault } from '../fault.ts';
import { arnOf } from '../ids.ts';
import { LifeCycle } from '../life-cycle.ts';
import type { RequestContext } from '../service.ts';
import { existingSecret, findSecret, secretNotFound, secretsOf, usableSecret } from './secret.ts';
import type { Secret, SecretPhase } from './secret.ts';
import { addTags } from './tags.ts';
import { valueFrom, versionIdFrom, writeVersion } from './values.ts';
import { CURRENT, SecretVersions, type SecretValue } from './versions.ts';

const DEFAULT_RECOVERY_DAYS = 30;
const SHORTEST_RECOVERY_DAYS = 7;

function assertName(name: string): void {
  if (/^[\w/+=.@!-]{1,512}$/.test(name)) return;
  throw new AwsFault(
    'ValidationException',
    'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
  );
}

function newSecret(input: CreateSecretRequest, name: string, context: RequestContext): Secret {
  const { partition, account, region, clock } = context;
  const secrets = secretsOf(partition);
  const nowMs = partition.wallClock.now();
  const transitions = {
    scheduled: { lastsMs: DEFAULT_RECOVERY_DAYS * partition.durationMs('secretsmanager.recoveryDay'), next: 'gone' },
    erasing: { lastsMs: partition.durationMs('secretsmanager.erasing'), next: 'gone' },
  } as const;
  const forgetWhenGone = (phase: SecretPhase): void => {
    if (phase === 'gone') secrets.delete(name);
  };
  return {
    arn: arnOf('secretsmanager', region, account, `secret:${name}-${partition.ids.alphanumeric(6)}`),
    name,
    createdAtMs: nowMs,
    changedAtMs: nowMs,
    accessedAtMs: undefined,
    deletion: undefined,
    description: input.Description,
    kmsKeyId: input.KmsKeyId,
    versions: new SecretVersions(),
    tags: new Map(),
    cycle: new LifeCycle<SecretPhase>(clock, 'active', transitions, forgetWhenGone),
  };
}

/**
 * The answer to a repeated `CreateSecret`: with the same token and value it is the same request once more.
 *
 * *Throws* {@link AwsFault} when the name is taken by another request or by a secret that is being deleted.
 */
function answerForTakenName(
  secret: Secret,
  token: string | undefined,
  value: SecretValue | undefined,
): CreateSecretResponse {
  if (secret.cycle.state !== 'active') {
    throw new AwsFault(
      'InvalidRequestException',
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
  }
  const version = token === undefined ? undefined : secret.versions.byId(token);
  const isSame =
    version !== undefined &&
    value !== undefined &&
    version.value.string === value.string &&
    Buffer.from(version.value.binary ?? []).equals(Buffer.from(value.binary ?? []));
  if (isSame) return { ARN: secret.arn, Name: secret.name, VersionId: version.id };
  throw new AwsFault(
    'ResourceExistsException',
    `The operation failed because the secret ${secret.name} already exists.`,
  );
}

export function createSecret(input: CreateSecretRequest, context: RequestContext): CreateSecretResponse {
  const { partition } = context;
  const { Name = '', ClientRequestToken: token } = input;
  assertName(Name);
  const value = valueFrom(input);
  versionIdFrom(token, context);
  const secrets = secretsOf(partition);
  const taken = secrets.get(Name);
  if (taken) return answerForTakenName(taken, token, value);
  if (secrets.size >= partition.quota('secretsmanager.secretsPerRegion')) {
    throw new AwsFault('LimitExceededException', 'You have reached the maximum number of secrets for this account.');
  }
  const secret = newSecret(input, Name, context);
  addTags(secret.tags, input.Tags);
  const version = value && writeVersion(secret, value, { token, stages: [CURRENT], context });
  secrets.set(Name, secret);
  return { ARN: secret.arn, Name, VersionId: version?.id };
}

export function updateSecret(input: UpdateSecretRequest, context: RequestContext): UpdateSecretResponse {
  const secret = usableSecret(context, input.SecretId);
  const value = valueFrom(input);
  const token = input.ClientRequestToken;
  const version = value && writeVersion(secret, value, { token, stages: [CURRENT], context });
  secret.description = input.Description ?? secret.description;
  secret.kmsKeyId = input.KmsKeyId ?? secret.kmsKeyId;
  secret.changedAtMs = context.partition.wallClock.now();
  return { ARN: secret.arn, Name: secret.name, VersionId: version?.id };
}

function recoveryDaysOf({ RecoveryWindowInDays, ForceDeleteWithoutRecovery }: DeleteSecretRequest): number {
  if (ForceDeleteWithoutRecovery && RecoveryWindowInDays !== undefined) {
    throw new AwsFault(
      'InvalidParameterException',
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    );
  }
  const days = RecoveryWindowInDays ?? DEFAULT_RECOVERY_DAYS;
  if (days >= SHORTEST_RECOVERY_DAYS && days <= DEFAULT_RECOVERY_DAYS) return days;
  throw new AwsFault(
    'InvalidParameterException',
    'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).',
  );
}

/**
 * Deletes at the end of a window, or by force: then the secret is unreadable at once but its name stays taken until a
 * background process is done. By force a secret that does not exist is deleted too.
 */
export function deleteSecret(input: DeleteSecretRequest, context: RequestContext): DeleteSecretResponse {
  const { partition } = context;
  const days = recoveryDaysOf(input);
  const isForced = input.ForceDeleteWithoutRecovery === true;
  const secret = findSecret(partition, input.SecretId ?? '');
  const nowMs = partition.wallClock.now();
  if (!secret) {
    if (!isForced) throw secretNotFound();
    return { Name: input.SecretId, DeletionDate: new Date(nowMs) };
  }
  if (!isForced && secret.cycle.state !== 'active') {
    throw new AwsFault(
      'InvalidRequestException',
      "You can't perform this operation on the secret because it was already scheduled for deletion.",
    );
  }
  const dayMs = partition.durationMs('secretsmanager.recoveryDay');
  secret.deletion = { askedAtMs: nowMs, endsAtMs: isForced ? nowMs : nowMs + days * dayMs };
  if (!isForced) secret.cycle.enter('scheduled', days * dayMs);
  else if (secret.cycle.state !== 'erasing') secret.cycle.enter('erasing');
  return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(secret.deletion.endsAtMs) };
}

export function restoreSecret({ SecretId }: RestoreSecretRequest, context: RequestContext): RestoreSecretResponse {
  const secret = existingSecret(context.partition, SecretId ?? '');
  // What was deleted by force is lost, even while its name is still taken.
  if (secret.cycle.state === 'erasing') throw secretNotFound();
  secret.deletion = undefined;
  secret.cycle.enter('active');
  return { ARN: secret.arn, Name: secret.name };
}
