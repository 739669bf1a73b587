import type { Tags } from '../tags.ts';

/** A secret without its value. */
export interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly description: string | undefined;
  /** Set while the secret waits for its deletion: it cannot be read or written then, and its name is taken. */
  readonly deletedDate: Date | undefined;
  readonly tags: Tags;
  /** Id of the version whose stage is `AWSCURRENT`. */
  readonly currentVersionId: string | undefined;
}

/** A secret's value. Never log or show it. */
export interface SecretValue {
  readonly arn: string;
  readonly name: string;
  readonly versionId: string;
  /** Undefined for a binary secret. */
  readonly secretString: string | undefined;
}

/** A secret to be made, with its first version. */
export interface CreateSecretRequest {
  readonly name: string;
  readonly secretString: string;
  readonly description: string;
  readonly tags: Tags;
  /**
   * Makes the creation safe to repeat: the same token with the same value is one version.
   * Default: a random UUID.
   */
  readonly versionId?: string;
}

/** Which version a write made. */
export interface SecretVersion {
  readonly arn: string;
  readonly name: string;
  readonly versionId: string;
}
