import fc from 'fast-check';
import type { Asked, Creation } from '../kind.ts';
import { historyKind } from '../kind.ts';
import { kymaNetworkName, networkKind, type Scope, scopeKind } from '../../../src/api/index.ts';
import { NAMESPACE } from '../../support/memory-kube.ts';
import { MADE_VPC } from './vpc-network.ts';

const ZONES = ['eu-central-1a', 'eu-central-1b', 'eu-central-1c', 'eu-central-1d'];
export const VPC = 'shoot--sandbox--demo';

/** The VPCs of Scopes, by their names: two of one VPC, and one in the VPC of a VpcNetwork. */
export const VPCS: Readonly<Record<string, string>> = { left: VPC, right: VPC, inside: MADE_VPC };

function zonesAt(indexes: readonly number[]) {
  return indexes.map((index) => ({ name: ZONES[index] }));
}

function aScope(name: string, nodes: string): Creation {
  const network = {
    nodes,
    pods: '10.96.0.0/13',
    services: '10.104.0.0/13',
    zones: zonesAt([0, 1, 2]),
  };
  const aws = { accountId: '123456789012', vpcNetwork: VPCS[name], network };
  const spec = { kymaName: name, shootName: 'demo', region: 'eu-central-1', provider: 'aws', scope: { aws } };
  return { kind: 'Scope', name, spec };
}

export const scopes = historyKind<Scope & Asked>({
  kind: scopeKind,
  creations: [aScope('left', '10.250.0.0/22'), aScope('right', '10.250.0.0/22'), aScope('inside', '10.20.0.0/22')],
  edits: [
    {
      weight: 1,
      spec: fc.constantFrom('10.96.0.0/13', '10.112.0.0/13').map((pods) => ({ scope: { aws: { network: { pods } } } })),
    },
    {
      weight: 2,
      spec: fc
        // A range that was made for two zones has no room for a third.
        .constantFrom([0, 1, 2], [1, 2, 3], [0, 3, 1], [0, 1, 2, 3])
        .map((indexes) => ({ scope: { aws: { network: { zones: zonesAt(indexes) } } } })),
    },
  ],
  drifts: {
    networkDeleted: ({ user }, { metadata }) =>
      user.delete(networkKind, { namespace: NAMESPACE, name: kymaNetworkName(metadata.name) }),
  },
  operations: ['AssumeRole', 'DescribeVpcs', 'DescribeAvailabilityZones'],
  dependenciesOf: ({ spec }) => {
    const { vpcNetwork } = (spec as Scope['spec']).scope.aws;
    return vpcNetwork === MADE_VPC ? [{ kind: 'VpcNetwork', name: MADE_VPC }] : [];
  },
  expected: async () => [],
});
