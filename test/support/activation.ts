import { cloudResourcesKind } from '../../src/api/index.ts';
import { isConditionTrue } from '../../src/kube/index.ts';
import type { Environment } from './environment.ts';
import type { TestUserCluster } from './user-cluster.ts';

const MODULE = { namespace: 'default', name: 'default' };

/** A user asks for the module in a cluster that is prepared for it; all kinds are installed and followed then. */
export async function activate(environment: Environment, { kube, user }: TestUserCluster): Promise<void> {
  const { group, version, kind } = cloudResourcesKind;
  await user.apply({ apiVersion: `${group}/${version}`, kind, metadata: MODULE, spec: {} });
  await environment.until(async () => {
    const found = await kube.find(cloudResourcesKind, MODULE);
    return found !== undefined && isConditionTrue(found, 'Ready');
  });
}
