type Json = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The name of a resource in the simulator's state: its ARN, id or name. */
function nameOf(resource: Json): string | undefined {
  const name = resource['arn'] ?? resource['id'] ?? resource['name'] ?? resource['cidr'];
  return typeof name === 'string' ? name : undefined;
}

function walk(value: unknown, path: string, visit: (path: string, resource: Json) => void): void {
  if (Array.isArray(value)) {
    // `isArray` makes it a list of `any`.
    for (const item of value as readonly unknown[]) {
      if (!isRecord(item)) continue;
      const at = `${path}/${nameOf(item) ?? ''}`;
      visit(at, item);
      walk(item, at, visit);
    }
  } else if (isRecord(value)) {
    for (const [key, inner] of Object.entries(value)) walk(inner, path === '' ? key : `${path}/${key}`, visit);
  }
}

/** AWS goes on showing for a while what is gone. */
const GONE: readonly unknown[] = ['disassociated', 'deleted', 'gone'];

/** Every resource that the simulator's state holds, by its path: account, region, service, kind, name. Sorted. */
export function inventoryOf(state: unknown): readonly string[] {
  const found: string[] = [];
  walk(state, '', (path, resource) => {
    if (!GONE.includes(resource['state'])) found.push(path);
  });
  return found.sort();
}

const AT_REST: readonly unknown[] = ['available', 'active', ...GONE];

/** Replication groups and peerings in transition: `cm-demo creating`. Empty when AWS is at rest. */
export function activityOf(state: unknown): string {
  const busy = new Set<string>();
  walk(state, '', (path, { id, status, state: word = status }) => {
    if (!/\/(replicationGroups|vpcPeerings)\/[^/]+$/.test(path)) return;
    if (typeof id === 'string' && typeof word === 'string' && !AT_REST.includes(word)) busy.add(`${id} ${word}`);
  });
  return [...busy].join(', ');
}

/** Whether a security group lets the whole internet in. */
export function isOpenToTheWorld(state: unknown, securityGroupId: string): boolean {
  let open = false;
  walk(state, '', (path, rule) => {
    const isIngress = path.includes(`/securityGroups/${securityGroupId}/`) && rule['direction'] === 'ingress';
    if (isIngress && rule['peer'] === '0.0.0.0/0') open = true;
  });
  return open;
}

/** What a route table leads `destination` to; undefined when it has no such route. */
export function routeTarget(state: unknown, routeTableId: string, destination: string): string | undefined {
  let target: string | undefined;
  walk(state, '', (path, { id, routes }) => {
    if (id !== routeTableId || !path.includes('/routeTables/') || !Array.isArray(routes)) return;
    const route = routes.filter(isRecord).find((one) => one['destination'] === destination);
    if (typeof route?.['target'] === 'string') target = route['target'];
  });
  return target;
}

export function hasSubnet(state: unknown, cidr: string): boolean {
  let found = false;
  walk(state, '', (path, subnet) => {
    if (path.includes('/subnets/') && subnet['cidr'] === cidr) found = true;
  });
  return found;
}

/** The status code of a peering; undefined when it is not shown any more. */
export function peeringState(state: unknown, peeringId: string): string | undefined {
  let code: string | undefined;
  walk(state, '', (path, { id, state: shown }) => {
    if (id === peeringId && path.includes('/vpcPeerings/') && typeof shown === 'string') code = shown;
  });
  return code;
}
