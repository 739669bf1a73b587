import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOperator, type Operator } from '../../src/operator/wiring.ts';
import { silentLogger } from '../../src/util/log.ts';
import { createKubectl, type Kubectl, type KubectlAnswer } from '../support/kubectl.ts';
import {
  aRedisClusterManifest,
  aRedisInstanceManifest,
  aScopeManifest,
  anIpRangeManifest,
  changed,
  type Manifest,
} from '../support/manifests.ts';
import { NAMESPACE } from '../support/namespace.ts';
import { type OperatorWorld, startOperatorWorld } from '../support/operator-world.ts';
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
    for (const manifest of [aScopeManifest(), anIpRangeManifest()]) {
      await typed(['apply', '-f', '-'], { input: manifest });
      await typed(['wait', '--for=condition=Ready', nameOf(manifest), '--timeout=60s']);
    }
  }, 120_000);

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

  it.each(CASES)(
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
});
