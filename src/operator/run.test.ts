import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OperatorWorld, startOperatorWorld } from '../../test/support/operator-world.ts';
import { silentLogger } from '../util/log.ts';
import { runOperator } from './run.ts';

let world: OperatorWorld;

beforeEach(async () => {
  world = await startOperatorWorld();
});

afterEach(() => world.stop());

/** Log whose messages can be waited for. */
function aLog() {
  const said: string[] = [];
  let wake = (): void => {};
  const note = (_fields: object, message: string): void => {
    said.push(message);
    wake();
  };
  const log = { ...silentLogger, info: note };
  const whenSaid = async (message: string): Promise<void> => {
    while (!said.includes(message)) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { log: { ...log, child: () => log }, said, whenSaid };
}

describe('runOperator', () => {
  it('runs until it is asked to stop, and then ends without an error', async () => {
    const { log, said, whenSaid } = aLog();
    const asked = new AbortController();
    const run = runOperator(world.options(), asked.signal, { log });
    await whenSaid('Operator is ready');
    asked.abort(new Error('SIGTERM'));
    await run;
    expect(said.filter((line) => !line.startsWith('Lease')).at(-1)).toBe('Operator stops');
  });

  it('ends also when it is asked to while the API server does not answer', async () => {
    const { log, said, whenSaid } = aLog();
    await world.kube.stop();
    const asked = new AbortController();
    const run = runOperator(world.options(), asked.signal, { log });
    await whenSaid('Operator starts');
    asked.abort(new Error('SIGTERM'));
    await run;
    expect(said).not.toContain('Operator is ready');
  });

  it('throws when a port that it was given is taken, and leaves nothing running', async () => {
    const { port } = new URL(world.sandbox.info.awsEndpoint);
    const options = world.options({ healthAddress: `127.0.0.1:${port}` });
    const run = runOperator(options, new AbortController().signal, { log: silentLogger });
    await expect(run).rejects.toMatchObject({
      name: 'ConfigurationError',
      problems: [
        {
          key: 'server.healthAddress',
          problem: `127.0.0.1:${port} is in use by another process; choose another with --health-address`,
        },
      ],
    });
  });
});
