import { expect, it } from 'vitest';
import type { Answer, Body } from './client.ts';
import { byText } from './client.ts';
import type { World } from './world.ts';
import { configMap } from './world.ts';

const AUTHENTICATION = '/apis/authentication.k8s.io/v1';
const WHO = {
  path: `${AUTHENTICATION}/selfsubjectreviews`,
  body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
};

/** A service account of the case's namespace, and a token of it. */
async function madeAccount(w: World, name = 'robot'): Promise<{ uid: string; token: string }> {
  const accounts = `/api/v1/namespaces/${w.namespace}/serviceaccounts`;
  const { body } = await w.post(accounts, { metadata: { name } });
  const { token } = (await tokenFor(w, name)).body.status;
  return { uid: body.metadata.uid, token };
}

function tokenFor(w: World, name: string, spec: object = {}, metadata: object = {}): Promise<Answer> {
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', metadata, spec };
  return w.post(`/api/v1/namespaces/${w.namespace}/serviceaccounts/${name}/token`, body);
}

function claimsOf(token: string): Body {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
}

/**
 * Whether the server comes to refuse a token of the account that `end` puts an end to. It hears of the end by a watch of its
 * own, and remembers for a while what it took: hence a token for each attempt.
 */
async function isRefusedAfter(w: World, spec: object, end: () => Promise<unknown>): Promise<boolean> {
  const orders = Array.from({ length: 20 }, () => tokenFor(w, 'robot', spec));
  const tokens = (await Promise.all(orders)).map(({ body }) => body.status.token);
  await end();
  for (const token of tokens) {
    const { code } = await w.client.anonymous().ask('GET', '/healthz', undefined, bearing(token));
    if (code === 401) return true;
  }
  return false;
}

const bearing = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
const as = (user: string, more: { readonly [header: string]: string } = {}) => ({
  headers: { 'impersonate-user': user, ...more },
});

