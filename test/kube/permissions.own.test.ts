import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configurationFor } from '../../src/cli/operator-on-sandbox.ts';
import { kindOf } from '../../src/cli/demo/manifests.ts';
import { until } from '../../src/cli/demo/watching.ts';
import assert from 'node:assert/strict';
import { CUSTOM_KINDS, DEFAULT_IP_RANGE, ipRangeKind, scopeKind } from '../../src/api/index.ts';
import {
  applyPatch,
  type ClusterConfig,
  clusterConfigFromText,
  createKubeClient,
  eventKind,
  isConditionTrue,
  type KubeClient,
  KubeConnection,
  type KubeObject,
  type KubeSecret,
  mergePatch,
  type NamespacedName,
  type PolicyRule,
  type ResourceKind,
  secretKind,
  withoutManagedFields,
} from '../../src/kube/index.ts';
import { ClusterTransport } from '../../src/kube/transport/cluster-transport.ts';
import { accessObjects, grantsOf } from '../../src/operator/install/access.ts';
import type { InstallSettings } from '../../src/operator/install/settings.ts';
import { checkEnvironment } from '../../src/operator/check/check.ts';
import { loadOptions, type OperatorOptions } from '../../src/operator/options.ts';
import { operatorPermissions } from '../../src/operator/permissions.ts';
import { createOperator, type Operator } from '../../src/operator/wiring.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { systemClock } from '../../src/util/clock.ts';
import { silentLogger } from '../../src/util/log.ts';
import { connectRest, type KubeRest } from '../support/kube-rest.ts';
import { prepareForRun } from '../support/kube-run.ts';
import {
  aPartnerNetworkManifest,
  aRedisClusterManifest,
  aRedisInstanceManifest,
  aScopeManifest,
  aSubscriptionManifest,
  aVpcNetworkManifest,
  aVpcPeeringManifest,
  anIpRangeManifest,
  changed,
  type Manifest,
} from '../support/manifests.ts';
import { NAMESPACE } from '../support/namespace.ts';
import {
  anAwsRedisClusterManifest,
  anAwsRedisInstanceManifest,
  anAwsVpcPeeringManifest,
  aCloudResourcesManifest,
  aUserIpRangeManifest,
} from '../support/user-manifests.ts';
import { type Interference, type ObservedRequest, ObservedTransport } from '../support/observed-transport.ts';
import { keptLog } from '../support/kept-log.ts';
import { aCall } from '../support/pass.ts';
import { type RealKubeServer, startRealKube } from '../support/real-kube.ts';
import { type Access, applyAll, kubeconfigOf, textOf, untilGranted } from '../support/service-account.ts';

/*
 * The operator on a real API server, as the service account of an installation with nothing but its generated roles. What
 * it asks is read from the wire, not from what our client says of itself: it has to be what the roles grant, all of it
 * and no more.
 *
 * The server is the file's own: these roles show the operator all of it, and it serves what users write for their whole
 * cluster, other files' IpRanges too, which come before its own by age and quota.
 */

const REDIS = [aRedisInstanceManifest(), aRedisClusterManifest()];
const ALL_KINDS = [
  aSubscriptionManifest(),
  aVpcNetworkManifest(),
  aScopeManifest(),
  anIpRangeManifest(),
  aPartnerNetworkManifest(),
  aVpcPeeringManifest(),
  ...REDIS,
];

/** What users of the cluster write; the IpRange that they name by naming none is made for them. */
function usersKinds(): readonly Manifest[] {
  const peering = { remoteVpcId: partnerVpcId(), remoteRegion: 'eu-west-1', remoteAccountId: '222222222222' };
  return [
    changed(anAwsRedisInstanceManifest('users-instance'), 'spec.authEnabled', true),
    anAwsRedisClusterManifest('users-cluster'),
    changed(anAwsVpcPeeringManifest(), 'spec', peering),
  ];
}

const MODULE = aCloudResourcesManifest();
const DEFAULT_RANGE: Manifest = { ...aUserIpRangeManifest(), metadata: { name: DEFAULT_IP_RANGE } };

