import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { main } from './main.ts';

let out = '';
let err = '';

beforeEach(() => {
  out = err = '';
  vi.stubEnv('KUBEBUILDER_ASSETS', '');
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true));
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('the command line', () => {
  it('says its version', async () => {
    expect(await main(['version'])).toBe(0);
    expect(out).toMatch(/^cloud-manager \d+\.\d+\.\d+ \(Node\.js 2\d/);
  });

  it('prints all kinds as YAML', async () => {
    expect(await main(['crds'])).toBe(0);
    expect(out.match(/^kind: CustomResourceDefinition$/gm)).toHaveLength(4);
  });

  it.each(['run', 'sandbox', 'demo', 'crds', 'version'])('explains %s', async (command) => {
    expect(await main([command, '--help'])).toBe(0);
    expect(out).toContain(`Usage: cloud-manager ${command}`);
  });

  it.each([
    { args: ['nonsense'], says: "unknown command 'nonsense'" },
    { args: ['demo', '--spede', '3'], says: 'Did you mean --speed?' },
    { args: ['demo', '--speed', '0'], says: 'above 0' },
    { args: ['demo', '--redis', 'maybe'], says: 'Allowed choices are' },
    { args: ['demo', '--kubernetes', 'does-not-exist'], says: 'The kubeconfig does-not-exist cannot be read' },
    { args: ['demo', '--kubernetes', 'envtest'], says: 'KUBEBUILDER_ASSETS' },
    { args: ['sandbox', '--aws-port', '70000'], says: 'from 0 to 65535' },
    { args: ['sandbox', '--operator', '--aws', 'off'], says: '--operator needs both halves' },
    { args: ['sandbox', '--world', 'does-not-exist.yaml'], says: 'does-not-exist.yaml cannot be read' },
    { args: ['sandbox', '--world', 'x', '--account', '1'], says: 'leave out --account' },
    { args: ['sandbox', '--account', 'twelve'], says: 'twelve' },
    { args: ['run', '--aws-endpoint-url', 'nonsense'], says: 'nonsense' },
  ])('refuses $args with code 2 and a reason', async ({ args, says }) => {
    expect(await main(args)).toBe(2);
    expect(err).toContain(says);
    expect(err).not.toContain('    at ');
  });
});