export function authenticationCases(world: () => Promise<World>): void {
  it('tells who comes without credentials what they cannot do', async () => {
    const w = await world();
    const { code, body, headers } = await w.client.anonymous().ask('GET', w.configMaps);
    expect(code).toBe(403);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: `configmaps is forbidden: User "system:anonymous" cannot list resource "configmaps" in API group "" in the namespace "${w.namespace}"`,
      reason: 'Forbidden',
      details: { kind: 'configmaps' },
      code: 403,
    });
  });

  it.each(['/version', '/version/', '/healthz', '/livez', '/readyz'])(
    'lets everybody read %s without credentials',
    async (path) => {
      const w = await world();
      expect((await w.client.anonymous().ask('GET', path)).code).toBe(200);
    },
  );

  it.each(['/', '/api', '/apis', '/api/v1', '/openapi/v3', '/healthz/ping', '/readyz/etcd', '/metrics', '/nowhere'])(
    'keeps %s from those without credentials',
    async (path) => {
      const w = await world();
      const { code, body } = await w.client.anonymous().ask('GET', path);
      expect(code).toBe(403);
      expect(body).toMatchObject({
        message: `forbidden: User "system:anonymous" cannot get path "${path}"`,
        details: {},
      });
    },
  );

  it.each([
    ['a token that nobody issued', 'Bearer nobody-issued-this'],
    ['a token of three parts that are none', 'Bearer a.b.c'],
    ['the scheme in small letters', 'bearer nobody-issued-this'],
  ])('refuses wrong credentials: %s', async (_, authorization) => {
    const w = await world();
    const stranger = w.client.anonymous();
    for (const path of [w.configMaps, '/healthz']) {
      const { code, body } = await stranger.ask('GET', path, undefined, { headers: { authorization } });
      expect({ code, body }).toEqual({
        code: 401,
        body: {
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Failure',
          message: 'Unauthorized',
          reason: 'Unauthorized',
          code: 401,
        },
      });
    }
  });

  it.each([
    ['no token', 'Bearer '],
    ['another scheme', 'Basic YTpi'],
  ])('takes a header with %s for no credentials', async (_, authorization) => {
    const w = await world();
    const { code } = await w.client.anonymous().ask('GET', '/healthz', undefined, { headers: { authorization } });
    expect(code).toBe(200);
  });

  it('knows the holder of a client certificate, whatever token is sent along', async () => {
    const w = await world();
    const { code, body } = await w.ask('POST', WHO.path, WHO.body, bearing('nobody-issued-this'));
    expect(code).toBe(201);
    const { userInfo } = body.status;
    expect(userInfo.groups).toEqual(['system:masters', 'system:authenticated']);
    expect(userInfo.extra['authentication.kubernetes.io/credential-id'][0]).toMatch(/^X509SHA256=[0-9a-f]{64}$/);
    expect(body.metadata).toEqual({ creationTimestamp: expect.stringMatching(/^\d{4}-/) });
  });

  it('knows a service account by its token', async () => {
    const w = await world();
    const { uid, token } = await madeAccount(w);
    const { code, body } = await w.client.anonymous().ask('POST', WHO.path, WHO.body, bearing(token));
    expect(code).toBe(201);
    expect(body.status.userInfo).toEqual({
      username: `system:serviceaccount:${w.namespace}:robot`,
      uid,
      groups: ['system:serviceaccounts', `system:serviceaccounts:${w.namespace}`, 'system:authenticated'],
      extra: { 'authentication.kubernetes.io/credential-id': [`JTI=${claimsOf(token).jti}`] },
    });
  });

  it('refuses a token whose signature was changed', async () => {
    const w = await world();
    const { token } = await madeAccount(w);
    const [header, , signature] = token.split('.');
    const claims = { ...claimsOf(token), sub: 'system:serviceaccount:kube-system:admin' };
    const forged = `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${signature}`;
    expect((await w.client.anonymous().ask('GET', '/healthz', undefined, bearing(forged))).code).toBe(401);
  });

  it('refuses a token that is for somebody else', async () => {
    const w = await world();
    await madeAccount(w);
    const { token } = (await tokenFor(w, 'robot', { audiences: ['vault'] })).body.status;
    expect((await w.client.anonymous().ask('GET', '/healthz', undefined, bearing(token))).code).toBe(401);
  });

  it('refuses the token of an account that is gone', async () => {
    const w = await world();
    await madeAccount(w);
    const gone = () => w.ask('DELETE', `/api/v1/namespaces/${w.namespace}/serviceaccounts/robot`);
    expect(await isRefusedAfter(w, {}, gone)).toBe(true);
  });

  it('refuses the token of an account that was made anew under the same name', async () => {
    const w = await world();
    await madeAccount(w);
    const remade = async () => {
      await w.ask('DELETE', `/api/v1/namespaces/${w.namespace}/serviceaccounts/robot`);
      await w.post(`/api/v1/namespaces/${w.namespace}/serviceaccounts`, { metadata: { name: 'robot' } });
    };
    expect(await isRefusedAfter(w, {}, remade)).toBe(true);
  });

  it('describes in a token whom it is of, whom it is for and how long it holds', async () => {
    const w = await world();
    const { uid } = await madeAccount(w);
    const { code, body } = await tokenFor(w, 'robot', { audiences: ['vault', 'other'], expirationSeconds: 900 });
    expect(code).toBe(201);
    expect(body).toMatchObject({
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { name: 'robot', namespace: w.namespace, uid },
      spec: { audiences: ['vault', 'other'], expirationSeconds: 900, boundObjectRef: null },
    });
    const claims = claimsOf(body.status.token);
    expect(claims).toMatchObject({
      aud: ['vault', 'other'],
      sub: `system:serviceaccount:${w.namespace}:robot`,
      'kubernetes.io': { namespace: w.namespace, serviceaccount: { name: 'robot', uid } },
    });
    expect(claims.exp - claims.iat).toBe(900);
    expect(claims.nbf).toBe(claims.iat);
    expect(Math.abs(Date.parse(body.status.expirationTimestamp) / 1000 - claims.exp)).toBeLessThanOrEqual(1);
  });

  it('makes a token for the issuer, for an hour, when nothing is asked', async () => {
    const w = await world();
    await madeAccount(w);
    const { body } = await tokenFor(w, 'robot');
    expect(body.spec).toEqual({
      audiences: [claimsOf(body.status.token).iss],
      expirationSeconds: 3600,
      boundObjectRef: null,
    });
  });

  it('binds a token to a secret, and ends it with the secret', async () => {
    const w = await world();
    await madeAccount(w);
    const secrets = `/api/v1/namespaces/${w.namespace}/secrets`;
    const { body: secret } = await w.post(secrets, { metadata: { name: 'anchor' } });
    const boundObjectRef = { kind: 'Secret', apiVersion: 'v1', name: 'anchor' };
    const { token } = (await tokenFor(w, 'robot', { boundObjectRef })).body.status;
    expect(claimsOf(token)['kubernetes.io'].secret).toEqual({ name: 'anchor', uid: secret.metadata.uid });
    const gone = () => w.ask('DELETE', `${secrets}/anchor`);
    expect(await isRefusedAfter(w, { boundObjectRef }, gone)).toBe(true);
  });

  it.each([
    [
      'for less than ten minutes',
      { expirationSeconds: 60 },
      {},
      422,
      'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes',
    ],
    [
      'for more than 2^32 seconds',
      { expirationSeconds: 4_294_967_297 },
      {},
      422,
      'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds',
    ],
    [
      'of another name',
      {},
      { name: 'other' },
      422,
      'TokenRequest.authentication.k8s.io "robot" is invalid: metadata.name: Invalid value: "other": must match the service account name if specified',
    ],
    [
      'bound to a secret that is not there',
      { boundObjectRef: { kind: 'Secret', apiVersion: 'v1', name: 'missing' } },
      {},
      404,
      'secrets "missing" not found',
    ],
    [
      'bound to a pod that is not there',
      { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'missing' } },
      {},
      404,
      'pods "missing" not found',
    ],
  ])('refuses to make a token %s', async (_, spec, metadata, code, message) => {
    const w = await world();
    await madeAccount(w);
    const answer = await tokenFor(w, 'robot', spec, metadata);
    expect({ code: answer.code, message: answer.body.message }).toEqual({ code, message });
  });

  it('refuses to make a token of an account that is not there', async () => {
    const w = await world();
    const { code, body } = await tokenFor(w, 'missing');
    expect(code).toBe(404);
    expect(body.details).toEqual({ name: 'missing', kind: 'serviceaccounts' });
  });

  it('has nothing to read where tokens are made', async () => {
    const w = await world();
    await madeAccount(w);
    const { code } = await w.get(`/api/v1/namespaces/${w.namespace}/serviceaccounts/robot/token`);
    expect(code).toBe(405);
  });

  const review = (w: World, spec: object): Promise<Answer> =>
    w.post(`${AUTHENTICATION}/tokenreviews`, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenReview',
      spec,
    });

  it('reviews a token for others', async () => {
    const w = await world();
    const { uid, token } = await madeAccount(w);
    const { code, body } = await review(w, { token });
    expect(code).toBe(201);
    expect(body.status).toMatchObject({
      authenticated: true,
      user: { username: `system:serviceaccount:${w.namespace}:robot`, uid },
      audiences: [claimsOf(token).iss],
    });
  });

  it('says for which of the asked audiences a token is', async () => {
    const w = await world();
    await madeAccount(w);
    const { token } = (await tokenFor(w, 'robot', { audiences: ['vault'] })).body.status;
    const { body } = await review(w, { token, audiences: ['vault', 'other'] });
    expect(body.status).toMatchObject({ authenticated: true, audiences: ['vault'] });
  });

  it('says why a token proves nothing', async () => {
    const w = await world();
    const { body } = await review(w, { token: 'nobody-issued-this' });
    expect(body.status).toEqual({ user: {}, error: 'invalid bearer token' });
  });

  it('refuses to review no token', async () => {
    const w = await world();
    const { code, body } = await review(w, {});
    expect({ code, message: body.message }).toEqual({
      code: 400,
      message: 'token is required for TokenReview in authentication',
    });
  });

  it('publishes the key that tokens are verified with', async () => {
    const w = await world();
    const { token } = await madeAccount(w);
    const { body: discovery } = await w.get('/.well-known/openid-configuration');
    expect(discovery).toMatchObject({
      issuer: claimsOf(token).iss,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
    });
    const { body: keySet, headers } = await w.get('/openid/v1/jwks', { accept: 'application/jwk-set+json' });
    expect(headers['content-type']).toBe('application/jwk-set+json');
    const { kid } = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString('utf8'));
    expect(keySet.keys.map((key: Body) => key.kid)).toContain(kid);
  });

  it('lets the administrator act as somebody else', async () => {
    const w = await world();
    const options = as('jane', {
      'impersonate-group': 'devs',
      'impersonate-uid': 'u-1',
      'impersonate-extra-example.com%2fscopes': 'all',
    });
    const { body } = await w.ask('POST', WHO.path, WHO.body, options);
    expect(body.status.userInfo).toEqual({
      username: 'jane',
      uid: 'u-1',
      groups: ['devs', 'system:authenticated'],
      extra: { 'example.com/scopes': ['all'] },
    });
  });

  it.each([
    [
      'a service account has its groups',
      'system:serviceaccount:a:b',
      {},
      ['system:authenticated', 'system:serviceaccounts', 'system:serviceaccounts:a'],
    ],
    [
      'groups that are named are all there are',
      'system:serviceaccount:a:b',
      { 'impersonate-group': 'g' },
      ['g', 'system:authenticated'],
    ],
    [
      'who is said to be authenticated is it once',
      'jane',
      { 'impersonate-group': 'system:authenticated' },
      ['system:authenticated'],
    ],
    [
      'a user may become an administrator',
      'jane',
      { 'impersonate-group': 'system:masters' },
      ['system:authenticated', 'system:masters'],
    ],
  ])('knows the groups of who is impersonated: %s', async (_, user, headers, groups) => {
    const w = await world();
    const { body } = await w.ask('POST', WHO.path, WHO.body, as(user, headers));
    expect(body.status.userInfo.groups.toSorted(byText)).toEqual(groups);
  });

  it('treats the anonymous as such when impersonated', async () => {
    const w = await world();
    const { code, body } = await w.ask('POST', WHO.path, WHO.body, as('system:anonymous'));
    expect(code).toBe(403);
    expect(body.message).toBe(
      'selfsubjectreviews.authentication.k8s.io is forbidden: User "system:anonymous" cannot create resource "selfsubjectreviews" in API group "authentication.k8s.io" at the cluster scope',
    );
  });

  it.each([
    [
      'a group',
      { 'impersonate-group': 'devs' },
      '&user.DefaultInfo{Name:"", UID:"", Groups:[]string{"devs"}, Extra:map[string][]string(nil)}',
    ],
    [
      'a uid',
      { 'impersonate-uid': 'u-1' },
      '&user.DefaultInfo{Name:"", UID:"u-1", Groups:[]string(nil), Extra:map[string][]string(nil)}',
    ],
  ])('refuses to impersonate %s without a name', async (_, headers, said) => {
    const w = await world();
    const { code, body } = await w.ask('GET', '/api', undefined, { headers });
    expect({ code, message: body.message }).toEqual({
      code: 400,
      message: `requested ${said} without impersonating a user name`,
    });
  });

  it('writes as who is impersonated, with their permissions', async () => {
    const w = await world();
    const { code, body } = await w.ask('POST', w.configMaps, configMap('a'), as('jane'));
    expect(code).toBe(403);
    expect(body.message).toBe(
      `configmaps is forbidden: User "jane" cannot create resource "configmaps" in API group "" in the namespace "${w.namespace}"`,
    );
  });
}
