/** What the application says of itself, as a line of JSON on its standard output. */
export interface Report {
  /** Commands that were answered as they should be; whoever connects and pings counts too. */
  readonly commands: number;
  /** Commands that were refused, lost, or answered with another value than was written. */
  readonly failures: number;
  /** What the first failure was. */
  readonly firstFailure?: string;
  /** How often the mounted Secret was found to have changed since the start. */
  readonly reloads: number;
}
