import { expect, it } from 'vitest';
import { anIpRange } from '../../../test/support/cloud-control.ts';
import { aFakeCluster } from '../../../test/support/fake-cluster.ts';
import { aPass } from '../../../test/support/pass.ts';
import { ipRangeKind } from '../../api/cloud-control/v1beta1/ip-range.ts';
import { runPipeline } from '../../composed/index.ts';
import { ensureLabels } from './labels.ts';
import { createObjectState } from './object-state.ts';

async function ensure(present: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>>) {
  const cluster = aFakeCluster();
  const state = createObjectState(ipRangeKind, anIpRange({ metadata: { labels: present } }), cluster);
  await runPipeline(
    ensureLabels(() => wanted),
    state,
    aPass(),
  );
  return { labels: state.object.metadata.labels, writes: cluster.writes };
}

it('labels that are missing or another are set, and others stay', async () => {
  expect(await ensure({ theirs: 'x', a: 'old' }, { a: '1', b: '2' })).toEqual({
    labels: { theirs: 'x', a: '1', b: '2' },
    writes: ['merge {"metadata":{"labels":{"a":"1","b":"2"}}}'],
  });
});

it('labels that are there are not written again', async () => {
  expect((await ensure({ theirs: 'x', a: '1' }, { a: '1' })).writes).toEqual([]);
});

it('a label whose value Kubernetes would not take is left out', async () => {
  expect((await ensure({}, { a: 'n'.repeat(64) })).writes).toEqual([]);
});
