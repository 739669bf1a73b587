/**
 * Ends the servers when this process ends, however it ends.
 *
 * A shell reads the ids of processes from a pipe that only this process holds. When the pipe closes (a normal end, a
 * crash, a SIGKILL), it kills what it knows and removes the folder. The shell has a session of its own, so Ctrl-C in a
 * terminal does not reach it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

const SCRIPT = `
pids=""
while read -r verb pid; do
  case "$verb" in
    add) pids="$pids $pid " ;;
    drop) pids=$(printf %s "$pids" | sed "s/ $pid / /") ;;
  esac
done
for pid in $pids; do kill -9 "$pid" 2>/dev/null; done
rm -rf -- "$1"
`;

export class Watchdog {
  readonly #shell: ChildProcess;

  constructor(folder: string) {
    this.#shell = spawn('/bin/sh', ['-c', SCRIPT, 'watchdog', folder], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    // A shell that is gone (somebody killed it) must not take the sandbox with it; the servers are then ended by `stop` alone.
    this.#shell.stdin?.on('error', () => {});
  }

  add(pid: number): void {
    this.#shell.stdin?.write(`add ${pid}\n`);
  }

  /** Forgets a process that has ended, whose id the system may give to another. */
  drop(pid: number): void {
    this.#shell.stdin?.write(`drop ${pid}\n`);
  }

  /** Kills what is left and resolves when that is done. */
  async stop(): Promise<void> {
    const { exitCode, signalCode } = this.#shell;
    if (exitCode !== null || signalCode !== null) return;
    const ended = once(this.#shell, 'exit');
    this.#shell.stdin?.end();
    await ended;
  }
}
