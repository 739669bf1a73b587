import { createHash } from 'node:crypto';
import { defineConfig } from 'vitest/config';
import type { TestSequencer, TestSpecification, Vitest } from 'vitest/node';

/**
 * Files in the order of the seed, but scenarios and what takes as long as they do first: one of them that came last would
 * keep one core waiting for it.
 */
class LongFirst implements TestSequencer {
  readonly #vitest: Vitest;

  constructor(vitest: Vitest) {
    this.#vitest = vitest;
  }

  async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { seed } = this.#vitest.config.sequence;
    const placed = files.map((file) => ({ file, place: placeOf(file.moduleId, seed) }));
    return placed.toSorted((a, b) => (a.place < b.place ? -1 : 1)).map(({ file }) => file);
  }

  async shard(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files;
  }
}

function placeOf(file: string, seed: number): string {
  const isLong = /\/test\/(scenario|kube|histories)\//.test(file);
  return `${isLong ? 0 : 1} ${createHash('sha256').update(`${seed} ${file}`).digest('hex')}`;
}

/** What `npm test` and `npm run test:kube` have in common. */
export const shared = defineConfig({
  ssr: { resolve: { conditions: ['cloud-manager-source'] } },
  test: {
    pool: 'forks',
    // Modules are loaded once a worker and not once a file, which halves the time. What a file starts it has to end.
    isolate: false,
    // One a core: the default leaves one free, which on two cores doubles the time.
    maxWorkers: '100%',
    sequence: { shuffle: { tests: true, files: false }, sequencer: LongFirst },
    // They end what hangs. How fast anything is depends on what else the machine does, and is the business of `bench/`.
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