/** The VPC of somebody else, which the world of a sandbox begins with. */
function partnerVpcId(): string {
  // As the simulator shows what it has.
  const state = sandbox.aws?.state() as Readonly<Record<string, Readonly<Record<string, RegionState>>>> | undefined;
  const [vpc] = state?.['222222222222']?.['eu-west-1']?.ec2.vpcs ?? [];
  return vpc?.id ?? '';
}

interface RegionState {
  readonly ec2: { readonly vpcs: readonly { readonly id: string }[] };
}

const settings: InstallSettings = {
  name: 'operator',
  namespace: NAMESPACE,
  image: 'none',
  replicas: 1,
  roleArn: undefined,
  credentialsSecret: undefined,
  options: {},
};

/** One for each verb of each rule; an empty `namespace` is all of them. */
function accessesOf(
  { apiGroups, resources, verbs, resourceNames = [''] }: PolicyRule,
  namespace: string,
): readonly Access[] {
  return apiGroups.flatMap((group) =>
    resources.flatMap((both) => {
      const [resource = '', subresource = ''] = both.split('/');
      const [name = ''] = resourceNames;
      return verbs.map((verb) => ({ verb, group, resource, subresource, name, namespace }));
    }),
  );
}

const GRANTS = grantsOf(operatorPermissions());
const GRANTED = [
  ...GRANTS.cluster.flatMap((rule) => accessesOf(rule, '')),
  ...GRANTS.namespace.flatMap((rule) => accessesOf(rule, NAMESPACE)),
];

/** A role is known as a whole: that one of its verbs is granted tells that all are. */
const EVENTS: Access = { verb: 'create', group: '', resource: 'events', subresource: '', name: '', namespace: '' };
const SECRETS: Access = { ...EVENTS, verb: 'watch', resource: 'secrets' };

let folder: string;
let server: RealKubeServer;
let admin: KubeRest;
let sandbox: Sandbox;
let operator: Operator | undefined;
let connection: KubeConnection;
let user: KubeClient;
const wires: ObservedTransport[] = [];
const { log, troubles } = keptLog();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloud-manager-test-'));
  [server, sandbox] = await Promise.all([
    startRealKube(),
    startSandbox({ clock: systemClock, log: silentLogger, speed: 'max', redis: 'off', kube: 'off' }),
  ]);
  admin = connectRest(server.kubeconfig);
  await prepareForRun(admin, { replace: false });
  connection = new KubeConnection(clusterConfigFromText(server.kubeconfig));
  user = createKubeClient(connection, aCall({ clock: systemClock, signal: AbortSignal.timeout(110_000) }));
  await applyAll(admin, [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
    ...accessObjects(settings, operatorPermissions()),
  ]);
});

afterAll(async () => {
  await operator?.stop();
  connection.close();
  admin.close();
  await Promise.all([server.stop(), sandbox.stop()]);
  await rm(folder, { recursive: true });
});

/** The options of an operator that is this service account. */
async function optionsOf(serviceAccount: string): Promise<OperatorOptions> {
  const file = join(folder, serviceAccount);
  await writeFile(file, await kubeconfigOf(server.kubeconfig, NAMESPACE, serviceAccount), { mode: 0o600 });
  const { flags, env } = configurationFor({ ...sandbox.info, kubeconfig: file });
  return loadOptions({
    flags: {
      ...flags,
      namespaces: NAMESPACE,
      leaseNamespace: NAMESPACE,
      clustersNamespace: NAMESPACE,
      waitScale: '0.0001',
      waitTick: '1ms',
      shutdownTimeout: '5s',
    },
    env,
  });
}

function observed(interfere?: Interference): (config: ClusterConfig) => ObservedTransport {
  return (config) => {
    const wire = new ObservedTransport(new ClusterTransport(config, { clock: systemClock }), interfere);
    wires.push(wire);
    return wire;
  };
}

async function startOperator(): Promise<void> {
  const options = await optionsOf('operator');
  const kubeconfig = await readFile(join(folder, 'operator'), 'utf8');
  for (const access of GRANTED) await untilGranted(kubeconfig, access);
  operator = createOperator(options, { log, transportTo: observed(beTheFirstToChange()) });
  await operator.start(AbortSignal.timeout(20_000));
}

