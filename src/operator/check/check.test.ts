import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { aClusterConfig } from '../../../test/support/fake-transport.ts';
import { type OperatorWorld, startOperatorWorld } from '../../../test/support/operator-world.ts';
import {
  aNetworkManifest,
  anOlderVpcPeeringManifest,
  aScopeManifest,
  aSubscriptionManifest,
  aVpcPeeringManifest,
  changed,
  type Manifest,
} from '../../../test/support/manifests.ts';
import { kindOf } from '../../cli/demo/manifests.ts';
import { crdFrom, CUSTOM_KINDS, redisClusterKind } from '../../api/index.ts';
import {
  applyPatch,
  type ClusterConfig,
  crdKind,
  mergePatch,
  resourceNameOf,
  type Transport,
} from '../../kube/index.ts';
import { ClusterTransport } from '../../kube/transport/cluster-transport.ts';
import { loadOptions } from '../options.ts';
import { type Clock, systemClock } from '../../util/clock.ts';
import { checkEnvironment, ownNamespaceOf } from './check.ts';
import type { Area, Finding } from './finding.ts';
import { versionFinding } from './kubernetes.ts';

let world: OperatorWorld;

beforeAll(async () => {
  world = await startOperatorWorld();
});

afterAll(() => world.stop());

async function look(flags: Readonly<Record<string, string>> = {}, clock: Clock = systemClock) {
  const findings = await checkEnvironment(world.options(flags), AbortSignal.timeout(20_000), {
    clock,
    ownNamespace: 'kcp-system',
  });
  return (area: Area): readonly Finding[] => findings.filter((finding) => finding.area === area);
}

const applied: Manifest[] = [];

afterEach(async () => {
  for (const manifest of applied.splice(0)) await world.user.delete(kindOf(manifest), manifest.metadata);
});

async function apply(manifest: Manifest): Promise<void> {
  applied.push(manifest);
  await world.user.patch(kindOf(manifest), manifest.metadata, applyPatch(manifest, { fieldManager: 'test' }));
}

const wrong = (findings: readonly Finding[]): readonly string[] =>
  findings.filter(({ isGood }) => !isGood).map(({ message, advice }) => `${message}. ${advice}`);

