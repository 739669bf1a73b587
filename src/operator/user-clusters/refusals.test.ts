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

const hearTooLong = (verb: string, resource: string, reason = 'AnswerTooLarge'): void =>
  refusals.hear({ cluster: 'kcp-system/demo', verb, resource, code: 0, reason, durationMs: 1 });

it.each([
  { what: 'with all its pages', reasons: ['ListTooLarge'] },
  { what: 'also in shorter pages', reasons: ['AnswerTooLarge', 'AnswerTooLarge'] },
])('that a list is longer than is taken, $what, holds until it was whole', ({ reasons }) => {
  const problem =
    'what its API server answers to list widgets is longer than is taken: delete objects, or see what answers at its address';
  for (const reason of reasons) {
    expect(refusals.problem).toBeUndefined();
    hearTooLong('list', 'widgets', reason);
  }
  expect(refusals.problem).toBe(problem);
  hear('list', 'widgets', 200);
  hear('watch', 'widgets', 0);
  hear('watch', 'widgets', 500);
  hear('watch', 'gadgets', 200);
  expect(refusals.problem).toBe(problem);
  hear('watch', 'widgets', 200);
  expect(refusals.problem).toBeUndefined();
});

it('that a page is longer than is taken is none while shorter ones are asked', () => {
  for (const resource of ['widgets', 'gadgets', 'widgets']) {
    hearTooLong('list', resource);
    hear('list', resource, 200);
    hear('watch', resource, 200);
  }
  for (const resource of ['secrets', 'secrets']) hearTooLong('get', resource);
  expect(refusals.problem).toBeUndefined();
});

it('what single requests meet is none', () => {
  hear('patch', 'widgets', 403);
  hear('create', 'secrets', 403);
  hear('list', 'widgets', 500);
  expect(refusals.problem).toBeUndefined();
});
