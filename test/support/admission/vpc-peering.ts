import { anOlderVpcPeeringManifest, aVpcPeeringManifest, changed } from '../manifests.ts';
import { type Acceptance, acceptedIn, acceptedUpdatesOf, type Refusal, refusedIn, refusedUpdatesOf } from './case.ts';
import { remoteRefAcceptances, remoteRefRefusals, scopeRefRefusals, tagNameRefusals } from './references.ts';

const DETAILS = 'spec.details';
const OLDER = 'spec.vpcPeering.aws';
const ONE_OF = 'Exactly one of details and vpcPeering must be given';

const older = anOlderVpcPeeringManifest().spec['vpcPeering'];
const details = aVpcPeeringManifest().spec['details'];

const ofDetails = refusedIn(aVpcPeeringManifest(), [
  ['neither form', DETAILS, undefined, ONE_OF],
  ['both forms', 'spec.vpcPeering', older, ONE_OF],
  ['no local network', `${DETAILS}.localNetwork`, undefined, `${DETAILS}.localNetwork`, 'Required value'],
  ['no remote network', `${DETAILS}.remoteNetwork`, undefined, `${DETAILS}.remoteNetwork`, 'Required value'],
  ['a local network without a name', `${DETAILS}.localNetwork`, {}, `${DETAILS}.localNetwork.name`, 'Required value'],
  ['an empty local network', `${DETAILS}.localNetwork.name`, '', 'localNetwork name must not be empty'],
  ['an empty remote network', `${DETAILS}.remoteNetwork.name`, '', 'remoteNetwork name must not be empty'],
  ['a network with itself', `${DETAILS}.remoteNetwork.name`, 'demo--kyma', 'remoteNetwork must be another Network'],
  ['a namespace too long', `${DETAILS}.remoteNetwork.namespace`, 'n'.repeat(64), 'remoteNetwork.namespace', '63'],
  ['a strategy that is not known', `${DETAILS}.remoteRouteTableUpdateStrategy`, 'ALL', 'Unsupported value', '"AUTO"'],
  ['an empty strategy', `${DETAILS}.remoteRouteTableUpdateStrategy`, '', 'Unsupported value'],
  ['deleteRemotePeering as text', `${DETAILS}.deleteRemotePeering`, 'yes', 'deleteRemotePeering', 'boolean'],
  ['DNS resolution as one answer', `${DETAILS}.dnsResolution`, true, 'dnsResolution', 'object'],
  ['DNS resolution of a side as text', `${DETAILS}.dnsResolution`, { local: 'on' }, 'dnsResolution.local', 'boolean'],
]);

const ofOlder = refusedIn(anOlderVpcPeeringManifest(), [
  ['no provider section', 'spec.vpcPeering', {}, OLDER, 'Required value'],
  ['no remote VPC', `${OLDER}.remoteVpcId`, undefined, `${OLDER}.remoteVpcId`, 'Required value'],
  ['an empty remote VPC', `${OLDER}.remoteVpcId`, '', 'remoteVpcId must be a VPC id: vpc-...'],
  ['no remote account', `${OLDER}.remoteAccountId`, undefined, `${OLDER}.remoteAccountId`, 'Required value'],
  ['an empty remote account', `${OLDER}.remoteAccountId`, '', 'remoteAccountId must be an AWS account id: 12 digits'],
  ['a remote region that is none', `${OLDER}.remoteRegion`, 'Dublin', 'remoteRegion must be an AWS region'],
]);

