import { describe, expect, it } from 'vitest';
import { createSerial } from './serial.ts';

const { signal } = new AbortController();

describe('serial', () => {
  it('starts a task when the one before has ended', async () => {
    const serial = createSerial();
    const order: string[] = [];
    const task = (name: string) => async () => {
      order.push(`${name} starts`);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(`${name} ends`);
      return name;
    };
    expect(await Promise.all([serial(signal, task('a')), serial(signal, task('b'))])).toEqual(['a', 'b']);
    expect(order).toEqual(['a starts', 'a ends', 'b starts', 'b ends']);
  });

  it('goes on after a failure, which only its own caller hears of', async () => {
    const serial = createSerial();
    const failing = serial(signal, () => Promise.reject(new Error('boom')));
    const next = serial(signal, () => Promise.resolve('fine'));
    await expect(failing).rejects.toThrow('boom');
    expect(await next).toBe('fine');
  });

  it('does not start a task whose signal has aborted', async () => {
    const serial = createSerial();
    const controller = new AbortController();
    const late = serial(controller.signal, () => Promise.resolve('started'));
    controller.abort(new Error('too late'));
    await expect(late).rejects.toThrow('too late');
  });
});
