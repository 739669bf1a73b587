/** Exit codes of the program. */
export const EXIT = {
  ok: 0,
  /** What was asked for did not succeed. */
  failed: 1,
  /** The command line or the configuration is wrong; nothing was started. */
  usage: 2,
  /** Ended by Ctrl-C, as shells expect it (128 + SIGINT). */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
