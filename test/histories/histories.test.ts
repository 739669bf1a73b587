import { describe, expect, it } from 'vitest';
import { examine, reportOf } from './examine.ts';
import { play } from './play.ts';
import { scriptOf } from './script.ts';

/*
 * Random histories of all kinds together: users create, edit and delete, somebody else works in AWS, requests fail and get
 * lost, the operator dies and comes back; in the end everything is as it was asked. See `play.ts` for what that means.
 *
 * Each is played by the whole operator as the program runs it (its controllers, watches, caches, queues and both doors),
 * because what wakes whom, and when, is where several kinds go wrong together. Nothing stands in for a part of it but the
 * sockets: both ends of every connection are in this process, which makes a history the same each time, call for call.
 * Measured: some 0.3 s a history; over loopback the same takes two to three times as long; bare pipelines with a scheduler of our own
 * would save 40 % of it, which is the share of the Kubernetes API, the watches and the queues in a profile.
 * What sockets add is the business of `test/scenario`.
 *
 * Here the seeds are fixed, so that what fails is what was changed. `npm run test:histories` looks for new ones.
 */

const HISTORIES = 100;
const AT_ONCE = 10;

const parts = Array.from({ length: HISTORIES / AT_ONCE }, (_, index) => ({ from: 1 + index * AT_ONCE }));

/** An unlucky one is played some hundred times, to find the steps that matter. */
const LIMIT_MS = 300_000;

describe('a history of all kinds', () => {
  it.each(parts)(
    'ends as everybody asked, and with nothing after the deletion: $from and the next',
    async ({ from }) => {
      for (let seed = from; seed < from + AT_ONCE; seed += 1) {
        const failure = await examine(seed);
        expect(failure && reportOf(failure)).toBeUndefined();
      }
    },
    LIMIT_MS,
  );

  it('is the same each time, call for call', async () => {
    const [once, again] = [await play(scriptOf(2)), await play(scriptOf(2))];
    expect(again).toEqual(once);
  });
});
