import type { Tags } from '../tags.ts';
import type { CreateSecretRequest, Secret, SecretValue, SecretVersion } from './secret.ts';

/** Secrets Manager in business operations. Secrets are named by name or ARN. */
export interface SecretsManagerClient {
  /**
   * *Throws* kind `already-exists` when the name is taken, kind `invalid-state` when a secret of that name waits for
   * its deletion (also for some seconds after a forced one; try again with backoff).
   */
  createSecret(request: CreateSecretRequest): Promise<SecretVersion>;
  /** *Throws* `NotFoundError` when it is absent. A secret that waits for its deletion is described. */
  describeSecret(id: string): Promise<Secret>;
  /**
   * Reads the current value; questions of one moment are answered together, 20 a call.
   *
   * *Throws* `NotFoundError` when absent, kind `invalid-state` when the secret waits for its deletion.
   */
  getSecretValue(id: string): Promise<SecretValue>;
  /** Reads one version, by its id; AWS keeps the hundred latest, and for a day all. *Throws* as `getSecretValue` does. */
  getSecretVersion(id: string, versionId: string): Promise<SecretValue>;
  /** Makes a new current version. AWS asks for at most one in ten minutes over time. */
  putSecretValue(id: string, secretString: string): Promise<SecretVersion>;
  /**
   * With `force` it is gone for ever (in the background, within seconds), and AWS does not say when it was absent
   * before; otherwise it can be restored for 30 days, and absence *throws* `NotFoundError`.
   */
  deleteSecret(id: string, options: { readonly force: boolean }): Promise<void>;
  /** Takes a deletion back. */
  restoreSecret(id: string): Promise<void>;
  /** Adds tags and overwrites those of the same key; others stay. */
  tagSecret(id: string, tags: Tags): Promise<void>;
}
