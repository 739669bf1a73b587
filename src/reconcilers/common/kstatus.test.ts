import { expect, it } from 'vitest';
import { aScope } from '../../../test/support/cloud-control.ts';
import { FULL_STATUSES } from '../../../test/support/full-statuses.ts';
import { type Progress, progressOf } from '../../../test/support/kstatus.ts';
import { completed } from '../../../test/support/memory-cluster.ts';
import { crdFrom, CUSTOM_KINDS } from '../../api/crd.ts';
import { VirtualClock } from '../../util/virtual-clock.ts';
import { deleting, failed, type Finding, heldBack, processing, ready } from './finding.ts';
import { commonStatusOf } from './status.ts';

interface Case {
  readonly finding: Finding;
  readonly progress: Progress;
  readonly reason: string;
}

const cases: readonly Case[] = [
  { finding: ready(), progress: 'Current', reason: 'all is as asked' },
  { finding: processing('wait'), progress: 'InProgress', reason: 'AWS works' },
  {
    finding: processing('wait', 'MissingDependency'),
    progress: 'InProgress',
    reason: 'it may be applied a moment later',
  },
  { finding: failed('ScopeNoFound', 'none'), progress: 'InProgress', reason: 'it may be applied a moment later' },
  { finding: failed('CloudProviderError', 'denied'), progress: 'Failed', reason: 'somebody has to grant it' },
  { finding: failed('InvalidCidr', 'odd'), progress: 'Failed', reason: 'somebody has to change it' },
  { finding: heldBack('SecretContested', 'by x'), progress: 'Failed', reason: 'somebody has to stop x' },
  { finding: deleting('going'), progress: 'InProgress', reason: 'unless it is being deleted, which is seen first' },
];

const statusOf = (finding: Finding) => {
  const object = aScope({ status: {} });
  return completed(object, commonStatusOf(object, finding), new VirtualClock());
};

it.each(cases)(
  '$finding.state with $finding.reason is $progress to tools that wait: $reason',
  ({ finding, progress }) => {
    const { metadata } = aScope();
    const status = statusOf(finding);
    expect(progressOf({ metadata, status })).toBe(progress);
    expect(progressOf({ metadata: { ...metadata, generation: 2 }, status })).toBe('InProgress');
    const deletionTimestamp = '2026-01-01T00:00:00Z';
    expect(progressOf({ metadata: { ...metadata, deletionTimestamp }, status })).toBe('Terminating');
  },
);

it.each(FULL_STATUSES)('a full status of $manifest.kind is read as what it says', ({ manifest, status }) => {
  expect(progressOf({ ...manifest, metadata: { ...manifest.metadata, generation: 1 }, status })).toBe('Current');
  expect(progressOf({ ...manifest, metadata: { ...manifest.metadata, generation: 2 }, status })).toBe('InProgress');
});

it.each(CUSTOM_KINDS)('a $kind that nobody has looked at yet is in progress', (kind) => {
  const status = crdFrom(kind).spec.versions[0]?.schema.openAPIV3Schema.properties?.['status']?.default;
  // The default of a status is a status.
  expect(progressOf({ metadata: { generation: 1 }, status: status as object })).toBe('InProgress');
});
