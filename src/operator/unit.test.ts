import { describe, expect, it } from 'vitest';
import { aScope, aSubscription, aVpcNetwork } from '../../test/support/cloud-control.ts';
import {
  anIpRangeManifest,
  aScopeManifest,
  aVpcPeeringManifest,
  changed,
  type Manifest,
} from '../../test/support/manifests.ts';
import { awsVpcPeeringKind } from '../api/index.ts';
import { apiVersionOf, type KubeObject } from '../kube/resource.ts';
import type { Cache, Cluster } from '../runtime/index.ts';
import { unitOf as unitIn } from './unit.ts';

/** As the API server would answer. */
function stored(manifest: Manifest): KubeObject {
  return { ...manifest, metadata: { ...manifest.metadata, uid: 'uid', resourceVersion: '1' } };
}

function aCluster(...scopes: readonly KubeObject[]): Cluster {
  const get = (key: { readonly namespace?: string; readonly name: string }) =>
    scopes.find(({ metadata }) => metadata.name === key.name && metadata.namespace === key.namespace);
  // Nothing else of a cache is asked, and what is in it are Scopes.
  return { name: 'control-plane', cache: () => ({ get }) as unknown as Cache<never> } as unknown as Cluster;
}

/** The unit of an object of the control plane, which has no clusters of users. */
function unitOf(object: KubeObject, controlPlane: Cluster): string {
  return unitIn({ cluster: 'control-plane' }, object, { controlPlane: () => controlPlane, scopeOf: () => undefined });
}

const scope = stored(aScopeManifest());
const ipRange = stored(anIpRangeManifest());

describe('the unit of work', () => {
  it('of a Scope is its account and region', () => {
    expect(unitOf(scope, aCluster())).toBe('123456789012/eu-central-1');
  });

  it('of what refers to a Scope is that of the Scope, as it is now', () => {
    expect(unitOf(ipRange, aCluster(scope))).toBe(unitOf(scope, aCluster()));
    const other = stored(changed(aScopeManifest(), 'spec.scope.aws.accountId', '210987654321'));
    expect(unitOf(ipRange, aCluster(other))).toBe('210987654321/eu-central-1');
  });

  it('of a VpcNetwork is the account of its Subscription, and its region', () => {
    const subscription = aSubscription();
    expect(unitOf(aVpcNetwork(), aCluster(subscription))).toBe('123456789012/eu-central-1');
    expect(unitOf(aVpcNetwork({ spec: { region: 'eu-west-1' } }), aCluster(subscription))).toBe(
      '123456789012/eu-west-1',
    );
    expect(unitOf(aVpcNetwork(), aCluster())).toBe('without a Subscription');
    expect(unitOf(subscription, aCluster())).toBe('123456789012');
  });

  it('of what outlives its Scope is where it is taken down', () => {
    const status = { accountId: '123456789012', region: 'eu-central-1' };
    const peering = { ...stored(aVpcPeeringManifest()), status };
    expect(unitOf(peering, aCluster())).toBe(unitOf(peering, aCluster(scope)));
  });

  it('is one for all objects whose Scope is not there', () => {
    const elsewhere = stored(changed(anIpRangeManifest(), 'spec.scope.name', 'elsewhere'));
    expect(unitOf(ipRange, aCluster())).toBe(unitOf(elsewhere, aCluster(scope)));
  });

  it('of what a user writes is that of the Scope of the cluster, as is that of what is left of it', () => {
    const scopeOf = (cluster: string) => (cluster === 'kcp-system/demo' ? aScope() : undefined);
    const planes = { controlPlane: () => aCluster(), scopeOf };
    const written = { ...ipRange, apiVersion: apiVersionOf(awsVpcPeeringKind) };
    for (const object of [written, undefined]) {
      expect(unitIn({ cluster: 'kcp-system/demo' }, object, planes)).toBe(unitOf(scope, aCluster()));
      expect(unitIn({ cluster: 'kcp-system/other' }, object, planes)).toBe('without a Scope');
    }
  });
});
