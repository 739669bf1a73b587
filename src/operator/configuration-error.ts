/** One wrong key. */
export interface ConfigurationProblem {
  /** `aws.region`, or what is wrong where there is no key. */
  readonly key: string;
  /** What is wrong, where it was read from, what is expected. Never holds the value of a secret. */
  readonly problem: string;
}

/** The configuration is bad or incomplete. Its message names every wrong key; the program ends with exit code 2. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly ConfigurationProblem[]) {
    const lines = problems.map(({ key, problem }) => `  ${key}: ${problem}`);
    super(`The configuration cannot be used:\n${lines.join('\n')}`);
    this.problems = problems;
  }
}
