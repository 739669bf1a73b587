import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aDeployment } from '../../../../test/support/redis-clients.ts';
import { createCertificateAuthority } from '../../../sandbox/certificates.ts';
import { createDataPlane, type RunningDataPlane } from '../../../sandbox/redis/data-plane.ts';
import { silentLogger } from '../../../util/log.ts';
import { Application } from './application.ts';

const FIRST = 'first-token-of-sixteen';
const SECOND = 'second-token-of-sixteen';

let folder: string;
let plane: RunningDataPlane;
let caPem: string;
let application: Application | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloud-manager-test-'));
  const authority = await createCertificateAuthority('tests', Date.now());
  caPem = authority.caPem;
  plane = await createDataPlane('responder', { authority, folder, log: silentLogger });
});

afterEach(async () => {
  await application?.stop();
  application = undefined;
  await plane.stop();
  await rm(folder, { recursive: true });
});

const spread = (ranges: readonly string[], ...tokens: readonly string[]) =>
  aDeployment({
    isClustered: true,
    tokens,
    shards: ranges.map((slots, index) => ({ id: `000${index + 1}`, slots, nodeIds: [`demo-000${index + 1}-001`] })),
  });

const TWO = ['0-8191', '8192-16383'];
const THREE = ['0-5461', '5462-10922', '10923-16383'];

async function mount(port: number, authString: string): Promise<void> {
  const files = { host: '127.0.0.1', port: String(port), authString, 'ca.crt': caPem };
  for (const [key, value] of Object.entries(files)) {
    await writeFile(join(folder, `${key}.new`), value);
    await rename(join(folder, `${key}.new`), join(folder, key));
  }
}

/** One that has begun to work. */
async function start(): Promise<{ readonly application: Application; readonly port: number }> {
  const { configuration } = await plane.apply(spread(TWO, FIRST));
  const port = configuration?.port ?? 0;
  await mount(port, FIRST);
  application = new Application(folder);
  await application.until(({ commands }) => commands > 100);
  return { application, port };
}

describe('the application of the demo', () => {
  it('goes on without a failure while shards come and its token is rotated', async () => {
    const { application, port } = await start();
    await plane.apply(spread(THREE, FIRST));
    await plane.apply(spread(THREE, FIRST, SECOND));
    await mount(port, SECOND);
    const { commands } = await application.until(({ reloads }) => reloads === 1);
    await plane.apply(spread(THREE, SECOND));
    await application.until((report) => report.commands > commands + 500);
    expect(await application.stop()).toMatchObject({ failures: 0, reloads: 1 });
  });

  it('counts it when the token that is mounted is refused, and says so without the token', async () => {
    const { application } = await start();
    await plane.apply(spread(TWO, SECOND));
    const { firstFailure } = await application.until(({ failures }) => failures > 0);
    expect(firstFailure).toContain('WRONGPASS');
    expect(firstFailure).not.toContain(FIRST);
  });

  it('counts it when nothing answers any more', async () => {
    const { application } = await start();
    plane.remove(aDeployment().key);
    await expect(application.until(({ failures }) => failures > 0)).resolves.toHaveProperty('firstFailure');
  });

  it('says why it ended by itself', async () => {
    await mount(1, FIRST);
    application = new Application(folder);
    await expect(application.until(({ commands }) => commands > 0)).rejects.toThrow(
      /has ended: .*None of startup nodes/,
    );
  });
});