const ofUpdates = [
  ...refusedUpdatesOf(aVpcPeeringManifest(), [
    ['another remote network', `${DETAILS}.remoteNetwork.name`, 'one', 'two', 'details is immutable'],
    ['another local network', `${DETAILS}.localNetwork.name`, 'one', 'two', 'details is immutable'],
    ['a namespace later', `${DETAILS}.remoteNetwork.namespace`, undefined, 'others', 'details is immutable'],
    ['a peering name later', `${DETAILS}.peeringName`, undefined, 'p', 'details is immutable'],
    ['another local peering name', `${DETAILS}.localPeeringName`, 'p', 'q', 'details is immutable'],
    ['custom routes later', `${DETAILS}.importCustomRoutes`, undefined, true, 'details is immutable'],
    ['a gateway no more', `${DETAILS}.useRemoteGateway`, true, undefined, 'details is immutable'],
    ['another strategy', `${DETAILS}.remoteRouteTableUpdateStrategy`, 'AUTO', 'NONE', 'details is immutable'],
    ['DNS resolution later', `${DETAILS}.dnsResolution`, undefined, { local: true }, 'details is immutable'],
  ]),
  ...refusedUpdatesOf(anOlderVpcPeeringManifest(), [
    ['another remote account', `${OLDER}.remoteAccountId`, '210987654321', '123456789012', 'vpcPeering is immutable'],
    ['a remote region later', `${OLDER}.remoteRegion`, undefined, 'eu-west-1', 'vpcPeering is immutable'],
  ]),
];

const ofForms: readonly Refusal[] = [
  {
    reason: 'VpcPeering: the older form in place of details',
    former: aVpcPeeringManifest(),
    manifest: anOlderVpcPeeringManifest(),
    says: ['details is immutable', 'vpcPeering is immutable'],
  },
  {
    reason: 'VpcPeering: details in place of the older form',
    former: anOlderVpcPeeringManifest(),
    manifest: aVpcPeeringManifest(),
    says: ['details is immutable', 'vpcPeering is immutable'],
  },
  {
    reason: 'VpcPeering: a form beside the other later',
    former: anOlderVpcPeeringManifest(),
    manifest: changed(anOlderVpcPeeringManifest(), DETAILS, details),
    says: [ONE_OF, 'details is immutable'],
  },
];

export const vpcPeeringRefusals: readonly Refusal[] = [
  ...scopeRefRefusals(aVpcPeeringManifest()),
  ...remoteRefRefusals(aVpcPeeringManifest()),
  ...tagNameRefusals(aVpcPeeringManifest()),
  ...ofDetails,
  ...ofOlder,
  ...ofUpdates,
  ...ofForms,
];

export const vpcPeeringAcceptances: readonly Acceptance[] = [
  ...remoteRefAcceptances(aVpcPeeringManifest()),
  { reason: 'VpcPeering: of two Networks', manifest: aVpcPeeringManifest() },
  { reason: 'VpcPeering: in the older form', manifest: anOlderVpcPeeringManifest() },
  ...acceptedIn(aVpcPeeringManifest(), [
    ['a Network of another namespace', `${DETAILS}.remoteNetwork`, { name: 'demo-network', namespace: 'others' }],
    ['a Network of the same name elsewhere', `${DETAILS}.remoteNetwork`, { name: 'demo--kyma', namespace: 'others' }],
    ['an empty namespace', `${DETAILS}.localNetwork`, { name: 'demo--kyma', namespace: '' }],
    ['routes by a tag', `${DETAILS}.remoteRouteTableUpdateStrategy`, 'MATCHED'],
    ['DNS resolution of one side', `${DETAILS}.dnsResolution`, { remote: true }],
    ['what AWS does not use', DETAILS, { ...(details as object), peeringName: 'p', useRemoteGateway: true }],
    ['a name of 192 characters', 'metadata.name', 'p'.repeat(192)],
  ]),
  ...acceptedUpdatesOf(aVpcPeeringManifest(), [
    ['deleteRemotePeering later', `${DETAILS}.deleteRemotePeering`, undefined, true],
    ['deleteRemotePeering no more', `${DETAILS}.deleteRemotePeering`, true, false],
  ]),
  ...acceptedIn(anOlderVpcPeeringManifest(), [['a remote region', `${OLDER}.remoteRegion`, 'eu-west-1']]),
];
