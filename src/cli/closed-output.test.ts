import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../bin/cloud-manager.js', import.meta.url));

/** Runs the program with a standard output whose reader has gone before it writes anything. */
async function runUnread(args: readonly string[]): Promise<{ code: unknown; stderr: string }> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  return { code, stderr };
}

describe('a standard output that nobody reads', () => {
  it.each(['run --help', 'crds', 'sandbox --kube off --redis off'])(
    'ends the program quietly: %s',
    async (commandLine) => {
      expect(await runUnread(commandLine.split(' '))).toEqual({ code: 0, stderr: '' });
    },
    20_000,
  );
});
