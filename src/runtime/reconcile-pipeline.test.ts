import { expect, it } from 'vitest';
import { aPass } from '../../test/support/pass.ts';
import { named, next, sequence, stopWithRequeueDelay } from '../composed/index.ts';
import { reconcilePipeline } from './reconcile-pipeline.ts';

const note = (text: string) =>
  named(text, (state: { notes: string[] }) => {
    state.notes.push(text);
    return next;
  });

it('gives back the outcome, and the status that state and outcome amount to', async () => {
  const wait = named('wait', () => stopWithRequeueDelay(5, 'not yet'));
  const pipeline = sequence('all', note('a'), wait, note('b'));
  const statusOf = (state: { notes: string[] }, { kind }: { kind: string }) => ({ ...state, kind });
  expect(await reconcilePipeline(pipeline, { notes: [] as string[] }, aPass(), statusOf)).toEqual({
    outcome: { kind: 'stopWithRequeueDelay', delayMs: 5, reason: 'not yet', action: 'wait' },
    status: { notes: ['a'], kind: 'stopWithRequeueDelay' },
  });
});

it('gives back what a pipeline threw as its outcome, with a status all the same', async () => {
  const error = new Error('broken');
  const pipeline = sequence(
    'all',
    note('a'),
    named('broken', () => {
      throw error;
    }),
  );
  const result = await reconcilePipeline(pipeline, { notes: [] as string[] }, aPass(), (state) => ({ ...state }));
  expect(result).toEqual({ outcome: { kind: 'failed', error }, status: { notes: ['a'] } });
});
