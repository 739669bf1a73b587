import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OperatorWorld, startOperatorWorld } from '../../test/support/operator-world.ts';
import { NAMESPACE } from '../../test/support/namespace.ts';
import { ipRangeKind, scopeKind } from '../api/index.ts';
import { kindOf, loadSamples, type Manifest } from '../cli/demo/manifests.ts';
import { eventKind, findCondition, type KubeObject } from '../kube/index.ts';
import { isReady, type Reported } from '../reconcilers/common/status.ts';
import { type Logger, silentLogger } from '../util/log.ts';
import { ConfigurationError } from './configuration-error.ts';
import { createOperator, type Operator } from './wiring.ts';

let world: OperatorWorld;
const running: Operator[] = [];

beforeEach(async () => {
  world = await startOperatorWorld();
});

afterEach(async () => {
  for (const operator of running.splice(0)) await operator.stop();
  await world.stop();
});

async function start(flags: Readonly<Record<string, string>> = {}, log: Logger = silentLogger): Promise<Operator> {
  const operator = createOperator(world.options(flags), { log });
  running.push(operator);
  await operator.start(AbortSignal.timeout(10_000));
  return operator;
}

const SAMPLES = (await loadSamples())
  .filter(({ kind }) => kind !== 'Namespace')
  .map((sample) => ({ ...sample, metadata: { ...sample.metadata, namespace: NAMESPACE } }));

const ready = (object: (KubeObject & Partial<Reported>) | undefined): boolean =>
  object !== undefined && isReady(object);

async function apply(samples: readonly Manifest[]): Promise<void> {
  for (const sample of samples) await world.user.create(kindOf(sample), sample);
  for (const sample of samples) await world.until(kindOf(sample), sample.metadata.name, ready);
}

async function remove(samples: readonly Manifest[]): Promise<void> {
  for (const sample of samples) {
    await world.user.delete(kindOf(sample), { namespace: NAMESPACE, name: sample.metadata.name });
  }
  for (const sample of samples) {
    await world.until(kindOf(sample), sample.metadata.name, (object) => object === undefined);
  }
}

/** What AWS has in the region of the samples. */
function inAws(): unknown {
  return world.sandbox.aws?.state()['123456789012']?.['eu-central-1'];
}

