import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type KubeClient, type KubeSecret, type NamespacedName, secretKind } from '../../../kube/index.ts';
import type { Clock } from '../../../util/clock.ts';
import { sleep } from '../../../util/clock.ts';
import { until } from '../watching.ts';

export interface MountOptions {
  readonly kube: KubeClient;
  readonly key: Required<NamespacedName>;
  readonly folder: string;
  /** How long a change takes to arrive: for a kubelet that is a minute and a half at most. */
  readonly lagMs: number;
  readonly clock: Clock;
}

/**
 * A Secret as a kubelet mounts it into a Pod: its values are files, which follow it with a lag, and stay as they are when it is
 * deleted.
 *
 * Resolves when `signal` aborts; *throws* what the API server refuses. `onMounted` hears each time that the files are there.
 */
export async function mountSecret(
  { kube, key, folder, lagMs, clock }: MountOptions,
  signal: AbortSignal,
  onMounted: () => void,
): Promise<void> {
  let mounted: string | undefined;
  while (!signal.aborted) {
    const secret = await until(kube, secretKind, key, (one) => one !== undefined && dataOf(one) !== mounted);
    if (mounted !== undefined) await sleep(clock, lagMs, signal);
    const latest = (await kube.find(secretKind, key)) ?? secret;
    if (latest === undefined) continue;
    await writeFiles(latest, folder);
    mounted = dataOf(latest);
    onMounted();
  }
}

function dataOf({ data }: KubeSecret): string {
  return JSON.stringify(data);
}

/** Each file is the old one or the new one, never half of it. */
async function writeFiles({ data = {} }: KubeSecret, folder: string): Promise<void> {
  for (const [key, value] of Object.entries(data)) {
    const path = join(folder, key);
    await writeFile(`${path}.new`, Buffer.from(value, 'base64'), { mode: 0o600 });
    await rename(`${path}.new`, path);
  }
}
