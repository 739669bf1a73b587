import { type Network, networkKind } from '../../../src/api/index.ts';
import { type Asked, type Creation, historyKind } from '../kind.ts';
import { HOME_PLACE, PARTNER_PLACE } from '../world.ts';

function aNetwork(name: string, scope: string, place: string): Creation {
  const [awsAccountId, region] = place.split('/');
  const aws = { awsAccountId, region, networkName: name };
  return { kind: 'Network', name, spec: { scope: { name: scope }, network: { reference: { aws } } } };
}

/** The VPC of a Network, and where it is. */
export interface Reference {
  readonly place: string;
  readonly vpc: string;
}

export const REMOTES: Readonly<Record<string, Reference>> = {
  partner: { place: PARTNER_PLACE, vpc: 'partner' },
  other: { place: PARTNER_PLACE, vpc: 'other' },
  neighbour: { place: HOME_PLACE, vpc: 'neighbour' },
};

/** Those of the VPCs of others. Those of Scopes come and go with them. */
export const networks = historyKind<Network & Asked>({
  kind: networkKind,
  creations: [
    aNetwork('partner', 'left', PARTNER_PLACE),
    aNetwork('other', 'inside', PARTNER_PLACE),
    aNetwork('neighbour', 'right', HOME_PLACE),
  ],
  edits: [],
  drifts: {},
  operations: [],
  dependenciesOf: ({ spec }) => [{ kind: 'Scope', name: (spec as Network['spec']).scope.name }],
  comesWith: ({ spec }) => (spec.type === 'kyma' ? { kind: 'Scope', name: spec.scope.name } : undefined),
  expected: async () => [],
});
