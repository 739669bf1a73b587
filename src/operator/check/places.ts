import {
  type CustomKind,
  type Network,
  networkKind,
  type Scope,
  scopeKind,
  type Subscription,
  subscriptionKind,
  type VpcPeering,
  vpcPeeringKind,
} from '../../api/index.ts';
import type { TargetRole } from '../../aws/index.ts';
import { isNotFound, type KubeClient, type KubeObject, type Permission } from '../../kube/index.ts';
import { roleArnIn } from '../aws-options.ts';
import type { OperatorOptions } from '../options.ts';

/** An account and region in which the operator has to be somebody. */
export interface Place {
  /** The object that names it: `Scope <namespace>/<name>`. */
  readonly whose: string;
  readonly accountId: string;
  readonly region: string;
  readonly role: TargetRole;
  /** Undefined when the base credentials are used as they are. */
  readonly roleArn: string | undefined;
}

const KINDS = [subscriptionKind, scopeKind, networkKind, vpcPeeringKind];

/** What is read with the identity of the operator. */
export const placePermissions: readonly Permission[] = KINDS.map((kind) => ({ kind, verbs: ['list'] }));

interface Objects {
  readonly subscriptions: readonly Subscription[];
  readonly scopes: readonly Scope[];
  readonly networks: readonly Network[];
  readonly peerings: readonly VpcPeering[];
}

/** Each place that objects in the namespaces of the options name, once. *Throws* when they cannot be listed. */
export async function findPlaces(client: KubeClient, options: OperatorOptions): Promise<readonly Place[]> {
  const [subscriptions, scopes, networks, peerings] = await Promise.all([
    listServed(client, subscriptionKind, options),
    listServed(client, scopeKind, options),
    listServed(client, networkKind, options),
    listServed(client, vpcPeeringKind, options),
  ]);
  const named = placesNamedBy({ subscriptions, scopes, networks, peerings }, options.aws.region);
  const places = named.map((place) => ({ ...place, roleArn: roleArnIn(options, place.accountId, place.role) }));
  // Of several objects that name a place the last one stands for all.
  return [...new Map(places.map((place) => [keyOf(place), place])).values()];
}

function keyOf({ accountId, region, roleArn = '' }: Place): string {
  return `${accountId}/${region}/${roleArn}`;
}

/** Where there is no such kind there are none of it; that is another check's finding. */
async function listServed<T extends KubeObject>(
  client: KubeClient,
  kind: CustomKind<T>,
  { kubernetes: { namespaces } }: OperatorOptions,
): Promise<readonly T[]> {
  try {
    const { items } = await client.list(kind);
    return items.filter(({ metadata }) => namespaces.length === 0 || namespaces.includes(metadata.namespace ?? ''));
  } catch (error) {
    if (isNotFound(error)) return [];
    throw error;
  }
}

type NamedPlace = Omit<Place, 'roleArn'>;

function placesNamedBy(objects: Objects, region: string): readonly NamedPlace[] {
  return [
    ...objects.peerings.flatMap((peering) => sidesOf(peering, objects)),
    // A Subscription has no region: a role is the same in all of them.
    ...objects.subscriptions.map((subscription): NamedPlace => {
      const { account } = subscription.spec.details.aws;
      return { whose: nameOf('Subscription', subscription), accountId: account, region, role: 'account' };
    }),
    ...objects.scopes.map((scope) => placeOfScope(scope, 'account')),
  ];
}

function placeOfScope(scope: Scope, role: TargetRole): NamedPlace {
  const { region, scope: provider } = scope.spec;
  return { whose: nameOf('Scope', scope), accountId: provider.aws.accountId, region, role };
}

/** Both sides of a peering, as far as the objects that it refers to are there. */
function sidesOf(peering: VpcPeering, { scopes, networks }: Objects): readonly NamedPlace[] {
  const scope = find(scopes, peering, peering.spec.scope);
  if (scope === undefined) return [];
  const local = placeOfScope(scope, 'peering');
  const { details, vpcPeering } = peering.spec;
  if (vpcPeering !== undefined) {
    const { remoteAccountId, remoteRegion = local.region } = vpcPeering.aws;
    const whose = nameOf('VpcPeering', peering);
    return [local, { whose, accountId: remoteAccountId, region: remoteRegion, role: 'peering' }];
  }
  const network = details && find(networks, peering, details.remoteNetwork);
  const aws = network?.spec.network.reference?.aws;
  if (network === undefined || aws === undefined) return [local];
  const accountId = aws.awsAccountId || local.accountId;
  return [local, { whose: nameOf('Network', network), accountId, region: aws.region, role: 'peering' }];
}

interface Reference {
  readonly name: string;
  readonly namespace?: string;
}

function find<T extends KubeObject>(
  objects: readonly T[],
  from: KubeObject,
  { name, namespace }: Reference,
): T | undefined {
  const place = namespace || from.metadata.namespace;
  return objects.find(({ metadata }) => metadata.name === name && metadata.namespace === place);
}

function nameOf(kind: string, { metadata: { namespace = '', name } }: KubeObject): string {
  return `${kind} ${namespace}/${name}`;
}
