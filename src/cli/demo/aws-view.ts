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
const GONE: readonly unknown[] = ['disassociated', 'gone'];

/** Every resource that the simulator's state holds, by its path: account, region, service, kind, name. Sorted. */
export function inventoryOf(state: unknown): readonly string[] {
  const found: string[] = [];
  walk(state, '', (path, resource) => {
    if (!GONE.includes(resource['state'])) found.push(path);
  });
  return found.sort();
}

/** Replication groups in transition: `cm-demo creating`. Empty when AWS is at rest. */
export function activityOf(state: unknown): string {
  const busy: string[] = [];
  walk(state, '', (path, { id, status }) => {
    if (!path.includes('/replicationGroups/') || path.includes('/shards/')) return;
    if (typeof id === 'string' && typeof status === 'string' && status !== 'available') busy.push(`${id} ${status}`);
  });
  return busy.join(', ');
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
