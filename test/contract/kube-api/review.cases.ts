import { expect, it } from 'vitest';
import type { Answer, Body } from './client.ts';
import { byText } from './client.ts';
import type { World } from './world.ts';

const GROUP = 'authorization.k8s.io';
const ROOT = `/apis/${GROUP}/v1`;
const PODS = { verb: 'get', resource: 'pods', namespace: 'default' };
const HEALTH = { path: '/healthz', verb: 'get' };
const JANE = { headers: { 'impersonate-user': 'jane' } };

const review = (kind: string, spec: unknown, metadata: object = {}): Body => ({
  apiVersion: `${GROUP}/v1`,
  kind,
  metadata,
  spec,
});

export function reviewCases(world: () => Promise<World>): void {
  const self = async (spec: unknown, options: object = {}): Promise<Answer> =>
    (await world()).ask('POST', `${ROOT}/selfsubjectaccessreviews`, review('SelfSubjectAccessReview', spec), options);
  const others = async (spec: unknown): Promise<Answer> =>
    (await world()).post(`${ROOT}/subjectaccessreviews`, review('SubjectAccessReview', spec));
  const rules = async (namespace: string, options: object = {}): Promise<Answer> => {
    const body = review('SelfSubjectRulesReview', { namespace });
    return (await world()).ask('POST', `${ROOT}/selfsubjectrulesreviews`, body, options);
  };

  it('tells the administrator that everything is allowed', async () => {
    const { code, body } = await self({ resourceAttributes: PODS });
    expect(code).toBe(201);
    const metadata = { managedFields: [expect.objectContaining({ manager: 'contract', operation: 'Update' })] };
    expect(body).toEqual({
      ...review('SelfSubjectAccessReview', { resourceAttributes: PODS }, metadata),
      status: { allowed: true },
    });
  });

  it('tells somebody else that it is not', async () => {
    const { body } = await self({ resourceAttributes: PODS }, JANE);
    expect(body.status).toEqual({ allowed: false });
  });

  it('says by which binding something is allowed', async () => {
    const { body } = await self({ nonResourceAttributes: { path: '/apis/any', verb: 'get' } }, JANE);
    expect(body.status).toEqual({
      allowed: true,
      reason:
        'RBAC: allowed by ClusterRoleBinding "system:discovery" of ClusterRole "system:discovery" to Group "system:authenticated"',
    });
  });

  it.each([
    [
      'nothing',
      {},
      'spec.resourceAttributes',
      'Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified',
    ],
    [
      'two things',
      { resourceAttributes: PODS, nonResourceAttributes: HEALTH },
      'spec.nonResourceAttributes',
      'Invalid value: {"Path":"/healthz","Verb":"get"}: cannot be specified in combination with resourceAttributes',
    ],
  ])('refuses a review that asks about %s', async (_, spec, field, message) => {
    const { code, body } = await self(spec);
    expect({ code, body }).toEqual({
      code: 422,
      body: {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message: `.${GROUP} "" is invalid: ${field}: ${message}`,
        reason: 'Invalid',
        details: { group: GROUP, causes: [{ reason: 'FieldValueInvalid', message, field }] },
        code: 422,
      },
    });
  });

  it('refuses a review with a name', async () => {
    const w = await world();
    const named = review('SelfSubjectAccessReview', { nonResourceAttributes: HEALTH }, { name: 'a' });
    const { code, body } = await w.post(`${ROOT}/selfsubjectaccessreviews`, named);
    expect({ code, field: body.details.causes[0].field }).toEqual({ code: 422, field: 'metadata' });
    expect(body.message).toMatch(/: must be empty$/);
  });

  it('warns of what a review has no field for', async () => {
    const { code, headers, body } = await self({ nonResourceAttributes: HEALTH, color: 'red' });
    expect({ code, warning: headers['warning'] }).toEqual({
      code: 201,
      warning: String.raw`299 - "unknown field \"spec.color\""`,
    });
    expect(body.spec).toEqual({ nonResourceAttributes: HEALTH });
  });

  it('fills in the type of a review', async () => {
    const w = await world();
    const { code, body } = await w.post(`${ROOT}/selfsubjectaccessreviews`, {
      spec: { nonResourceAttributes: HEALTH },
    });
    expect({ code, kind: body.kind, status: body.status }).toEqual({
      code: 201,
      kind: 'SelfSubjectAccessReview',
      status: { allowed: true },
    });
  });

  it.each([
    ['GET', '', 405],
    ['DELETE', '', 405],
    ['GET', '/any', 404],
    ['PUT', '/any', 404],
  ])('keeps no reviews: %s %s', async (method, rest, code) => {
    const w = await world();
    const answer = await w.ask(method, `${ROOT}/selfsubjectaccessreviews${rest}`);
    expect({ code: answer.code, kind: answer.body.kind }).toEqual({ code, kind: 'Status' });
  });

  it('makes a difference between those without credentials and others', async () => {
    const w = await world();
    const body = review('SelfSubjectAccessReview', { resourceAttributes: PODS });
    const { code } = await w.client.anonymous().ask('POST', `${ROOT}/selfsubjectaccessreviews`, body);
    expect(code).toBe(403);
  });

  it.each([
    ['a user', { user: 'jane' }, false],
    ['a group', { groups: ['system:masters'] }, true],
    ['a user of a group', { user: 'jane', groups: ['system:masters'] }, true],
    ['a user with everything', { user: 'jane', uid: 'u', groups: ['g'], extra: { a: ['b'] } }, false],
  ])('reviews for others what is allowed to %s', async (_, subject, allowed) => {
    const spec = { ...subject, resourceAttributes: PODS };
    const { code, body } = await others(spec);
    expect({ code, spec: body.spec, status: body.status }).toEqual({ code: 201, spec, status: { allowed } });
  });

  it('refuses a review of nobody', async () => {
    const { code, body } = await others({ resourceAttributes: PODS });
    expect({ code, message: body.message }).toEqual({
      code: 422,
      message: `.${GROUP} "" is invalid: spec.user: Invalid value: "": at least one of user or group must be specified`,
    });
  });

  it('reviews for others in one namespace', async () => {
    const w = await world();
    const path = `${ROOT}/namespaces/${w.namespace}/localsubjectaccessreviews`;
    const asked = (namespace: string) => ({ user: 'jane', resourceAttributes: { ...PODS, namespace } });
    const metadata = { namespace: w.namespace };
    const here = await w.post(path, review('LocalSubjectAccessReview', asked(w.namespace), metadata));
    expect(here.body).toMatchObject({
      ...review('LocalSubjectAccessReview', asked(w.namespace), metadata),
      status: { allowed: false },
    });
    const there = await w.post(path, review('LocalSubjectAccessReview', asked('other'), metadata));
    expect({ code: there.code, message: there.body.message }).toEqual({
      code: 422,
      message: `.${GROUP} "" is invalid: spec.resourceAttributes.namespace: Invalid value: "other": must match metadata.namespace`,
    });
  });

  it('lists the rules that apply to somebody', async () => {
    const { code, body } = await rules('default', JANE);
    expect({ code, spec: body.spec }).toEqual({ code: 201, spec: {} });
    expect(body.status.incomplete).toBe(false);
    expect(body.status.resourceRules).toEqual([
      { verbs: ['create'], apiGroups: [GROUP], resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'] },
      { verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'] },
    ]);
    const paths = body.status.nonResourceRules.flatMap((rule: Body) => rule.nonResourceURLs);
    expect([...new Set<string>(paths)].sort(byText)).toEqual([
      '/api',
      '/api/*',
      '/apis',
      '/apis/*',
      '/healthz',
      '/livez',
      '/openapi',
      '/openapi/*',
      '/readyz',
      '/version',
      '/version/',
    ]);
  });

  it('lists for the administrator that everything is allowed', async () => {
    const { body } = await rules('default');
    expect(body.status.resourceRules).toContainEqual({ verbs: ['*'], apiGroups: ['*'], resources: ['*'] });
    expect(body.status.nonResourceRules).toContainEqual({ verbs: ['*'], nonResourceURLs: ['*'] });
  });

  it('lists rules for one namespace at a time', async () => {
    const { code, body } = await rules('');
    expect({ code, message: body.message }).toEqual({ code: 400, message: 'no namespace on request' });
  });

  it.each([
    ['authentication.k8s.io', 'selfsubjectreviews', 'SelfSubjectReview', false],
    ['authentication.k8s.io', 'tokenreviews', 'TokenReview', false],
    [GROUP, 'localsubjectaccessreviews', 'LocalSubjectAccessReview', true],
    [GROUP, 'selfsubjectaccessreviews', 'SelfSubjectAccessReview', false],
    [GROUP, 'selfsubjectrulesreviews', 'SelfSubjectRulesReview', false],
    [GROUP, 'subjectaccessreviews', 'SubjectAccessReview', false],
  ])('offers the reviews of %s: %s', async (group, name, kind, namespaced) => {
    const w = await world();
    const { body } = await w.get(`/apis/${group}/v1`);
    expect(body.resources.find((one: Body) => one.name === name)).toEqual({
      name,
      singularName: kind.toLowerCase(),
      namespaced,
      kind,
      verbs: ['create'],
    });
  });

  it('offers tokens at service accounts', async () => {
    const w = await world();
    const { body } = await w.get('/api/v1');
    expect(body.resources.find((one: Body) => one.name === 'serviceaccounts/token')).toEqual({
      name: 'serviceaccounts/token',
      singularName: '',
      namespaced: true,
      group: 'authentication.k8s.io',
      version: 'v1',
      kind: 'TokenRequest',
      verbs: ['create'],
    });
  });
}
