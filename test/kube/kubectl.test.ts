import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOperator, type Operator } from '../../src/operator/wiring.ts';
import { silentLogger } from '../../src/util/log.ts';
import { createKubectl, type Kubectl, type KubectlAnswer } from '../support/kubectl.ts';
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
import { type OperatorWorld, startOperatorWorld } from '../support/operator-world.ts';
import { samplesIn } from '../support/script.ts';
import { sharedKube } from '../support/shared-kube.ts';

/*
 * Whoever has kubectl and nothing else drives every kind, on the embedded API as on a real one, with the operator at work. Only
 * what people type is used, to ask and to look.
 */

interface Case {
  readonly manifest: Manifest;
  /** What `get -o wide` shows and `get` does not. */
  readonly wide: RegExp;
  /** A field that `explain` tells of, and what it says. */
  readonly field: string;
  readonly explained: RegExp;
  /** Something that the kind lets one change. */
  readonly change: { readonly path: string; readonly value: unknown; readonly seenAt: string; readonly seen: string };
}

const labelled = { path: 'metadata.labels.team', value: 'b', seenAt: '{.metadata.labels.team}', seen: 'b' };

const CASES: readonly Case[] = [
  {
    manifest: aScopeManifest('typed'),
    wide: /ACCOUNT.*VPC[^]*123456789012.*vpc-/,
    field: 'scope.spec.region',
    explained: /region/i,
    change: labelled,
  },
  {
    manifest: anIpRangeManifest('typed'),
    wide: /VPC[^]*vpc-/,
    field: 'iprange.spec.cidr',
    explained: /range/i,
    change: labelled,
  },
  {
    manifest: aRedisInstanceManifest('typed-instance'),
    wide: /ENDPOINT[^]*amazonaws\.com:6379/,
    field: 'redisinstance.spec.instance.aws.cacheNodeType',
    explained: /node/i,
    change: {
      path: 'spec.instance.aws.cacheNodeType',
      value: 'cache.m7g.large',
      seenAt: '{.status.nodeType}',
      seen: 'cache.m7g.large',
    },
  },
  {
    manifest: aRedisClusterManifest('typed-cluster'),
    wide: /ENDPOINT[^]*amazonaws\.com:6379/,
    field: 'rediscluster.spec.instance.aws.shardCount',
    explained: /shard/i,
    change: { path: 'spec.instance.aws.shardCount', value: 4, seenAt: '{.status.shardCount}', seen: '4' },
  },
];

const NETWORK_CASES: readonly Case[] = [
  {
    manifest: aSubscriptionManifest('typed'),
    wide: /ACCOUNT[^]*123456789012/,
    field: 'subscription.spec.details.aws.account',
    explained: /account/i,
    change: labelled,
  },
  {
    manifest: changed(aVpcNetworkManifest('typed'), 'spec.subscription', 'account'),
    wide: /REGION.*VPC[^]*eu-central-1.*vpc-/,
    field: 'vpcnetwork.spec.cidrBlocks',
    explained: /primary block/i,
    change: {
      path: 'spec.cidrBlocks',
      value: ['10.20.0.0/16', '10.24.0.0/20'],
      seenAt: '{.status.blocks[0].cidr}',
      seen: '10.24.0.0/20',
    },
  },
  {
    manifest: aPartnerNetworkManifest('typed'),
    wide: /ACCOUNT.*VPC[^]*222222222222/,
    field: 'network.spec.network.reference.aws.networkName',
    explained: /Name tag/i,
    change: labelled,
  },
  {
    manifest: aVpcPeeringManifest('typed'),
    wide: /REMOTE.*CONNECTION[^]*demo +vpc-\w+ +pcx-/,
    field: 'vpcpeering.spec.details.remoteRouteTableUpdateStrategy',
    explained: /route tables/i,
    change: labelled,
  },
];

/** What others of the cases refer to. */
const SURROUNDINGS = [
  aScopeManifest(),
  anIpRangeManifest(),
  aSubscriptionManifest('account'),
  aPartnerNetworkManifest(),
];

const SERVERS = [
  { name: 'the embedded API', isEmbedded: true },
  { name: `a real kube-apiserver ${sharedKube().version}`, isEmbedded: false },
];

/** `value` at `path` in an object of nothing else: a merge patch. */
function patchOf({ path, value }: Case['change']): string {
  return JSON.stringify(path.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value));
}

