import fc from 'fast-check';
import type { Asked, Creation } from '../kind.ts';
import { historyKind } from '../kind.ts';
import { type Scope, scopeKind } from '../../../src/api/index.ts';

export const ZONES = ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'];
export const PLACE = '123456789012/eu-central-1';
export const VPC = 'shoot--sandbox--demo';

/** Two Scopes of one VPC. */
function aScope(name: string): Creation {
  const network = {
    nodes: '10.250.0.0/22',
    pods: '10.96.0.0/13',
    services: '10.104.0.0/13',
    zones: ZONES.map((zone) => ({ name: zone })),
  };
  const aws = { accountId: '123456789012', vpcNetwork: VPC, network };
  const spec = { kymaName: name, shootName: 'demo', region: 'eu-central-1', provider: 'aws', scope: { aws } };
  return { kind: 'Scope', name, spec };
}

export const scopes = historyKind<Scope & Asked>({
  kind: scopeKind,
  creations: [aScope('left'), aScope('right')],
  edits: [
    {
      weight: 1,
      spec: fc.constantFrom('10.96.0.0/13', '10.112.0.0/13').map((pods) => ({ scope: { aws: { network: { pods } } } })),
    },
  ],
  drifts: {},
  operations: ['AssumeRole', 'DescribeVpcs', 'DescribeAvailabilityZones'],
  dependenciesOf: () => [],
  expected: async () => [],
});
