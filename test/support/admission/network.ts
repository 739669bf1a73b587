import { aNetworkManifest } from '../manifests.ts';
import { type Acceptance, acceptedIn, acceptedUpdatesOf, type Refusal, refusedIn, refusedUpdatesOf } from './case.ts';
import { scopeRefRefusals } from './references.ts';

const REFERENCE = 'spec.network.reference';
const AWS = 'spec.network.reference.aws';
const aws = { awsAccountId: '210987654321', region: 'eu-west-1', vpcId: 'vpc-0123456789abcdef0' };
const managed = { cidr: '10.250.4.0/22' };

const ofFields = refusedIn(aNetworkManifest(), [
  ['no network', 'spec.network', undefined, 'spec.network', 'Required value'],
  ['an empty network', 'spec.network', {}, 'reference.aws must say which VPC it is'],
  ['a managed network', 'spec.network', { managed }, 'managed must not be given', 'reference.aws'],
  ['a managed network beside a reference', 'spec.network.managed', managed, 'managed must not be given'],
  ['no provider section', REFERENCE, {}, AWS, 'Required value'],
  ['a provider that is not served', REFERENCE, { gcp: { gcpProject: 'p' } }, AWS, 'Required value'],
  ['no region', `${AWS}.region`, undefined, `${AWS}.region`, 'Required value'],
  ['an empty region', `${AWS}.region`, '', 'region must be an AWS region'],
  ['an account with letters', `${AWS}.awsAccountId`, '21098765432a', 'awsAccountId must be an AWS account id'],
  ['a VPC id of another kind', `${AWS}.vpcId`, 'subnet-0123456789abcdef0', 'vpcId must be a VPC id: vpc-...'],
  ['a VPC id in upper case', `${AWS}.vpcId`, 'vpc-0123456789ABCDEF0', 'vpcId must be a VPC id'],
  ['neither an id nor a name', `${AWS}.vpcId`, undefined, 'vpcId or networkName must say which VPC it is'],
  ['an empty id and no name', `${AWS}.vpcId`, '', 'vpcId or networkName must say which VPC it is'],
  ['an empty id and an empty name', AWS, { ...aws, vpcId: '', networkName: '' }, 'vpcId or networkName must say'],
  ['a VPC name too long', `${AWS}.networkName`, 'n'.repeat(256), `${AWS}.networkName`, '255'],
  ['a type that is not known', 'spec.type', 'gardener', 'spec.type', 'Unsupported value'],
]);

const ofUpdates = refusedUpdatesOf(aNetworkManifest(), [
  ['another account', `${AWS}.awsAccountId`, '210987654321', '123456789012', 'Network is immutable'],
  ['an account taken away', `${AWS}.awsAccountId`, '210987654321', undefined, 'Network is immutable'],
  ['another region', `${AWS}.region`, 'eu-west-1', 'eu-central-1', 'Network is immutable'],
  ['another VPC', `${AWS}.vpcId`, 'vpc-0123456789abcdef0', 'vpc-0fedcba9876543210', 'Network is immutable'],
  ['a VPC name set later', `${AWS}.networkName`, undefined, 'neighbour', 'Network is immutable'],
  ['managed in place of a reference', 'spec.network', { reference: { aws } }, { managed }, 'Network is immutable'],
]);

export const networkRefusals: readonly Refusal[] = [...scopeRefRefusals(aNetworkManifest()), ...ofFields, ...ofUpdates];

export const networkAcceptances: readonly Acceptance[] = [
  { reason: 'Network: a VPC by its id', manifest: aNetworkManifest() },
  ...acceptedIn(aNetworkManifest(), [
    ['a VPC by its name', AWS, { region: 'eu-west-1', networkName: 'neighbour' }],
    ['a VPC by a name in another script', AWS, { region: 'eu-west-1', networkName: '隣の網 *' }],
    ['empty text for what is not known', AWS, { ...aws, awsAccountId: '', networkName: '' }],
    ['an empty id beside a name', AWS, { ...aws, vpcId: '', networkName: 'neighbour' }],
    ['an old short id', `${AWS}.vpcId`, 'vpc-1a2b3c4d'],
    ['the account of the Scope', `${AWS}.awsAccountId`, undefined],
    ['type kyma', 'spec.type', 'kyma'],
    ['type cloud-resources', 'spec.type', 'cloud-resources'],
  ]),
  ...acceptedUpdatesOf(aNetworkManifest(), [['another type', 'spec.type', 'external', 'cloud-resources']]),
];
