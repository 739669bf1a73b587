import { afterAll, beforeAll, expect, it } from 'vitest';
import { CUSTOM_KINDS } from '../../src/api/index.ts';
import type { FaultChooser } from '../../src/sandbox/kube-api/faults.ts';
import { DemoWorld } from '../support/demo-story.ts';
import { Environment } from '../support/environment.ts';
import { partOf } from '../support/part.ts';
import { USER_AGENT } from '../support/user.ts';

/*
 * In the middle of every chapter of the demo's story the API server is away for ten minutes, or does not answer the operator
 * as it should. The chapter has to end as it does without that, the operator has to find its way back by itself, and
 * while it waits it must not make things worse by asking all the time.
 */

const MINUTES = 10;
const MINUTE_MS = 60_000;
/** All that the operator follows: its kinds and Secrets, each with a watch that is begun anew every 15 to 30 seconds at last. */
const KINDS = CUSTOM_KINDS.length + 1;
/** Of those watches, of passes that write in vain, and of what the chapter itself costs. */
const MOST_REQUESTS_A_MINUTE = 3 * KINDS + 16;

let environment: Environment;
let world: DemoWorld;
let undisturbed: ReadonlyMap<string, unknown>;

beforeAll(async () => {
  world = await DemoWorld.start(async (options) => {
    environment = await Environment.start({ ...options, hasPassage: true });
    return environment;
  });
  undisturbed = await world.tell(() => false);
});

afterAll(() => environment.stop());

const lost = (how: 'stopped' | 'blocked') => (): void => environment.loseKubernetes(how, MINUTES * MINUTE_MS);

function lostWithHistory(): void {
  lost('stopped')();
  environment.api.embedded().compact();
}

/** All requests of the operator meet this; its watches are ended, so that they have to be asked for again. */
const struckBy = (choose: FaultChooser) => (): void => {
  const end = environment.api.faults.intercept((request) =>
    request.userAgent === USER_AGENT ? undefined : choose(request),
  );
  environment.api.embedded().closeWatches();
  environment.clock.schedule(MINUTES * MINUTE_MS, end);
};

const struck = (fault: ReturnType<FaultChooser>) => struckBy(() => fault);

function failing(): () => void {
  let count = 0;
  return struckBy(() => ({ status: (count += 1) % 2 === 0 ? 500 : 503 }));
}

/** The sum of a metric of the operator; of a histogram, how much it has counted. */
async function figure(name: string, labels: Readonly<Record<string, string>> = {}): Promise<number> {
  const values = (await environment.operator.registry.getSingleMetric(name)?.get())?.values ?? [];
  const isMeant = (value: (typeof values)[number]): boolean =>
    !('metricName' in value && value.metricName !== `${name}_count`) &&
    Object.entries(labels).every(([label, text]) => value.labels[label] === text);
  return values.filter(isMeant).reduce((sum, { value }) => sum + value, 0);
}

const relists = (): Promise<number> => figure('cloud_manager_informer_lists_total', { reason: 'gone' });
const requests = (): Promise<number> => figure('cloud_manager_kube_request_duration_seconds');

const TROUBLES = [
  { trouble: 'nothing comes through to it', begin: lost('blocked') },
  { trouble: 'it is stopped and started again', begin: lost('stopped') },
  { trouble: 'it comes back without its history', begin: lostWithHistory, isHistoryLost: true },
  { trouble: 'it wants fewer requests', begin: struck({ status: 429, retryAfterSeconds: 20 }) },
  { trouble: 'it fails and is overloaded by turns', begin: failing() },
  { trouble: 'it resets streams', begin: struck({ drop: true }) },
  { trouble: 'it resets streams when the effect is there', begin: struck({ drop: true, when: 'after' }) },
  { trouble: 'it does not answer in time', begin: struck({ delayMs: MINUTE_MS }) },
];

it.each(partOf(TROUBLES))(
  'ends every chapter as asked, without a storm, although $trouble',
  async ({ begin, isHistoryLost = false }) => {
    const asked = await requests();
    const listed = await relists();
    const chapters = new Set<string>();
    const outcomes = await world.tell((moment) => {
      const [chapter = ''] = moment.split(':');
      // The first write to AWS; the Scope has none, so there it is the first write to Kubernetes.
      const isMidway = /: ([A-Z]\w+ .*#|patch scopes demo #)/.test(moment) && !chapters.has(chapter);
      if (isMidway) {
        chapters.add(chapter);
        begin();
      }
      return false;
    });
    expect([...chapters]).toEqual([...undisturbed.keys()]);
    for (const [chapter, outcome] of outcomes) expect(outcome, chapter).toEqual(undisturbed.get(chapter));
    expect(environment.operator.manager.problems).toEqual([]);
    expect(((await requests()) - asked) / (chapters.size * MINUTES)).toBeLessThanOrEqual(MOST_REQUESTS_A_MINUTE);
    expect((await relists()) - listed).toBeLessThanOrEqual(isHistoryLost ? chapters.size * KINDS : 0);
  },
);
