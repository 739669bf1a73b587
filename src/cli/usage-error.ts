/** The command line asks for something that does not exist or does not fit together; nothing was started. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
