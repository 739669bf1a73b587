import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The state of an established connection in `/proc/net/tcp`. */
const ESTABLISHED = '01';

/** How many TCP connections of a process are open to each port, as Linux says it. */
export function openConnectionsTo(pid: number): ReadonlyMap<number, number> {
  const own = socketsOf(pid);
  const counts = new Map<number, number>();
  // Behind the heading: number, local address, remote address, state, ..., and the inode as the tenth field.
  for (const line of readFileSync(`/proc/${pid}/net/tcp`, 'utf8').trim().split('\n').slice(1)) {
    const [, , remote = '', state, , , , , , inode = ''] = line.trim().split(/\s+/);
    if (state !== ESTABLISHED || !own.has(inode)) continue;
    const port = Number.parseInt(remote.split(':')[1] ?? '', 16);
    counts.set(port, (counts.get(port) ?? 0) + 1);
  }
  return counts;
}

/** The inodes of its sockets. */
function socketsOf(pid: number): ReadonlySet<string> {
  const links = readdirSync(`/proc/${pid}/fd`).flatMap((fd) => linkOf(`/proc/${pid}/fd/${fd}`) ?? []);
  return new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
}

/** Undefined: it was closed since the folder was read. */
function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
