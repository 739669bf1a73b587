import type { KubeObject } from '../../../kube/resource.ts';
import type { CustomKind } from '../../kind.ts';
import { choice, instant, list, object, optional, text, type ObjectOf, type Rule } from '../../schema.ts';
import { clusterNetworkRules, LONGEST_CIDR } from './cidr-rules.ts';
import {
  accountIdText,
  cloudControlKind,
  commonStatus,
  immutable,
  regionText,
  stateColumns,
  tagValueRule,
  vpcIdText,
} from './common.ts';

/** An IPv4 network; empty text, as other writers of Scopes leave it, means that it is not known. */
function knownNetwork(what: string, description: string) {
  return optional(text({ maxLength: LONGEST_CIDR, description, rules: clusterNetworkRules(what) }));
}

function requiredText(what: string, maxLength: number, description: string, rules: readonly Rule[] = []) {
  return text({
    maxLength,
    description,
    rules: [{ rule: 'size(self) > 0', message: `${what} must not be empty.` }, ...rules],
  });
}

const zoneSchema = object({
  name: text({
    maxLength: 64,
    description: 'The availability zone.',
    rules: [
      {
        rule: "self.matches('^[a-z]{2,4}(-[a-z0-9]+)+$')",
        message: 'name must be an availability zone such as eu-central-1a.',
      },
    ],
  }),
  internal: knownNetwork('internal', 'The subnet of internal load balancers.'),
  public: knownNetwork('public', 'The subnet of public load balancers.'),
  workers: knownNetwork('workers', 'The subnet of the nodes.'),
});

const awsNetworkSchema = object(
  {
    nodes: knownNetwork('nodes', 'The addresses of the nodes.'),
    pods: knownNetwork('pods', 'The addresses of the pods, which may reach what is made here.'),
    services: knownNetwork('services', 'The addresses of the services.'),
    vpc: optional(
      object(
        {
          id: optional(
            vpcIdText('id', { mayBeEmpty: true, description: 'The VPC; when empty it is found by its Name tag.' }),
          ),
          cidr: knownNetwork('cidr', 'The addresses of the VPC.'),
        },
        { description: 'The VPC, as far as it is known.' },
      ),
    ),
    zones: list(zoneSchema, {
      maxItems: 32,
      description: 'Availability zones; a subnet is named after the position of its zone.',
      rules: [
        { rule: 'size(self) > 0', message: 'zones must not be empty.' },
        {
          rule: 'self.all(zone, self.exists_one(other, other.name == zone.name))',
          message: 'zones must have different names.',
        },
      ],
    }),
  },
  { description: 'The network of the cluster.' },
);

const awsScopeSchema = object(
  {
    accountId: accountIdText('accountId', {}, [immutable('accountId')]),
    vpcNetwork: requiredText('vpcNetwork', 255, 'The Name tag of the VPC.'),
    network: awsNetworkSchema,
  },
  { description: 'The account and its network on AWS.' },
);

/** What a Scope may ask for. */
export const scopeSpecSchema = object(
  {
    kymaName: text({ maxLength: 253, description: 'The name of the Scope.' }),
    shootName: requiredText('shootName', 253, 'The cluster that the Scope stands for.', [tagValueRule('shootName')]),
    region: regionText('region', 'The AWS region.', [immutable('region')]),
    provider: choice(['aws'], { description: 'The cloud provider.' }),
    scope: object({ aws: awsScopeSchema }, { description: 'The account and its network.' }),
  },
  {
    description: 'What is asked.',
    rules: [
      {
        rule: 'self.scope.aws.network.zones.all(zone, zone.name.startsWith(self.region))',
        message: 'zones must lie in the region.',
        fieldPath: '.scope.aws.network.zones',
      },
    ],
  },
);

/** What a Scope shows. */
export const scopeStatusSchema = object(
  {
    ...commonStatus,
    vpcId: optional(text({ maxLength: 64, description: 'The VPC that was found.' })),
    exposedData: optional(
      object(
        {
          readTime: optional(instant({ description: 'The last successful read.' })),
          natGatewayIps: optional(
            list(text({ maxLength: 64 }), { maxItems: 256, description: 'Public addresses of the NAT gateways.' }),
          ),
        },
        { description: 'What users of the cluster may know of its network.' },
      ),
    ),
  },
  { description: 'What was observed.' },
);

/** What a Scope asks for, defaults filled in. */
export type ScopeSpec = ObjectOf<typeof scopeSpecSchema>;
/** What a Scope shows. */
export type ScopeStatus = ObjectOf<typeof scopeStatusSchema>;

/** An AWS account, region and network in which other objects ask for resources. */
export interface Scope extends KubeObject {
  readonly spec: ScopeSpec;
  readonly status?: ScopeStatus;
}

/** The kind Scope: names, schemas, rules and columns. */
export const scopeKind: CustomKind<Scope> = {
  ...cloudControlKind,
  kind: 'Scope',
  plural: 'scopes',
  shortNames: ['cms'],
  description: 'An AWS account, region and network in which other objects ask for resources.',
  spec: scopeSpecSchema,
  status: scopeStatusSchema,
  rules: [
    {
      rule: 'self.spec.kymaName == self.metadata.name',
      message: 'kymaName must be the name of the Scope.',
      fieldPath: '.spec.kymaName',
    },
    {
      // The longest name of an object, less the end of the name of its Network.
      rule: 'size(self.metadata.name) <= 247',
      message:
        'metadata.name must have at most 247 characters, because the Network of the Scope is called <name>--kyma.',
    },
  ],
  columns: [
    { name: 'Kyma', type: 'string', jsonPath: '.spec.kymaName' },
    { name: 'Shoot', type: 'string', jsonPath: '.spec.shootName' },
    { name: 'Provider', type: 'string', jsonPath: '.spec.provider' },
    { name: 'Region', type: 'string', jsonPath: '.spec.region' },
    { name: 'Account', type: 'string', jsonPath: '.spec.scope.aws.accountId', priority: 1 },
    { name: 'VPC', type: 'string', jsonPath: '.status.vpcId', priority: 1 },
    ...stateColumns(),
  ],
};