describe.each(SERVERS)('kubectl alone, on $name,', ({ isEmbedded }) => {
  let world: OperatorWorld;
  let operator: Operator;
  let kubectl: Kubectl;

  beforeAll(async () => {
    world = await startOperatorWorld({ isEmbedded });
    operator = createOperator(world.options(), { log: silentLogger });
    await operator.start(AbortSignal.timeout(20_000));
    kubectl = await createKubectl(isEmbedded ? world.kube.kubeconfig : sharedKube().kubeconfig, NAMESPACE);
    for (const manifest of SURROUNDINGS) {
      await typed(['apply', '-f', '-'], { input: manifest });
      await typed(['wait', '--for=condition=Ready', nameOf(manifest), '--timeout=60s']);
    }
  });

  afterAll(async () => {
    await kubectl.close();
    await operator.stop();
    await world.stop();
  });

  const nameOf = ({ kind, metadata }: Manifest): string => `${kind.toLowerCase()}/${metadata.name}`;

  /** What is typed, and is to succeed. */
  async function typed(args: readonly string[], options?: Parameters<Kubectl['run']>[1]): Promise<string> {
    const { code, out, err }: KubectlAnswer = await kubectl.run(args, options);
    expect({ args: args.join(' '), code, err }).toEqual({ args: args.join(' '), code: 0, err });
    return out;
  }

  it.each([...CASES, ...NETWORK_CASES])(
    'drives a $manifest.kind from apply to delete',
    async (one) => {
      const { field, explained, change } = one;
      const manifest = changed(one.manifest, 'metadata.labels', { team: 'a' });
      const name = nameOf(manifest);
      const other = changed(manifest, 'metadata.labels.team', 'other');

      expect(await typed(['explain', field])).toMatch(explained);
      expect(await typed(['apply', '-f', '-'], { input: manifest })).toContain('created');
      await typed(['wait', '--for=condition=Ready', name, '--timeout=60s']);
      expect(await typed(['get', name])).not.toMatch(one.wide);
      expect(await typed(['get', name, '-o', 'wide'])).toMatch(one.wide);
      expect(await typed(['apply', '-f', '-'], { input: manifest })).toContain('unchanged');

      expect((await kubectl.run(['diff', '-f', '-'], { input: manifest })).code).toBe(0);
      const difference = await kubectl.run(['diff', '-f', '-'], { input: other });
      expect(difference).toMatchObject({ code: 1, out: expect.stringContaining('+    team: other') });

      const asTeam = ['apply', '--server-side', '--field-manager=team', '-f', '-'];
      expect(await typed(asTeam, { input: manifest })).toContain('serverside-applied');
      const conflict = await kubectl.run(asTeam.toSpliced(2, 1, '--field-manager=rival'), { input: other });
      expect(conflict).toMatchObject({ code: 1, err: expect.stringContaining('conflict') });

      const edited = await typed(['edit', name], { editor: `sed -i 's/team: a$/team: edited/'` });
      expect(edited).toContain('edited');
      expect(await typed(['get', name, '-L', 'team'])).toMatch(/edited\s*$/);

      const watch = kubectl.watch(['get', name, '--watch', '--output-watch-events']);
      await watch.until((line) => line.startsWith('ADDED'));
      expect(await typed(['patch', name, '--type=merge', '-p', patchOf(change)])).toContain('patched');
      await watch.until((line) => line.startsWith('MODIFIED'));
      await typed(['wait', `--for=jsonpath=${change.seenAt}=${change.seen}`, name, '--timeout=60s']);
      await typed(['wait', '--for=condition=Ready', name, '--timeout=60s']);

      expect(await typed(['delete', name, '--wait', '--timeout=60s'])).toContain('deleted');
      await watch.until((line) => line.startsWith('DELETED'));
      await watch.stop();
      expect(await kubectl.run(['get', name])).toMatchObject({ code: 1, err: expect.stringContaining('NotFound') });
    },
    60_000,
  );

  it('makes the network of the samples, tells how it stands, and takes it down in whatever order', async () => {
    const items = await samplesIn('network/');
    const list = { input: { apiVersion: 'v1', kind: 'List', items } };
    const names = items.map(nameOf);
    await typed(['apply', '-f', '-'], list);
    await typed(['wait', '--for=condition=Ready', ...names, '--timeout=60s']);
    const plurals = 'subscriptions,vpcnetworks,scopes,networks,ipranges,vpcpeerings';
    const table = await typed(['get', plurals, '-o', 'wide']);
    expect(table).toMatch(/demo-vpc +kyma +demo-account +eu-central-1 +vpc-\w+ +Provisioned/);
    expect(table).toMatch(/demo-network--kyma +demo-network +kyma +123456789012 +vpc-\w+ +Ready/);
    expect(table).toMatch(/demo-peering +demo-network +vpc-\w+ +pcx-\w+ +active +Ready/);

    // From what others stand on to what stands on it.
    await typed(['delete', '-f', '-', '--wait=false'], { input: { ...list.input, items: items.slice(0, 3) } });
    await typed(['wait', '--for=condition=DeleteWhileUsed', 'vpcnetwork/demo-vpc', '--timeout=60s']);
    const described = await typed(['describe', 'vpcnetwork/demo-vpc']);
    expect(described).toMatch(/Message: +Can not be deleted while used by Scope: \[/);
    expect(described).toMatch(/Events:[^]*Normal +Provisioned[^]*Warning +DeleteWhileUsed/);
    await typed(['delete', '-f', '-', '--ignore-not-found', '--timeout=60s'], list);
    expect(await kubectl.run(['get', ...names])).toMatchObject({ code: 1, out: '' });
  });
});
