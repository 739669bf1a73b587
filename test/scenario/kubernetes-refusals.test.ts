import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ipRangeKind, redisInstanceKind, scopeKind } from '../../src/api/index.ts';
import {
  type Condition,
  eventKind,
  findCondition,
  type KubeObject,
  mergePatch,
  type ResourceKind,
  secretKind,
} from '../../src/kube/index.ts';
import { Environment } from '../support/environment.ts';
import { aRedisInstanceManifest, aScopeManifest, anIpRangeManifest } from '../support/manifests.ts';
import { NAMESPACE } from '../support/namespace.ts';
import { USER_AGENT } from '../support/user.ts';

/*
 * Kubernetes does not let the operator write what it has to. The object that is held up says what to grant or to mend,
 * is tried again ever less often, and recovers by itself when the cause goes.
 */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const SECRET = { namespace: NAMESPACE, name: 'cm-demo-instance' };

let environment: Environment;
beforeEach(async () => {
  environment = await Environment.start();
});
afterEach(() => environment.stop());

type Reported = KubeObject & { readonly status?: { readonly conditions?: readonly Condition[] } };

async function errorOf(kind: ResourceKind<Reported>, name: string): Promise<Condition | undefined> {
  return findCondition((await environment.find(kind, name))?.status?.conditions, 'Error');
}

interface Refused {
  readonly verb: string;
  readonly resource: string;
  readonly subresource?: 'status';
}

/** Requests of the operator alone. *Returns* what permits them. */
function forbid({ verb, resource, subresource }: Refused): { readonly permit: () => void; tries: number } {
  const refusal = { permit: () => {}, tries: 0 };
  refusal.permit = environment.api.faults.intercept((request) => {
    const isMeant = request.verb === verb && request.resource === resource && request.subresource === subresource;
    if (request.userAgent === USER_AGENT || !isMeant) return undefined;
    refusal.tries += 1;
    return { status: 403 };
  });
  return refusal;
}

describe('a permission that is missing', () => {
  it.each([
    { verb: 'patch', resource: 'scopes', kind: scopeKind, name: 'demo' },
    { verb: 'patch', resource: 'ipranges', kind: ipRangeKind, name: 'demo-range' },
    { verb: 'create', resource: 'secrets', kind: redisInstanceKind, name: 'demo-instance' },
  ])('($verb $resource) is shown, asked for a few times an hour, and missed no more', async (refused) => {
    const { kind, name } = refused;
    const refusal = forbid(refused);
    await environment.apply(aScopeManifest(), anIpRangeManifest(), aRedisInstanceManifest());
    await environment.until(async () => (await errorOf(kind, name)) !== undefined);
    const error = await errorOf(kind, name);
    expect(error?.reason).toBe('KubernetesRefused');
    expect(error?.message).toContain(`Grant the operator ${refused.verb} on ${refused.resource}`);

    refusal.tries = 0;
    await environment.advance(HOUR_MS);
    expect(refusal.tries).toBeGreaterThanOrEqual(4);
    expect(refusal.tries).toBeLessThanOrEqual(8);
    expect(await errorOf(kind, name)).toEqual(error);

    refusal.permit();
    await environment.untilReady(redisInstanceKind, 'demo-instance', HOUR_MS);
    expect(await errorOf(kind, name)).toBeUndefined();
  });

  it('to write the status is told by an Event', async () => {
    const { permit } = forbid({ verb: 'patch', resource: 'scopes', subresource: 'status' });
    await environment.apply(aScopeManifest());
    await environment.settle();
    const { items } = await environment.kube.list(eventKind, { namespace: NAMESPACE });
    expect(items.find(({ reason }) => reason === 'StatusRefused')?.message).toMatch(
      /Grant .* patch on scopes.*\/status/,
    );
    permit();
    await environment.until(async () => findCondition((await scope())?.status?.conditions, 'Ready') !== undefined);
  });

  const scope = () => environment.find(scopeKind, 'demo');
});

describe('a Secret that somebody wrote wrong and made immutable', () => {
  beforeEach(async () => {
    await environment.prepareNetwork();
    await environment.apply(aRedisInstanceManifest());
    await environment.untilReady(redisInstanceKind, 'demo-instance');
  });

  const lock = (finalizers: readonly string[]): Promise<unknown> => {
    const data = { host: Buffer.from('theirs').toString('base64') };
    return environment.kube.patch(secretKind, SECRET, mergePatch({ metadata: { finalizers }, data, immutable: true }));
  };
  const host = async (): Promise<string> => {
    const secret = await environment.find(secretKind, SECRET.name);
    return Buffer.from(secret?.data?.['host'] ?? '', 'base64').toString();
  };

  it('is made anew', async () => {
    const right = await host();
    await lock([]);
    await environment.settle();
    expect(await host()).toBe(right);
    await environment.untilReady(redisInstanceKind, 'demo-instance');
  });

  it('is no longer behind a Ready while a finalizer keeps it', async () => {
    const right = await host();
    await lock(['example.com/kept']);
    await environment.until(async () => (await errorOf(redisInstanceKind, 'demo-instance')) !== undefined);
    expect(await errorOf(redisInstanceKind, 'demo-instance')).toMatchObject({
      reason: 'KubernetesRefused',
      message: expect.stringContaining(`secrets ${NAMESPACE}/${SECRET.name}: 422 Invalid (data FieldValueForbidden)`),
    });
    await environment.kube.patch(secretKind, SECRET, mergePatch({ metadata: { finalizers: null } }));
    await environment.untilReady(redisInstanceKind, 'demo-instance', HOUR_MS);
    expect(await host()).toBe(right);
  });
});
