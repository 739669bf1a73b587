import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createLogger } from './log.ts';

function logged(
  write: (log: ReturnType<typeof createLogger>) => void,
  more: { readonly isTTY?: boolean } = {},
): string {
  const stream = Object.assign(new PassThrough(), more);
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

  it('writes of an error its name, message, code and causes, and none of its other fields', () => {
    const cause = Object.assign(new RangeError('too far'), { code: 'ERANGE' });
    const error = Object.assign(new Error('broken', { cause }), { request: { authorization: 'hunter2' } });
    const text = logged((log) => log.child({ kind: 'x' }).warn({ error }, 'careful'));
    expect(JSON.parse(text)).toMatchObject({
      error: { name: 'Error', message: 'broken', cause: { name: 'RangeError', message: 'too far', code: 'ERANGE' } },
    });
    expect(text).not.toContain('hunter2');
  });

  it('writes each of several errors', () => {
    const error = new AggregateError([new Error('one'), new Error('two')], 'both');
    const record: unknown = JSON.parse(logged((log) => log.warn({ error }, 'careful')));
    expect(record).toMatchObject({ error: { message: 'both', errors: [{ message: 'one' }, { message: 'two' }] } });
  });
});

describe('on a terminal', () => {
  const line = (write: Parameters<typeof logged>[0]): string =>
    stripVTControlCharacters(logged(write, { isTTY: true })).replace(/^[\d:.]{12}Z/, 'TIME');

  it('a record is a line to read', () => {
    const fields = { name: 'a', why: 'it is late', tries: 3 };
    expect(line((log) => log.child({ kind: 'RedisCluster' }).warn(fields, 'Pass failed'))).toBe(
      'TIME WARN  Pass failed kind=RedisCluster name=a why="it is late" tries=3\n',
    );
  });

  it('an error has its causes, and no stack', () => {
    const error = new Error('broken', { cause: new RangeError('too far') });
    expect(line((log) => log.error({ error }, 'Look'))).toBe(
      'TIME ERROR Look error={"name":"Error","message":"broken","cause":{"name":"RangeError","message":"too far"}}\n',
    );
  });

  it('a secret is as little told as elsewhere', () => {
    expect(line((log) => log.warn({ password: 'hunter2' }, 'careful'))).toBe('TIME WARN  careful password=[secret]\n');
  });
});
