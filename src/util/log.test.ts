import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createLogger } from './log.ts';

function logged(write: (log: ReturnType<typeof createLogger>) => void): string {
  const stream = new PassThrough();
  write(createLogger('debug', stream));
  return String(stream.read() ?? '');
}

describe('createLogger', () => {
  it('writes one JSON record with level, time, fields and a constant message', () => {
    const record: unknown = JSON.parse(
      logged((log) => log.child({ kind: 'RedisCluster' }).info({ name: 'a' }, 'ready')),
    );
    expect(record).toMatchObject({ level: 'info', kind: 'RedisCluster', name: 'a', msg: 'ready' });
    expect(record).toHaveProperty('time');
  });

  it.each(['authToken', 'secretAccessKey', 'password', 'sessionToken'])('never writes a field called %s', (field) => {
    const text = logged((log) => log.warn({ [field]: 'hunter2', nested: { [field]: 'hunter2' } }, 'careful'));
    expect(text).toContain('careful');
    expect(text).not.toContain('hunter2');
  });
});
