import { expect, it } from 'vitest';
import type { Body } from './client.ts';
import { fresh } from './client.ts';
import { untilServerKnows } from '../../support/server-knows.ts';
import { TEST_LABELS } from '../../support/test-labels.ts';
import type { World } from './world.ts';
import { configMap } from './world.ts';

const causesOf = (body: Body): readonly (readonly string[])[] =>
  body.details.causes.map((cause: Body) => [cause.field, cause.message]);

export function limitCases(world: () => Promise<World>): void {
  const secretsOf = (w: World): string => `/api/v1/namespaces/${w.namespace}/secrets`;
  const leasesOf = (w: World): string => `/apis/coordination.k8s.io/v1/namespaces/${w.namespace}/leases`;

  it('refuses more data than an object may hold', async () => {
    const w = await world();
    const large = 'x'.repeat(1_048_577);
    const map = await w.post(w.configMaps, configMap('a', { a: large }));
    expect(causesOf(map.body)).toEqual([['[]', 'Too long: may not be more than 1048576 bytes']]);
    const secret = await w.post(secretsOf(w), { metadata: { name: 'a' }, stringData: { a: large } });
    expect(causesOf(secret.body)).toEqual([['data', 'Too long: may not be more than 1048576 bytes']]);
  });

  it('refuses more annotations than an object may have', async () => {
    const w = await world();
    const annotations = { a: 'x'.repeat(262_144) };
    const { code, body } = await w.post(w.configMaps, configMap('a', {}, { annotations }));
    expect({ code, causes: causesOf(body) }).toEqual({
      code: 422,
      causes: [['metadata.annotations', 'Too long: may not be more than 262144 bytes']],
    });
  });

  it.each([
    ['kubernetes.io/tls', ['tls.crt', 'tls.key']],
    ['kubernetes.io/ssh-auth', ['ssh-privatekey']],
    ['kubernetes.io/dockercfg', ['.dockercfg']],
    ['kubernetes.io/dockerconfigjson', ['.dockerconfigjson']],
    ['kubernetes.io/basic-auth', ['username', 'password']],
  ])('asks of a secret of type %s for what it is about', async (type, keys) => {
    const w = await world();
    const { code, body } = await w.post(secretsOf(w), { metadata: { name: 'a' }, type });
    expect({ code, causes: causesOf(body) }).toEqual({
      code: 422,
      causes: keys.map((key) => [`data[${key}]`, 'Required value']),
    });
  });

  it('takes a secret for basic authentication with one of two', async () => {
    const w = await world();
    const secret = { metadata: { name: 'a' }, type: 'kubernetes.io/basic-auth', stringData: { password: 'p' } };
    expect((await w.post(secretsOf(w), secret)).code).toBe(201);
  });

  it('asks of a secret with a token for its service account', async () => {
    const w = await world();
    const { code, body } = await w.post(secretsOf(w), {
      metadata: { name: 'a' },
      type: 'kubernetes.io/service-account-token',
    });
    expect({ code, causes: causesOf(body) }).toEqual({
      code: 422,
      causes: [['metadata.annotations[kubernetes.io/service-account.name]', 'Required value']],
    });
  });

  it('refuses a lease that was over before it began', async () => {
    const w = await world();
    const spec = { leaseDurationSeconds: 0, leaseTransitions: -1 };
    const { code, body } = await w.post(leasesOf(w), { metadata: { name: 'l' }, spec });
    expect({ code, causes: causesOf(body) }).toEqual({
      code: 422,
      causes: [
        ['spec.leaseDurationSeconds', 'Invalid value: 0: must be greater than 0'],
        ['spec.leaseTransitions', 'Invalid value: -1: must be greater than or equal to 0'],
      ],
    });
  });

  it.each([
    ['six digits after the point', '2026-01-02T03:04:05.123456Z', 201],
    ['seconds', '2026-01-02T03:04:05Z', 400],
    ['three digits', '2026-01-02T03:04:05.123Z', 400],
    ['nine digits', '2026-01-02T03:04:05.123456789Z', 400],
    ['a word', 'yesterday', 400],
  ])('reads the time of a lease in %s', async (_, renewTime, code) => {
    const w = await world();
    const answer = await w.post(leasesOf(w), { metadata: { name: 'l' }, spec: { renewTime } });
    expect(answer.code).toBe(code);
  });

  it.each(['default', 'kube-system', 'kube-public'])('keeps the namespace %s', async (name) => {
    const w = await world();
    const { code, body } = await w.ask('DELETE', `/api/v1/namespaces/${name}`);
    expect({ code, message: body.message }).toEqual({
      code: 403,
      message: `namespaces "${name}" is forbidden: this namespace may not be deleted`,
    });
  });

  it('has no initial events in a list', async () => {
    const w = await world();
    const { code, body } = await w.get(`${w.configMaps}?sendInitialEvents=true`);
    expect({ code, causes: causesOf(body) }).toEqual({
      code: 422,
      causes: [['sendInitialEvents', 'Forbidden: sendInitialEvents is forbidden for list']],
    });
  });

  it('names everything that is wrong with how a watch wants to begin', async () => {
    const w = await world();
    const { body } = await w.get(`${w.configMaps}?watch=true&resourceVersion=0&resourceVersionMatch=Exact`);
    expect(causesOf(body)).toEqual([
      [
        'resourceVersionMatch',
        'Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
      ],
      ['resourceVersionMatch', 'Unsupported value: "Exact": supported values: "NotOlderThan"'],
    ]);
  });

  it.each(['true', 'True', '1', 'yes', ''])('takes watch=%s for a yes', async (text) => {
    const w = await world();
    const watch = await w.client.watch(`${w.configMaps}?watch=${text}&timeoutSeconds=1`);
    expect(await watch.next()).toBeUndefined();
  });

  it.each(['false', '0'])('takes watch=%s for a no', async (text) => {
    const w = await world();
    expect((await w.get(`${w.configMaps}?watch=${text}`)).body.kind).toBe('ConfigMapList');
  });

  it('warns of a deprecated version of a definition with each request', async () => {
    const w = await world();
    const group = `${fresh('old')}.example.com`;
    const versions = [
      ['v1', {}],
      ['v1beta1', { deprecated: true }],
      ['v1alpha1', { deprecated: true, deprecationWarning: 'use v1' }],
    ] as const;
    const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    await w.post(definitions, {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `relics.${group}`, labels: TEST_LABELS },
      spec: {
        group,
        scope: 'Namespaced',
        names: { plural: 'relics', kind: 'Relic' },
        versions: versions.map(([name, more], index) => ({
          name,
          served: true,
          storage: index === 0,
          schema: { openAPIV3Schema: { type: 'object' } },
          ...more,
        })),
      },
    });
    const warningOf = async (version: string): Promise<string | undefined> => {
      const path = `/apis/${group}/${version}/relics`;
      // The real server serves a definition a moment after it was made.
      await untilServerKnows(`how to serve ${path}`, async () => (await w.get(path)).code === 200);
      return (await w.get(path)).headers['warning']?.toString();
    };
    expect(await warningOf('v1')).toBeUndefined();
    expect(await warningOf('v1beta1')).toBe(`299 - "${group}/v1beta1 Relic is deprecated; use ${group}/v1 Relic"`);
    expect(await warningOf('v1alpha1')).toBe('299 - "use v1"');
    await w.ask('DELETE', `${definitions}/relics.${group}`);
  });
}