describe('an operator', () => {
  it('brings the samples to Ready, and after their deletion AWS is as it was', async () => {
    const before = inAws();
    await start();
    const samples = SAMPLES;
    await apply(samples);
    expect(inAws()).toMatchObject({ elasticache: { replicationGroups: [{}, {}] } });
    await remove(samples);
    expect(inAws()).toEqual(before);
  });

  it('does so also when they are applied and deleted in the opposite order', async () => {
    const before = inAws();
    await start();
    const samples = [...SAMPLES].reverse();
    await apply(samples);
    await remove(samples);
    expect(inAws()).toEqual(before);
  });

  it('tells in Events what became of an object', async () => {
    await start();
    await apply(SAMPLES.filter(({ kind }) => kind === 'Scope' || kind === 'IpRange'));
    for (const news of ['Normal Scope Ready', 'Normal IpRange Ready']) {
      await world.untilAny(
        eventKind,
        ({ type, involvedObject, reason }) => `${type} ${involvedObject.kind} ${reason}` === news,
      );
    }
    const { items } = await world.user.list(eventKind, { namespace: NAMESPACE });
    expect(items.filter(({ type }) => type === 'Warning')).toEqual([]);
  });

  it('shows on the Scope that its account cannot be entered, and what has to be permitted there, without the request', async () => {
    await start();
    const [sample] = SAMPLES.filter(({ kind }) => kind === 'Scope');
    const scope = structuredClone(sample) as Manifest & { spec: { scope: { aws: { accountId: string } } } };
    scope.spec.scope.aws.accountId = '999999999999';
    await world.user.create<KubeObject>(scopeKind, scope);
    const shown = await world.until(scopeKind, scope.metadata.name, (object) => object?.status?.state === 'Error');
    const { reason, message = '' } = findCondition(shown?.status?.conditions, 'Error') ?? {};
    expect(reason).toBe('CloudProviderError');
    expect(message).toMatch(/AWS does not permit this \(AssumeRole: AccessDenied\)/);
    expect(message).toContain('account 999999999999 has to have the role CloudManagerRole');
    expect(message).not.toMatch(/arn:|request/i);
  });

  it('serves health, readiness and metrics, the calls to AWS among them', async () => {
    const operator = await start({ healthAddress: '127.0.0.1:0' });
    const [port] = operator.ports();
    await apply(SAMPLES.filter(({ kind }) => kind === 'Scope'));
    const answers = await Promise.all(
      ['healthz', 'readyz', 'metrics'].map((path) => fetch(`http://127.0.0.1:${port}/${path}`)),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const metrics = (await answers[2]?.text()) ?? '';
    const labels = 'service="ec2",operation="DescribeVpcs",account="123456789012",region="eu-central-1",result="ok"';
    expect(metrics).toContain(`cloud_manager_aws_calls_total{${labels}}`);
    expect(metrics).toMatch(/cloud_manager_reconcile_total\{kind="Scope",result="\w+"\} \d/);
    await operator.stop();
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow('fetch failed');
  });

  it('tells the log where it serves, also where any free port was asked for', async () => {
    const told: object[] = [];
    const log = { ...silentLogger, info: (fields: object) => void told.push(fields) };
    const operator = await start({ healthAddress: '127.0.0.1:0', metricsAddress: '127.0.0.1:0' }, log);
    const [health, metrics] = operator.ports();
    expect(told.filter((fields) => 'server' in fields)).toEqual([
      { server: 'health', address: `127.0.0.1:${health}` },
      { server: 'metrics', address: `127.0.0.1:${metrics}` },
    ]);
  });

  it('leaves objects of namespaces that it does not serve alone', async () => {
    const operator = await start({ namespaces: 'elsewhere' });
    const [scope] = SAMPLES.filter(({ kind }) => kind === 'Scope');
    if (scope === undefined) throw new Error('there is no sample of a Scope');
    const created = await world.user.create(scopeKind, scope as Manifest & { spec: never });
    const signal = AbortSignal.timeout(10_000);
    const cluster = operator.manager.cluster(world.user.cluster).name;
    await operator.manager.whenObserved(cluster, scopeKind, created.metadata.resourceVersion, signal);
    await operator.manager.whenIdle(signal);
    expect(await world.user.get(scopeKind, created.metadata)).toEqual(created);
  });

  it('stops twice without harm, and can be started again in the same process', async () => {
    const operator = await start();
    await operator.stop();
    await operator.stop();
    await start();
    await apply(SAMPLES.filter(({ kind }) => kind === 'Scope' || kind === 'IpRange'));
    expect((await world.user.list(ipRangeKind)).items.every(ready)).toBe(true);
  });

  it('leaves no server behind when its start fails', async () => {
    const first = await start({ metricsAddress: '127.0.0.1:0' });
    const [taken] = first.ports();
    const flags = { healthAddress: '127.0.0.1:0', metricsAddress: `127.0.0.1:${taken}` };
    const operator = createOperator(world.options(flags), { log: silentLogger });
    running.push(operator);
    await expect(operator.start(AbortSignal.timeout(10_000))).rejects.toThrow('choose another with --metrics-address');
    const [port] = operator.ports();
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    await operator.stop();
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow('fetch failed');
  });

  it('says which configuration it cannot use', () => {
    const options = world.options();
    const kubernetes = { ...options.kubernetes, context: 'nowhere' };
    expect(() => createOperator({ ...options, kubernetes })).toThrow(ConfigurationError);
    expect(() => createOperator({ ...options, kubernetes })).toThrow(/kubernetes: .*nowhere/);
  });
});