describe('a look at an environment', () => {
  it('finds server, kinds, permissions, identities and clocks of the sandbox in order', async () => {
    await apply(aScopeManifest());
    const about = await look();
    expect(about('kubernetes')).toMatchObject([
      { isGood: true, message: expect.stringContaining('is Kubernetes v1.') },
    ]);
    expect(about('kinds').map(({ message }) => message)).toEqual(
      CUSTOM_KINDS.map((kind) => `${resourceNameOf(kind)} is installed and current`),
    );
    expect(wrong([...about('permissions'), ...about('aws'), ...about('clock')])).toEqual([]);
    expect(about('permissions')).toHaveLength(1);
    expect(about('aws').map(({ message }) => message)).toEqual([
      expect.stringMatching(/^The operator itself is arn:aws:iam::123456789012:/),
      expect.stringMatching(
        /^In the account of Scope kcp-system\/demo .* it is arn:aws:sts::123456789012:assumed-role/,
      ),
    ]);
    expect(about('clock')).toHaveLength(2);
  });

  it('says of each Scope whose account cannot be entered what is to be done', async () => {
    await apply(changed(aScopeManifest('elsewhere'), 'spec.scope.aws.accountId', '999999999999'));
    const about = await look();
    const [problem, ...others] = wrong(about('aws'));
    expect(others).toEqual([]);
    expect(problem).toContain('Scope kcp-system/elsewhere (999999999999, eu-central-1)');
    expect(problem).toContain('iam-policy --assume arn:aws:iam::999999999999:role/CloudManagerRole');
  });

  it('leaves Scopes of namespaces that are not served alone', async () => {
    const about = await look({ namespaces: 'another' });
    expect(about('aws')).toHaveLength(1);
  });

  it('says the same of a Subscription, and asks once where several objects name an account', async () => {
    await apply(aSubscriptionManifest());
    await apply(changed(aSubscriptionManifest('elsewhere'), 'spec.details.aws.account', '999999999999'));
    const about = await look();
    expect(about('aws')).toHaveLength(3);
    expect(wrong(about('aws'))).toEqual([
      expect.stringMatching(/^In the account of Subscription kcp-system\/elsewhere \(999999999999, eu-central-1\)/),
    ]);
  });

  it.each([
    { form: 'of two Networks', manifest: aVpcPeeringManifest(), whose: 'Network kcp-system/demo-network' },
    { form: 'in the older form', manifest: anOlderVpcPeeringManifest(), whose: 'VpcPeering kcp-system/demo-peering' },
  ])('looks for the role of a peering $form on both sides', async ({ manifest, whose }) => {
    for (const object of [aScopeManifest(), aNetworkManifest(), manifest]) await apply(object);
    const problems = wrong((await look({ awsPeeringRoleName: 'Peering' }))('aws'));
    const says = (of: string, account: string): unknown =>
      expect.stringMatching(
        `^In the account of ${of} \\(${account}, .* Make arn:aws:iam::${account}:role/Peering with the policy of cloud-manager iam-policy --role peering`,
      );
    expect(problems).toEqual([says('Scope kcp-system/demo', '123456789012'), says(whose, '210987654321')]);
  });

  it('enters the account of a peer that trusts the operator', async () => {
    const partner = changed(aNetworkManifest(), 'spec.network.reference.aws.awsAccountId', '222222222222');
    for (const object of [aScopeManifest(), partner, aVpcPeeringManifest()]) await apply(object);
    const about = await look();
    expect(wrong(about('aws'))).toEqual([]);
    expect(about('aws').map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^In the account of Network kcp-system\/demo-network .* it is arn:aws:sts::222222222222:/),
    );
  });

  it('sees that the credentials are those of another account', async () => {
    await apply(changed(aScopeManifest('mistaken'), 'spec.scope.aws.accountId', '999999999999'));
    const { aws, ...others } = world.options();
    const { roleName: _, ...withoutRole } = aws;
    const findings = await checkEnvironment({ ...others, aws: withoutRole }, AbortSignal.timeout(20_000), {
      ownNamespace: 'kcp-system',
    });
    expect(wrong(findings.filter(({ area }) => area === 'aws'))).toEqual([
      expect.stringMatching(/credentials are those of account 123456789012. Set --aws-role-name/),
    ]);
  });

  it.each([
    { code: 'SignatureDoesNotMatch', reason: 'of the secret' },
    { code: 'InvalidClientTokenId', reason: 'of the key' },
  ])('advises on the access key when AWS answers $code, and not on roles', async ({ code }) => {
    await apply(aScopeManifest());
    world.sandbox.aws?.faults.add({ service: 'sts', operation: '*', count: 20, error: { code, httpStatus: 403 } });
    const about = await look();
    world.sandbox.aws?.faults.clear();
    const problems = wrong(about('aws'));
    expect(problems).toHaveLength(2);
    for (const problem of problems) expect(problem).toMatch(/\. The access key or its secret is wrong: /);
  });

  it('sees a kind of another version, and one that is not there', async () => {
    const crd = crdFrom(redisClusterKind);
    const name = resourceNameOf(redisClusterKind);
    const [version] = crd.spec.versions;
    const older = { ...version, schema: { openAPIV3Schema: { type: 'object', description: 'of last year' } } };
    await world.user.patch(crdKind, { name }, mergePatch({ spec: { versions: [older] } }));
    expect(wrong((await look())('kinds'))).toEqual([
      expect.stringMatching(/^redisclusters\S+ is of another version .* helm upgrade/),
    ]);
    await world.user.delete(crdKind, { name });
    expect(wrong((await look())('kinds'))).toEqual([expect.stringMatching(/^redisclusters\S+ is not installed/)]);
    await world.user.patch(crdKind, { name }, applyPatch(crd, { fieldManager: 'test', force: true }));
  });

  it.each([
    { aheadMs: 90_000, says: 'ahead of' },
    { aheadMs: -90_000, says: 'behind' },
  ])('sees a clock that is $says those of the servers', async ({ aheadMs, says }) => {
    const about = await look({}, { ...systemClock, now: () => systemClock.now() + aheadMs });
    const problems = wrong(about('clock'));
    expect(problems).toHaveLength(2);
    for (const problem of problems) expect(problem).toMatch(new RegExp(`(89|90|91) s ${says} .*NTP`));
  });

  it('says of a server that is not there no more than that', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cloud-manager-test-'));
    const kubeconfig = join(folder, 'kubeconfig');
    const clusters = [{ name: 'c', cluster: { server: 'https://127.0.0.1:9' } }];
    const contexts = [{ name: 'c', context: { cluster: 'c', user: 'u' } }];
    const users = [{ name: 'u', user: { token: 'none' } }];
    const config = { apiVersion: 'v1', kind: 'Config', clusters, contexts, users, 'current-context': 'c' };
    await writeFile(kubeconfig, JSON.stringify(config));
    const findings = await checkEnvironment(world.options({ kubeconfig }), AbortSignal.timeout(20_000), {
      ownNamespace: 'kcp-system',
    });
    expect(wrong(findings)).toEqual([expect.stringMatching(/127.0.0.1:9 does not answer.*NetworkPolicy/)]);
    await rm(folder, { recursive: true });
  });

  it.each([
    { where: 'in a pod', name: 'in-cluster', flags: {}, namespace: 'of-the-pod' },
    { where: 'outside', name: 'a', flags: {}, namespace: 'cloud-manager' },
    { where: 'in a pod with leases elsewhere', name: 'in-cluster', flags: { leaseNamespace: 'b' }, namespace: 'b' },
    { where: 'outside with leases elsewhere', name: 'a', flags: { leaseNamespace: 'b' }, namespace: 'b' },
  ])('looks $where for what is granted in $namespace', ({ name, flags, namespace }) => {
    const config = { ...aClusterConfig(), name, defaultNamespace: 'of-the-pod' };
    expect(ownNamespaceOf(loadOptions({ flags: { awsRegion: 'eu-central-1', ...flags } }), config)).toBe(namespace);
  });

  it('asks for the leases where they are, unless told where else', async () => {
    const options = world.options({ leaseNamespace: 'there' });
    const asked = async (deps: { readonly ownNamespace?: string }): Promise<string> => {
      const bodies: string[] = [];
      const transportTo = (config: ClusterConfig): Transport => {
        const inner = new ClusterTransport(config, { clock: systemClock });
        return {
          request: (request) => {
            bodies.push(request.body ?? '');
            return inner.request(request);
          },
          whenReachable: (signal) => inner.whenReachable(signal),
          renew: () => inner.renew(),
          close: () => inner.close(),
        };
      };
      await checkEnvironment(options, AbortSignal.timeout(20_000), { ...deps, transportTo });
      return bodies.find((body) => body.includes('"leases"')) ?? '';
    };
    expect(await asked({})).toContain('"namespace":"there"');
    expect(await asked({ ownNamespace: 'here' })).toContain('"namespace":"here"');
  });

  it.each([
    { version: 'v1.30.9', isGood: false },
    { version: 'v1.31.0-eks-1', isGood: true },
    { version: 'v1.36.3+sandbox', isGood: true },
  ])('knows what $version lacks', ({ version, isGood }) => {
    expect(versionFinding('https://server', version).isGood).toBe(isGood);
  });
});