/** Changes each kind's first object just before the operator adds its finalizer, which then has to read it again. */
function beTheFirstToChange(): Interference {
  const touched = new Set<string>();
  return async ({ verb, group, resource, subresource, namespace, name }) => {
    const kind = CUSTOM_KINDS.find((one) => one.plural === resource && one.group === group);
    const text = `${resource}.${group}`;
    if (kind === undefined || verb !== 'patch' || subresource !== '' || touched.has(text)) return;
    touched.add(text);
    const change = mergePatch({ metadata: { annotations: { 'example.com/touched': 'yes' } } });
    await user.patch(kind, { namespace, name }, change);
  };
}

/** As `until`; says, when the time is up, how the object was last, and what the operator has complained of. */
async function untilSeen<T extends KubeObject>(
  kind: ResourceKind<T>,
  key: Required<NamespacedName>,
  holds: (object: T | undefined) => boolean,
): Promise<void> {
  let last: T | undefined;
  try {
    await until(user, kind, key, (object) => {
      last = object;
      return holds(object);
    });
  } catch (error) {
    // The data of a Secret are nobody's business.
    const seen = JSON.stringify({ last: last && { ...withoutManagedFields(last), data: undefined }, troubles });
    throw new Error(`${kind.kind} ${key.name} does not become as is waited for: ${seen}`, { cause: error });
  }
}

function untilOf(manifest: Manifest, holds: (object: KubeObject | undefined) => boolean): Promise<void> {
  return untilSeen(kindOf(manifest), { namespace: '', ...manifest.metadata }, holds);
}

const isReady = (object: KubeObject | undefined): boolean => object !== undefined && isConditionTrue(object, 'Ready');

/** Waits for the Secret of the Redis to be as `holds` wants it. */
function untilSecret(manifest: Manifest, holds: (secret: KubeSecret | undefined) => boolean): Promise<void> {
  return untilSeen(secretKind, { namespace: NAMESPACE, name: `cm-${manifest.metadata.name}` }, holds);
}

async function apply(manifest: Manifest): Promise<void> {
  await user.patch(kindOf(manifest), manifest.metadata, applyPatch(manifest, { fieldManager: 'test', force: true }));
}

async function remove(manifest: Manifest): Promise<void> {
  await user.delete(kindOf(manifest), manifest.metadata);
  await untilOf(manifest, (object) => object === undefined);
}

async function change(manifest: Manifest, spec: object): Promise<void> {
  const { metadata } = await user.patch<KubeObject>(kindOf(manifest), manifest.metadata, mergePatch({ spec }));
  await untilOf(manifest, (object) => object?.metadata.generation === metadata.generation && isReady(object));
}

/** What users write is created, changed and deleted; the control plane has nothing of its own that is in its way any more. */
async function tellOfUsers(): Promise<void> {
  const [instance, cluster, peering] = usersKinds();
  assert(instance && cluster && peering);
  await apply(MODULE);
  await untilOf(MODULE, isReady);
  for (const manifest of [instance, cluster]) await apply(manifest);
  for (const manifest of [instance, cluster]) await untilOf(manifest, isReady);
  await apply(peering);
  await untilOf(peering, isReady);
  await change(instance, { redisTier: 'S2' });
  await change(cluster, { redisTier: 'C4' });
  await change(peering, { deleteRemotePeering: true });
  for (const manifest of [peering, cluster, instance, DEFAULT_RANGE, MODULE]) await remove(manifest);
}

/** Every kind is created, changed and deleted, and what it publishes is spoiled in every way. */
async function tellTheStory(): Promise<void> {
  for (const manifest of ALL_KINDS) {
    await apply(manifest);
    // AWS gives no block to a VPC that waits for a peering to be accepted.
    if (manifest.kind === ipRangeKind.kind) await untilOf(manifest, isReady);
  }
  for (const manifest of ALL_KINDS) await untilOf(manifest, isReady);
  for (const manifest of REDIS) {
    const name = `cm-${manifest.metadata.name}`;
    const key = { namespace: NAMESPACE, name };
    await user.patch(secretKind, key, mergePatch({ data: { host: 'c3BvaWxlZA==' } }));
    await untilSecret(manifest, (secret) => secret?.data?.['host'] !== 'c3BvaWxlZA==');
    // Without its label it is followed no more, so that the operator finds the name taken.
    await user.patch(secretKind, key, mergePatch({ metadata: { labels: { 'app.kubernetes.io/managed-by': null } } }));
    await untilSecret(manifest, (secret) => secret?.metadata.labels?.['app.kubernetes.io/managed-by'] !== undefined);
    await change(manifest, { instance: { aws: { cacheNodeType: 'cache.m7g.xlarge' } } });
  }
  for (const manifest of ALL_KINDS.toReversed()) {
    if (manifest.kind === scopeKind.kind) await tellOfUsers();
    await remove(manifest);
  }
}

