import { describe, expect, it } from 'vitest';
import { aCondition, anIpRange, aScope } from '../../../test/support/cloud-control.ts';
import { aFakeCluster } from '../../../test/support/fake-cluster.ts';
import { aPass } from '../../../test/support/pass.ts';
import { type IpRange, ipRangeKind } from '../../api/cloud-control/v1beta1/ip-range.ts';
import { type Scope, scopeKind } from '../../api/cloud-control/v1beta1/scope.ts';
import { enter, named, runPipeline, stopAndForget } from '../../composed/index.ts';
import type { KubeObject } from '../../kube/resource.ts';
import { findDependency, stopUntilTold } from './dependency.ts';
import { type FocalState, loadScope } from './focal-state.ts';
import { SCOPE_INDEX, scopeIndexValues } from './indexes.ts';
import { createObjectState } from './object-state.ts';
import { refuseWhileUsed } from './used-by.ts';

const now = '1970-01-01T00:00:00Z';
const targetOf = (scope: Scope) => ({
  accountId: scope.spec.scope.aws.accountId,
  region: scope.spec.region,
  roleArn: undefined,
});

describe('loadScope', () => {
  const tell = named('tell', (state: FocalState<IpRange>) => stopAndForget(`in ${state.target.region}`));

  async function load(object: IpRange, ...scopes: Scope[]) {
    const state = createObjectState(ipRangeKind, object, aFakeCluster(scopes));
    const stop = await runPipeline(enter(loadScope<IpRange, typeof state>(targetOf), tell), state, aPass());
    return { reason: stop.reason, finding: state.finding };
  }

  it('says where the object lives', async () => {
    expect(await load(anIpRange(), aScope())).toEqual({ reason: 'in eu-central-1', finding: undefined });
  });

  it('names a Scope that does not exist', async () => {
    const { finding } = await load(anIpRange());
    expect(finding).toMatchObject({ state: 'Error', reason: 'ScopeNoFound' });
    expect(finding?.message).toBe('Scope kcp-system/demo does not exist');
  });

  it('lets a deletion go on in a Scope that is not ready', async () => {
    const object = anIpRange({ metadata: { deletionTimestamp: now } });
    expect((await load(object, aScope({ status: { state: 'Error' } }))).reason).toBe('in eu-central-1');
  });

  it('does not take a Scope of another namespace', async () => {
    const { finding } = await load(anIpRange({ metadata: { namespace: 'other' } }), aScope());
    expect(finding?.reason).toBe('ScopeNoFound');
  });
});

describe('a dependency', () => {
  const check = (dependency: Scope | undefined) => {
    const cluster = aFakeCluster(dependency === undefined ? [] : [dependency]);
    const state = createObjectState(ipRangeKind, anIpRange(), cluster);
    const found = findDependency(state, scopeKind, 'demo');
    return { stop: 'stop' in found ? found.stop.kind : undefined, finding: state.finding };
  };

  it('that is ready is no obstacle', () => {
    expect(check(aScope())).toEqual({ stop: undefined, finding: undefined });
  });

  it.each([
    { dependency: undefined, reason: 'MissingDependency', message: 'Scope kcp-system/demo does not exist' },
    {
      dependency: aScope({ status: {} }),
      reason: 'WaitingDependency',
      message: 'Scope kcp-system/demo is not ready',
    },
    {
      dependency: aScope({ status: { conditions: [aCondition({ type: 'Error', reason: 'VpcNotFound' })] } }),
      reason: 'WaitingDependency',
      message: 'Scope kcp-system/demo is not ready: VpcNotFound',
    },
    {
      dependency: aScope({ metadata: { deletionTimestamp: now }, status: { state: 'Deleting' } }),
      reason: 'WaitingDependency',
      message: 'Scope kcp-system/demo is not ready: it is being deleted',
    },
  ])('C3: that is not ready is named by who waits, without polling: $message', ({ dependency, reason, message }) => {
    expect(check(dependency)).toMatchObject({
      stop: 'stopAndForget',
      finding: { state: 'Processing', reason, message },
    });
  });

  it('that is checked again after a change does not make who uses it unready meanwhile', () => {
    expect(check(aScope({ metadata: { generation: 2 } }))).toEqual({ stop: 'stopAndForget', finding: undefined });
  });

  it('that is in trouble does not make unready who is ready, and sees for itself', () => {
    const ready = anIpRange({ status: { conditions: [aCondition()], observedGeneration: 1 } });
    const find = (scope: Scope) =>
      findDependency(createObjectState(ipRangeKind, ready, aFakeCluster([scope])), scopeKind, 'demo');
    expect(find(aScope({ status: { state: 'Error' } }))).toHaveProperty('dependency');
    const going = aScope({ metadata: { deletionTimestamp: now }, status: { state: 'Deleting' } });
    expect(find(going)).toMatchObject({ stop: { kind: 'stopAndForget' } });
  });

  it('that does not tell enough yet is named, but makes nobody unready', () => {
    const ready = anIpRange({ status: { conditions: [aCondition()], observedGeneration: 1 } });
    const told = (object: IpRange) => {
      const state = createObjectState(ipRangeKind, object, aFakeCluster());
      expect(stopUntilTold(state, 'it does not show its VPC yet').kind).toBe('stopAndForget');
      return state.finding;
    };
    expect(told(anIpRange())).toMatchObject({ state: 'Processing', reason: 'WaitingDependency' });
    expect(told(ready)).toBeUndefined();
  });

  it('whose deletion is refused still serves', () => {
    const status = { state: 'Warning', observedGeneration: 1 } as const;
    expect(check(aScope({ metadata: { deletionTimestamp: now }, status })).stop).toBeUndefined();
  });
});

describe('refuseWhileUsed', () => {
  const refuse = refuseWhileUsed<Scope>([{ kind: ipRangeKind, index: SCOPE_INDEX }]);
  // All objects of this cluster that the index is asked about are IpRanges.
  const index = { [SCOPE_INDEX]: (object: KubeObject) => scopeIndexValues(object as IpRange) };

  async function tryDelete(...users: IpRange[]) {
    const state = createObjectState(scopeKind, aScope(), aFakeCluster(users, index));
    const stop = await runPipeline(refuse, state, aPass());
    return { stop, finding: state.finding };
  }

  it('names who uses the object, and waits to be woken', async () => {
    const users = [anIpRange({ metadata: { name: 'b' } }), anIpRange({ metadata: { name: 'a' } })];
    const { stop, finding } = await tryDelete(...users);
    expect(stop.kind).toBe('stopAndForget');
    expect(finding).toMatchObject({ state: 'Warning', reason: 'DeleteWhileUsed' });
    expect(finding?.message).toBe('Can not be deleted while used by IpRange: [kcp-system/a kcp-system/b]');
    expect(finding?.also).toMatchObject([{ type: 'DeleteWhileUsed', status: 'True' }]);
  });

  it('is silent about users of another object', async () => {
    const { finding } = await tryDelete(anIpRange({ spec: { scope: { name: 'other' } } }));
    expect(finding).toBeUndefined();
  });

  it('keeps the message short', async () => {
    const users = Array.from({ length: 13 }, (_, i) => anIpRange({ metadata: { name: `range-${i}` } }));
    expect((await tryDelete(...users)).finding?.message).toMatch(/ and 3 more\]$/);
  });
});
