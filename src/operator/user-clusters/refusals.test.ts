import { beforeEach, expect, it } from 'vitest';
import { Refusals } from './refusals.ts';

let refusals: Refusals;
beforeEach(() => {
  refusals = new Refusals();
});

const hear = (verb: string, resource: string, code: number): void =>
  refusals.hear({ cluster: 'kcp-system/demo', verb, resource, code, durationMs: 1 });

it('that nothing may be followed holds until it may', () => {
  hear('list', 'widgets', 403);
  hear('watch', 'gadgets', 200);
  expect(refusals.problem).toBe('its API server does not permit list widgets (403)');
  hear('list', 'widgets', 200);
  expect(refusals.problem).toBeUndefined();
});

it('that credentials are not taken holds until anything else is answered', () => {
  hear('patch', 'widgets', 401);
  expect(refusals.problem).toBe('its API server does not take the credentials (401)');
  hear('patch', 'widgets', 0);
  expect(refusals.problem).toContain('401');
  hear('get', 'gadgets', 404);
  expect(refusals.problem).toBeUndefined();
});

it('that a list is longer than is taken holds until one can be read', () => {
  const tooLong = { cluster: 'kcp-system/demo', code: 0, reason: 'AnswerTooLarge', durationMs: 1 };
  refusals.hear({ ...tooLong, verb: 'get', resource: 'secrets' });
  expect(refusals.problem).toBeUndefined();
  refusals.hear({ ...tooLong, verb: 'list', resource: 'widgets' });
  expect(refusals.problem).toBe(
    'what its API server answers to list widgets is longer than is taken: delete objects, or see what answers at its address',
  );
  hear('list', 'widgets', 200);
  expect(refusals.problem).toBeUndefined();
});

it('what single requests meet is none', () => {
  hear('patch', 'widgets', 403);
  hear('create', 'secrets', 403);
  hear('list', 'widgets', 500);
  expect(refusals.problem).toBeUndefined();
});
