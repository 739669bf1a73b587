import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Ended {
  readonly code: number;
  readonly output: string;
}

function check(...args: string[]): Promise<Ended> {
  const tool = new URL('../../tools/check.ts', import.meta.url).pathname;
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [tool, ...args], (_error, out, err) => {
      resolve({ code: child.exitCode ?? -1, output: out + err });
    });
  });
}

describe('npm run check', () => {
  it('refuses a step that it does not know, and names those that it does', async () => {
    const { code, output } = await check('--without', 'test');
    expect(code).toBe(2);
    expect(output).toBe('no step is called test; there are format, lint, types, structure, unused, package, tests\n');
  });

  it('says of nothing to do that it passed nothing', async () => {
    expect(await check('--only', 'format', '--without', 'format')).toEqual({
      code: 0,
      output: '\n0 steps, all steps passed\n',
    });
  });

  it('is what CI runs, with steps that exist', async () => {
    const ci = readFileSync(new URL('../../.ci/run', import.meta.url), 'utf8');
    const steps = /npm run check -- --without (\S+)/.exec(ci)?.[1];
    expect(steps).toBe('tests');
  });
});
