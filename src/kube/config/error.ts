/** A configuration that cannot be used. `source` names the file (or variable), `key` the place in it. */
export class KubeConfigError extends Error {
  override readonly name = 'KubeConfigError';
  readonly source: string;
  readonly key: string;

  constructor(source: string, key: string, problem: string, cause?: unknown) {
    super(`${source}: ${key === '' ? '' : `${key}: `}${problem}`, cause === undefined ? undefined : { cause });
    this.source = source;
    this.key = key;
  }
}
