import { describe, expect, it } from 'vitest';
import { aFakeRequester } from '../../../test/support/fake-requester.ts';
import { aCall } from '../../../test/support/pass.ts';
import { silentLogger } from '../../util/log.ts';
import { VirtualClock } from '../../util/virtual-clock.ts';
import { Batcher } from '../batcher.ts';
import { membersSource } from './member-calls.ts';
import type { elastiCacheOperations } from './service.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** An account with so many pages of members, two groups on each: `group-1a`, `group-1b`, `group-2a`... */
function anAccount(pages: number) {
  const clock = new VirtualClock();
  const { aws, asked } = aFakeRequester<typeof elastiCacheOperations>({
    DescribeCacheClusters: ({ Marker = '1' }: { readonly Marker?: string }) => ({
      CacheClusters: ['b-002', 'a-001', 'b-001'].map((end) => ({
        CacheClusterId: `group-${Marker}${end}`,
        ReplicationGroupId: `group-${Marker}${end.at(0)}`,
      })),
      Marker: Number(Marker) < pages ? `${Number(Marker) + 1}` : undefined,
    }),
  });
  const members = new Batcher(
    clock,
    silentLogger,
    membersSource(() => aws),
  );
  /** Ids of the members of the groups, all asked about in one moment. */
  const ask = async (...groups: readonly string[]): Promise<readonly (readonly string[])[]> => {
    const answers = Promise.all(groups.map((group) => members.ask(group, aCall({ clock }))));
    clock.advance(5_100);
    for (let page = 0; page < pages; page += 1) await settle();
    return (await answers).map((found) => found.map(({ id }) => id));
  };
  return { ask, asked };
}

describe('members', () => {
  it('are read by pages of a hundred and sorted to their groups; a group without any has an empty answer', async () => {
    const { ask, asked } = anAccount(2);
    expect(await ask('group-2b', 'group-1a', 'none')).toEqual([['group-2b-001', 'group-2b-002'], ['group-1a-001'], []]);
    expect(asked.map(([, input]) => input)).toEqual([{ MaxRecords: 100 }, { MaxRecords: 100, Marker: '2' }]);
  });

  it('cost one list of the account however many groups are asked about, also after a long list', async () => {
    const { ask, asked } = anAccount(20);
    const costs: number[] = [];
    for (const count of [2, 15, 20, 1]) {
      const before = asked.length;
      await ask(...Array.from({ length: count }, (_, index) => `group-${index + 1}a`));
      costs.push(asked.length - before);
    }
    expect(costs).toEqual([20, 20, 20, 20]);
  });
});