/** Granted to everybody whom the server knows, without any role of ours: `system:basic-user`, `system:public-info-viewer`. */
const EVERYBODYS = ['create selfsubjectaccessreviews.authorization.k8s.io', 'get version'];

describe('an operator with nothing but its generated roles', () => {
  it('does its work, is refused nothing, and uses each verb of each rule', { timeout: 120_000 }, async () => {
    await startOperator();
    await tellTheStory();
    // Its leases are let go.
    await operator?.stop();
    const findings = await checkEnvironment(await optionsOf('operator'), AbortSignal.timeout(20_000), {
      ownNamespace: NAMESPACE,
      transportTo: observed(),
    });
    // What nobody declared would be tried in vain, and then again.
    expect(troubles).toEqual([]);
    expect(findings.filter(({ isGood }) => !isGood)).toEqual([]);
    const requests = new Map(wires.flatMap(({ first }) => [...first]));
    for (const text of EVERYBODYS) expect(requests.delete(text)).toBe(true);
    expect(wires.flatMap(({ forbidden }) => forbidden)).toEqual([]);
    // One verb may be granted on objects of one name, and on those of another.
    expect([...requests.keys()].toSorted()).toEqual([...new Set(GRANTED.map(textOf))].toSorted());
    await expectEachToBeNeeded([...requests.values()]);
  });
});

describe('an identity that lacks a permission', () => {
  it('is told by check which, and what to do', { timeout: 30_000 }, async () => {
    const left = operatorPermissions().filter(
      ({ kind, subresource }) => kind !== eventKind && subresource === undefined,
    );
    await applyAll(admin, accessObjects({ ...settings, name: 'lacking' }, left));
    const options = await optionsOf('lacking');
    await untilGranted(await readFile(join(folder, 'lacking'), 'utf8'), SECRETS);
    const findings = await checkEnvironment(options, AbortSignal.timeout(20_000), { ownNamespace: NAMESPACE });
    const [finding, ...others] = findings.filter(({ isGood }) => !isGood);
    expect(others).toEqual([]);
    expect(finding?.advice).toContain('install-manifests');
    const statuses = CUSTOM_KINDS.map(({ plural, group }) => `patch ${plural}/status.${group}`);
    const missing = finding?.message.replace('Not granted: ', '').split(', ');
    expect(missing?.toSorted()).toEqual(['create events', 'patch events', ...statuses].toSorted());
  });
});

/** For each access a service account that lacks it alone: what the operator sent first is refused to it. */
async function expectEachToBeNeeded(requests: readonly ObservedRequest[]): Promise<void> {
  const answers = await Promise.all(requests.map(async (request, index) => statusWithout(request, `without-${index}`)));
  const needless = requests.filter((_, index) => answers[index] !== 403).map(({ access }) => textOf(access));
  expect(needless).toEqual([]);
}

async function statusWithout(request: ObservedRequest, name: string): Promise<number> {
  const lacking = textOf(request.access);
  const permissions = operatorPermissions().map((permission) => {
    const { kind, subresource = '', verbs } = permission;
    const at = { group: kind.group, resource: kind.plural, subresource };
    return { ...permission, verbs: verbs.filter((verb) => textOf({ ...at, verb }) !== lacking) };
  });
  const left = permissions.filter(({ verbs }) => verbs.length > 0);
  await applyAll(admin, accessObjects({ ...settings, name }, left));
  const kubeconfig = await kubeconfigOf(server.kubeconfig, NAMESPACE, name);
  await untilGranted(kubeconfig, lacking === textOf(SECRETS) ? EVENTS : SECRETS);
  const rest = connectRest(kubeconfig);
  const body = request.body === undefined ? undefined : JSON.parse(request.body);
  const { status } = await rest.send(request.method, request.path, body, request.contentType);
  rest.close();
  return status;
}
