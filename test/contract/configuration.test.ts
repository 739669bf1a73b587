import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const launcher = new URL('../../bin/cloud-manager.js', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'cloud-manager-configuration-'));

afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the program as a person does, with nothing in the environment but `env`. */
function cloudManager(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [launcher, ...args],
      { env: { ...env, HOME: folder } },
      (_error, out, err) => {
        resolve({ code: child.exitCode, out, err });
      },
    );
  });
}

describe('cloud-manager run with a configuration that cannot be used', () => {
  it('ends with 2 and one message that names every wrong key, its place and what is expected', async () => {
    const { code, out, err } = await cloudManager(['run', '--workers', '0'], { AWS_REGION: 'europe' });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toBe(
      'The configuration cannot be used:\n' +
        '  aws.region: "europe" from the environment variable AWS_REGION is not an AWS region such as eu-central-1\n' +
        '  kubernetes.workers: "0" from --workers is not a whole number from 1 to 2000\n',
    );
  });

  it('says so of a missing region, and where it may be given', async () => {
    const { code, err } = await cloudManager(['run']);
    expect(code).toBe(2);
    expect(err).toContain('by --aws-region or AWS_REGION or AWS_DEFAULT_REGION or aws.region in the file');
  });

  it('shows no secret, wherever it stands', async () => {
    const file = join(folder, 'config.yaml');
    writeFileSync(file, 'aws:\n  credentials:\n    secretAccessKey: [hush-1]\n  regoin: hush-2\n');
    const env = { AWS_SESSION_TOKEN: 'hush-3', AWS_ACCESS_KEY_ID: 'hush-4' };
    const { code, out, err } = await cloudManager(['run', '--config', file], env);
    expect(code).toBe(2);
    expect(err).toContain('aws.credentials.secretAccessKey');
    expect(out + err).not.toContain('hush');
  });

  it('says so of a cluster that it cannot find', async () => {
    const { code, err } = await cloudManager(['run', '--kubeconfig', '/nowhere'], { AWS_REGION: 'eu-central-1' });
    expect(code).toBe(2);
    expect(err).toContain('kubernetes.kubeconfig: /nowhere from --kubeconfig cannot be read: ENOENT');
  });

  it('says so of a flag that there is not', async () => {
    const { code, err } = await cloudManager(['run', '--wrokers', '3']);
    expect(code).toBe(2);
    expect(err).toContain('--wrokers');
  });
});

describe('cloud-manager run --help', () => {
  it('names the flags with their environment variables, and no secret of the environment', async () => {
    const { code, out } = await cloudManager(['run', '--help'], {
      AWS_SECRET_ACCESS_KEY: 'hush',
      AWS_ROLE_NAME: 'hush',
    });
    expect(code).toBe(0);
    expect(out).toContain('--aws-endpoint-url <url>');
    expect(out).toContain('CLOUD_MANAGER_LOOK_INTERVAL');
    expect(out).not.toContain('hush');
  });
});
