import { describe, expect, it } from 'vitest';
import { aScope } from '../../../test/support/cloud-control.ts';
import { keptLog } from '../../../test/support/kept-log.ts';
import type { Scope } from '../../api/index.ts';
import { ANNOTATIONS } from '../../api/names.ts';
import type { Cluster } from '../../runtime/index.ts';
import { SingleCluster } from './single-cluster.ts';

const NAMESPACE = 'kcp-system';
const CLUSTER = 'the-one';

const scopeCalled = (name: string, namespace = NAMESPACE): Scope => {
  const scope = aScope();
  return { ...scope, metadata: { ...scope.metadata, name, namespace } };
};

function aSingleCluster(scopes: Scope[], scope?: string) {
  const { log, troubles } = keptLog();
  const cache = {
    list: (namespace: string) => scopes.filter(({ metadata }) => metadata.namespace === namespace),
    get: (key: { readonly namespace: string; readonly name: string }) =>
      scopes.find(({ metadata }) => metadata.namespace === key.namespace && metadata.name === key.name),
  };
  // Nothing else of a cluster is asked.
  const controlPlane = () => ({ name: CLUSTER, cache: () => cache }) as unknown as Cluster;
  return { single: new SingleCluster({ controlPlane, namespace: NAMESPACE, scope, log }), troubles };
}

describe('the Scope of a single cluster', () => {
  it('is the only one of its namespace', () => {
    const demo = scopeCalled('demo');
    const { single, troubles } = aSingleCluster([scopeCalled('elsewhere', 'other'), demo]);
    expect(single.scopeOf(CLUSTER)).toBe(demo);
    expect(single.scopeOf('another')).toBeUndefined();
    expect(single.clusterOf({ namespace: NAMESPACE, name: 'demo' })).toBe(CLUSTER);
    expect(single.clusterOf({ namespace: 'other', name: 'elsewhere' })).toBeUndefined();
    expect([single.problem, troubles]).toEqual([undefined, []]);
  });

  it('is not guessed among several; who asks for it is told once what to do, until there is one', () => {
    const scopes = [scopeCalled('a'), scopeCalled('b')];
    const { single, troubles } = aSingleCluster(scopes);
    expect(single.problem).toBeUndefined();
    expect([single.scopeOf(CLUSTER), single.scopeOf(CLUSTER)]).toEqual([undefined, undefined]);
    expect(single.problem).toMatch(/^kcp-system has several Scopes; say by --clusters-scope/);
    expect(troubles).toEqual(['The objects of users in this cluster are not served']);
    scopes.pop();
    expect(single.problem).toBeUndefined();
    expect(single.scopeOf(CLUSTER)?.metadata.name).toBe('a');
  });

  it('is none that another cluster is recorded with: what was made for that one is not to be looked for here', () => {
    const demo = scopeCalled('demo');
    const annotations = { [ANNOTATIONS.clusterUid]: 'of-another' };
    const { single } = aSingleCluster([{ ...demo, metadata: { ...demo.metadata, annotations } }]);
    expect(single.scopeOf(CLUSTER)).toBeUndefined();
    expect(single.problem).toMatch(/^Scope kcp-system\/demo is that of another cluster; say --clusters remote/);
  });

  it('concerns all objects when it comes or goes, also as one among several', () => {
    const scopes = [scopeCalled('a'), scopeCalled('b')];
    const { single } = aSingleCluster(scopes);
    expect(single.clusterOf({ namespace: NAMESPACE, name: 'a' })).toBe(CLUSTER);
    scopes.pop();
    expect(single.clusterOf({ namespace: NAMESPACE, name: 'b' })).toBe(CLUSTER);
  });

  it('is the one that was named', () => {
    const { single } = aSingleCluster([scopeCalled('a'), scopeCalled('b')], 'b');
    expect([single.scopeOf(CLUSTER)?.metadata.name, single.problem]).toEqual(['b', undefined]);
    expect(single.clusterOf({ namespace: NAMESPACE, name: 'b' })).toBe(CLUSTER);
    expect(single.clusterOf({ namespace: NAMESPACE, name: 'a' })).toBeUndefined();
    expect(aSingleCluster([scopeCalled('a')], 'b').single.scopeOf(CLUSTER)).toBeUndefined();
  });
});
