import { afterEach, expect, it } from 'vitest';
import { cloudResourcesKind, ipRangeKind, type UserIpRange, userIpRangeKind } from '../../src/api/index.ts';
import { crdKind, findCondition } from '../../src/kube/index.ts';
import { Environment } from '../support/environment.ts';
import { aScopeManifest } from '../support/manifests.ts';
import { NAMESPACE } from '../support/namespace.ts';
import { aCloudResourcesManifest, aUserIpRangeManifest } from '../support/user-manifests.ts';

/* The module where users write beside the control plane. */

let environment: Environment;
afterEach(() => environment.stop());

const MODULE = aCloudResourcesManifest();
const RANGE = aUserIpRangeManifest();

const reasonOf = async () => {
  const found = await environment.kube.find(cloudResourcesKind, { namespace: NAMESPACE, name: MODULE.metadata.name });
  return found && findCondition(found.status?.conditions, 'Ready')?.reason;
};

const range = (): Promise<UserIpRange | undefined> => environment.kube.find(userIpRangeKind, RANGE.metadata);

const kinds = async (): Promise<readonly string[]> =>
  (await environment.kube.list(crdKind)).items.map(({ metadata }) => metadata.name).toSorted();

it('serves what users write, and leaves the kinds when it goes', async () => {
  environment = await Environment.start();
  await environment.apply(aScopeManifest(), MODULE, RANGE);
  await environment.until(async () => findCondition((await range())?.status?.conditions, 'Ready')?.status === 'True');
  const name = (await range())?.status?.id ?? '';
  const made = await environment.kube.get(ipRangeKind, { namespace: NAMESPACE, name });
  expect(made.spec.remoteRef).toEqual({ namespace: '', name: RANGE.metadata.name });
  const before = await kinds();
  await environment.delete(MODULE);
  await environment.until(async () => (await reasonOf()) === 'ResourcesExist');
  await environment.delete(RANGE);
  await environment.until(async () => (await reasonOf()) === undefined);
  expect(await kinds()).toEqual(before);
});
