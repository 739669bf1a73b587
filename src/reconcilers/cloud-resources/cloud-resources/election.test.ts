import { describe, expect, it } from 'vitest';
import { aCloudResources } from '../../../../test/support/cloud-resources.ts';
import { aFakeCluster } from '../../../../test/support/fake-cluster.ts';
import type { CloudResources } from '../../../api/cloud-resources/v1beta1/cloud-resources.ts';
import { ALL_INDEX, allIndexValues } from '../../common/indexes.ts';
import { electedOf } from './election.ts';

interface Told {
  readonly year?: number;
  readonly served?: 'True' | 'False';
  readonly isGoing?: boolean;
}

function one(name: string, { year = 2020, served, isGoing = false }: Told = {}): CloudResources {
  const going = isGoing ? { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['x'] } : {};
  const metadata = { name, creationTimestamp: `${year}-01-01T00:00:00Z`, ...going };
  return aCloudResources({ metadata, ...(served && { status: { served } }) });
}

function elected(...all: readonly CloudResources[]): string[] {
  const cluster = aFakeCluster(all, { [ALL_INDEX]: allIndexValues });
  // All of them have to come to the same.
  return [...new Set(all.map((object) => electedOf({ cluster, object }).metadata.name))];
}

describe('the CloudResources that is served', () => {
  it('is the only one', () => {
    expect(elected(one('a'))).toEqual(['a']);
  });

  it('is the oldest', () => {
    expect(elected(one('a', { year: 2021 }), one('b', { year: 2020 }))).toEqual(['b']);
  });

  it('is the first by name of the same second', () => {
    expect(elected(one('b'), one('a'))).toEqual(['a']);
  });

  it('stays it when an older one comes, as out of a backup', () => {
    expect(elected(one('old', { year: 2019, served: 'False' }), one('new', { year: 2021, served: 'True' }))).toEqual([
      'new',
    ]);
  });

  it('is one that stays, as long as there is one', () => {
    expect(
      elected(one('going', { year: 2019, served: 'True', isGoing: true }), one('staying', { served: 'False' })),
    ).toEqual(['staying']);
  });

  it('is the one that was it when all go', () => {
    expect(elected(one('a', { isGoing: true }), one('b', { year: 2021, served: 'True', isGoing: true }))).toEqual([
      'b',
    ]);
  });

  it('is the older one of two that say that they are', () => {
    expect(elected(one('a', { year: 2021, served: 'True' }), one('b', { served: 'True' }))).toEqual(['b']);
  });

  it('is judged by what the pass knows of its own object, not by the cache', () => {
    const cluster = aFakeCluster([one('a', { year: 2019 }), one('b')], { [ALL_INDEX]: allIndexValues });
    expect(electedOf({ cluster, object: one('a', { year: 2019, isGoing: true }) }).metadata.name).toBe('b');
  });
});
