import { AwsFault } from '../fault.ts';
import type { LifeCycle } from '../life-cycle.ts';
import { defineState, type Partition, type RequestContext } from '../service.ts';
import type { SecretVersions } from './versions.ts';

/** `scheduled` can be restored until its window ends, `erasing` cannot: its name is only taken for a short while. */
export type SecretPhase = 'active' | 'scheduled' | 'erasing' | 'gone';

export interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly createdAtMs: number;
  readonly versions: SecretVersions;
  readonly tags: Map<string, string>;
  readonly cycle: LifeCycle<SecretPhase>;
  description: string | undefined;
  kmsKeyId: string | undefined;
  changedAtMs: number;
  accessedAtMs: number | undefined;
  /** When the deletion was asked for, and when it ends. */
  deletion: { readonly askedAtMs: number; readonly endsAtMs: number } | undefined;
}

/** By name. */
export type Secrets = Map<string, Secret>;

export const secretsState = defineState<Secrets>({
  name: 'secretsmanager',
  create: () => new Map(),
  dump: (secrets) =>
    [...secrets.values()].map((secret) => ({
      arn: secret.arn,
      name: secret.name,
      phase: secret.cycle.state,
      versions: secret.versions.stagesById(),
      tags: Object.fromEntries(secret.tags),
    })),
});

export function secretsOf(partition: Partition): Secrets {
  return partition.get(secretsState);
}

/** A secret is found by its name, its ARN, or its ARN without the six random characters. */
export function findSecret(partition: Partition, id: string): Secret | undefined {
  const secrets = secretsOf(partition);
  const byName = secrets.get(id);
  if (byName || !id.startsWith('arn:')) return byName;
  return [...secrets.values()].find(({ arn }) => arn === id || arn.slice(0, -7) === id);
}

export function secretNotFound(): AwsFault {
  return new AwsFault('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
}

/** *Throws* {@link AwsFault} `ResourceNotFoundException`. */
export function existingSecret(partition: Partition, id: string): Secret {
  const secret = findSecret(partition, id);
  if (!secret) throw secretNotFound();
  return secret;
}

/** *Throws* {@link AwsFault} when the secret does not exist or is marked for deletion. */
export function usableSecret({ partition }: RequestContext, id: string | undefined): Secret {
  const secret = existingSecret(partition, id ?? '');
  if (secret.cycle.state === 'active') return secret;
  throw new AwsFault(
    'InvalidRequestException',
    "You can't perform this operation on the secret because it was marked for deletion.",
  );
}

export function dateOf(atMs: number | undefined): Date | undefined {
  return atMs === undefined ? undefined : new Date(atMs);
}
