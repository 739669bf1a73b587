/** What Node says when the reader of a pipe has gone, at the first write and at those after it. */
const CLOSED: readonly unknown[] = ['EPIPE', 'ERR_STREAM_DESTROYED'];

let isEnding = false;

/**
 * Nobody reads on, as after `| head -3`: what was asked for is done. A command that stays up is told to end, as a
 * supervisor would tell it; others end by themselves, with their own exit code.
 */
function onOutputError(error: NodeJS.ErrnoException): void {
  if (!CLOSED.includes(error.code)) throw error;
  if (isEnding) return;
  isEnding = true;
  process.emit('SIGTERM', 'SIGTERM');
}

/** Lets a closed standard output or error end the program quietly, not with a stack. May be called again. */
export function endQuietlyWithOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.off('error', onOutputError).on('error', onOutputError);
}
