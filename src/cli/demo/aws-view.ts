type Json = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The name of a resource in the simulator's state: its ARN, id or name. */
function nameOf(resource: Json): string | undefined {
  const name = resource['arn'] ?? resource['id'] ?? resource['name'] ?? resource['cidr'];
  return typeof name === 'string' ? name : undefined;
}

type Resource = readonly [path: string, resource: Json];

/** Every resource in the state, whatever it lies in, with its path. */
function* resourcesIn(value: unknown, path = ''): Iterable<Resource> {
  if (Array.isArray(value)) {
    // `isArray` makes it a list of `any`.
    for (const item of value as readonly unknown[]) {
      if (!isRecord(item)) continue;
      const at = `${path}/${nameOf(item) ?? ''}`;
      yield [at, item];
      yield* resourcesIn(item, at);
    }
  } else if (isRecord(value)) {
    for (const [key, inner] of Object.entries(value)) yield* resourcesIn(inner, path === '' ? key : `${path}/${key}`);
  }
}

/** AWS goes on showing for a while what is gone. */
const GONE: readonly unknown[] = ['disassociated', 'deleted', 'gone'];

/** Every resource that the simulator's state holds, by its path: account, region, service, kind, name. Sorted. */
export function inventoryOf(state: unknown): readonly string[] {
  return [...resourcesIn(state)].flatMap(([path, resource]) => (GONE.includes(resource['state']) ? [] : [path])).sort();
}

const AT_REST: readonly unknown[] = ['available', 'active', ...GONE];

/** Replication groups and peerings in transition: `cm-demo creating`. Empty when AWS is at rest. */
export function activityOf(state: unknown): string {
  const busy = new Set<string>();
  for (const [path, { id, status, state: word = status }] of resourcesIn(state)) {
    if (!/\/(replicationGroups|vpcPeerings)\/[^/]+$/.test(path)) continue;
    if (typeof id === 'string' && typeof word === 'string' && !AT_REST.includes(word)) busy.add(`${id} ${word}`);
  }
  return [...busy].join(', ');
}

/** Whether a security group lets the whole internet in. */
export function isOpenToTheWorld(state: unknown, securityGroupId: string): boolean {
  const rules = `/securityGroups/${securityGroupId}/`;
  return [...resourcesIn(state)].some(
    ([path, { direction, peer }]) => path.includes(rules) && direction === 'ingress' && peer === '0.0.0.0/0',
  );
}

/** What a route table leads `destination` to; undefined when it has no such route. */
export function routeTarget(state: unknown, routeTableId: string, destination: string): string | undefined {
  const table = [...resourcesIn(state)].find(([path]) => path.endsWith(`/routeTables/${routeTableId}`));
  const route = [...resourcesIn(table?.[1]['routes'])].find(([, one]) => one['destination'] === destination);
  return textOf(route?.[1]['target']);
}

export function hasSubnet(state: unknown, cidr: string): boolean {
  return [...resourcesIn(state)].some(([path, subnet]) => path.includes('/subnets/') && subnet['cidr'] === cidr);
}

/** The status code of a peering; undefined when it is not shown any more. */
export function peeringState(state: unknown, peeringId: string): string | undefined {
  const peering = [...resourcesIn(state)].find(([path]) => path.endsWith(`/vpcPeerings/${peeringId}`));
  return textOf(peering?.[1]['state']);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
