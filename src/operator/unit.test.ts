import { describe, expect, it } from 'vitest';
import { aSubscription, aVpcNetwork } from '../../test/support/cloud-control.ts';
import {
  anIpRangeManifest,
  aScopeManifest,
  aVpcPeeringManifest,
  changed,
  type Manifest,
} from '../../test/support/manifests.ts';
import type { KubeObject } from '../kube/resource.ts';
import type { Cache, Cluster } from '../runtime/index.ts';
import { unitOf } from './unit.ts';

/** As the API server would answer. */
function stored(manifest: Manifest): KubeObject {
  return { ...manifest, metadata: { ...manifest.metadata, uid: 'uid', resourceVersion: '1' } };
}

function aCluster(...scopes: readonly KubeObject[]): Pick<Cluster, 'cache'> {
  const get = (key: { readonly namespace?: string; readonly name: string }) =>
    scopes.find(({ metadata }) => metadata.name === key.name && metadata.namespace === key.namespace);
  // Nothing else of a cache is asked, and what is in it are Scopes.
  return { cache: () => ({ get }) as unknown as Cache<never> };
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
});
