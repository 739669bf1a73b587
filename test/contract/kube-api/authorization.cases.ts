import { expect, it } from 'vitest';
import type { Answer, AskOptions, Body } from './client.ts';
import { JSON_PATCH, MERGE, fresh } from './client.ts';
import { untilServerKnows } from '../../support/server-knows.ts';
import { TEST_LABELS } from '../../support/test-labels.ts';
import type { World } from './world.ts';
import { configMap } from './world.ts';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const GROUP = 'rbac.authorization.k8s.io';
const REVIEWS = '/apis/authorization.k8s.io/v1';

interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

const on = (verbs: readonly string[], resources: readonly string[], more: Partial<Rule> = {}): Rule => ({
  verbs,
  apiGroups: [''],
  resources,
  ...more,
});

const typed = (kind: string, name: string, content: object): Body => ({
  apiVersion: `${GROUP}/v1`,
  kind,
  metadata: { name, labels: TEST_LABELS },
  ...content,
});
const roleRef = (kind: string, name: string): object => ({ apiGroup: GROUP, kind, name });
const userSubject = (name: string): object => ({ apiGroup: GROUP, kind: 'User', name });

/** A user whom nobody granted anything, and how to ask as that user. */
class Guest {
  readonly world: World;
  readonly name = fresh('user');

  constructor(world: World) {
    this.world = world;
  }

  get roles(): string {
    return `${RBAC}/namespaces/${this.world.namespace}/roles`;
  }

  get bindings(): string {
    return `${RBAC}/namespaces/${this.world.namespace}/rolebindings`;
  }

  ask(method: string, path: string, body?: unknown, options: AskOptions = {}): Promise<Answer> {
    const headers = { ...options.headers, 'impersonate-user': this.name };
    return this.world.ask(method, path, body, { ...options, headers });
  }

  async code(method: string, path: string, body?: unknown, options?: AskOptions): Promise<number> {
    return (await this.ask(method, path, body, options)).code;
  }

  /** Grants rules in the case's namespace; resolves when the server heard of it, which may take it a moment. */
  async granted(...rules: readonly Rule[]): Promise<this> {
    const name = fresh('granted');
    await this.world.post(this.roles, typed('Role', name, { rules: [...rules, MARK] }));
    return this.bound(name, roleRef('Role', name));
  }

  async bound(name: string, reference: object, subjects: readonly object[] = [userSubject(this.name)]): Promise<this> {
    await this.world.post(this.bindings, typed('RoleBinding', name, { roleRef: reference, subjects }));
    await this.#untilKnown({ namespace: this.world.namespace });
    return this;
  }

  /** Grants rules everywhere. */
  async grantedEverywhere(...rules: readonly Rule[]): Promise<this> {
    const name = fresh('granted');
    await this.world.post(`${RBAC}/clusterroles`, typed('ClusterRole', name, { rules: [...rules, MARK] }));
    const content = { roleRef: roleRef('ClusterRole', name), subjects: [userSubject(this.name)] };
    await this.world.post(`${RBAC}/clusterrolebindings`, typed('ClusterRoleBinding', name, content));
    await this.#untilKnown();
    return this;
  }

  #untilKnown(place: { readonly namespace?: string } = {}): Promise<void> {
    const asked = { verb: 'mark', resource: 'marks', ...place };
    return untilServerKnows(`what ${this.name} was granted`, () => this.may(asked));
  }

  async may(resourceAttributes: object): Promise<boolean> {
    const body = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes },
    };
    return (await this.ask('POST', `${REVIEWS}/selfsubjectaccessreviews`, body)).body.status.allowed;
  }
}

/** Something that only the grants of this suite name, to learn from that the server knows them. */
const MARK = on(['mark'], ['marks']);

export function authorizationCases(world: () => Promise<World>): void {
  const guest = async (): Promise<Guest> => new Guest(await world());

  it.each([
    ['GET', '/api/v1/nodes/n', 'nodes "n" is forbidden', 'get resource "nodes" in API group "" at the cluster scope'],
    [
      'GET',
      '/api/v1/namespaces/a/secrets',
      'secrets is forbidden',
      'list resource "secrets" in API group "" in the namespace "a"',
    ],
    [
      'GET',
      '/api/v1/secrets?watch=true',
      'secrets is forbidden',
      'watch resource "secrets" in API group "" at the cluster scope',
    ],
    [
      'GET',
      '/api/v1/namespaces/a',
      'namespaces "a" is forbidden',
      'get resource "namespaces" in API group "" in the namespace "a"',
    ],
    [
      'PUT',
      '/api/v1/namespaces/a/finalize',
      'namespaces "a" is forbidden',
      'update resource "namespaces/finalize" in API group "" in the namespace "a"',
    ],
    [
      'PATCH',
      '/apis/example.com/v1/namespaces/a/things/b/status',
      'things.example.com "b" is forbidden',
      'patch resource "things/status" in API group "example.com" in the namespace "a"',
    ],
    [
      'DELETE',
      '/api/v1/namespaces/a/configmaps',
      'configmaps is forbidden',
      'deletecollection resource "configmaps" in API group "" in the namespace "a"',
    ],
    [
      'DELETE',
      '/api/v1/namespaces/a/configmaps/b',
      'configmaps "b" is forbidden',
      'delete resource "configmaps" in API group "" in the namespace "a"',
    ],
    [
      'POST',
      '/api/v1/namespaces/a/serviceaccounts/b/token',
      'serviceaccounts "b" is forbidden',
      'create resource "serviceaccounts/token" in API group "" in the namespace "a"',
    ],
    [
      'GET',
      '/api/v1/namespaces/a/configmaps?fieldSelector=metadata.name%3Db',
      'configmaps "b" is forbidden',
      'list resource "configmaps" in API group "" in the namespace "a"',
    ],
    ['GET', '/metrics', 'forbidden', 'get path "/metrics"'],
    ['POST', '/nowhere/at/all', 'forbidden', 'post path "/nowhere/at/all"'],
    ['GET', '/.well-known/openid-configuration', 'forbidden', 'get path "/.well-known/openid-configuration"'],
  ])('says what is missing: %s %s', async (method, path, subject, what) => {
    const somebody = await guest();
    const { code, body } = await somebody.ask(method, path, method === 'GET' ? undefined : {});
    expect(code).toBe(403);
    expect(body).toMatchObject({ reason: 'Forbidden', message: `${subject}: User "${somebody.name}" cannot ${what}` });
  });

  it('lets everybody who is known discover the API', async () => {
    const somebody = await guest();
    for (const path of ['/api', '/apis', '/api/v1', '/apis/apps', '/openapi/v2', '/openapi/v3', '/version', '/healthz'])
      expect([path, (await somebody.ask('GET', path)).code]).not.toContain(403);
  });

  it('takes a watch of an object that the path names for getting it', async () => {
    const reader = await (await guest()).granted(on(['get'], ['configmaps']));
    const { world: w } = reader;
    await w.madeConfigMap('a');
    const { code, body } = await reader.ask('GET', `${w.configMaps}/a?watch=true`);
    expect(code).toBe(200);
    expect(body).toMatchObject({ kind: 'ConfigMap', metadata: { name: 'a' } });
    const watcher = await new Guest(w).granted(on(['watch'], ['configmaps']));
    const refused = await watcher.ask('GET', `${w.configMaps}/a?watch=true`);
    expect(refused.code).toBe(403);
    expect(refused.body.message).toContain('cannot get resource "configmaps"');
  });

  it('permits what a role in the namespace says, and nothing else', async () => {
    const somebody = await (await guest()).granted(on(['get', 'list'], ['configmaps']));
    const { world: w } = somebody;
    await w.madeConfigMap('a');
    expect(await somebody.code('GET', w.configMaps)).toBe(200);
    expect(await somebody.code('GET', `${w.configMaps}/a`)).toBe(200);
    expect(await somebody.code('GET', `${w.configMaps}?watch=true`)).toBe(403);
    expect(await somebody.code('POST', w.configMaps, configMap('b'))).toBe(403);
    expect(await somebody.code('DELETE', `${w.configMaps}/a`)).toBe(403);
    expect(await somebody.code('GET', '/api/v1/configmaps')).toBe(403);
    expect(await somebody.code('GET', '/api/v1/namespaces/default/configmaps')).toBe(403);
    expect(await somebody.code('GET', `/api/v1/namespaces/${w.namespace}/secrets`)).toBe(403);
  });

  it('permits in one namespace what a cluster role says that is bound there', async () => {
    const somebody = await guest();
    const name = fresh('reader');
    const rules = [on(['list'], ['configmaps']), MARK];
    await somebody.world.post(`${RBAC}/clusterroles`, typed('ClusterRole', name, { rules }));
    await somebody.bound(name, roleRef('ClusterRole', name));
    expect(await somebody.code('GET', somebody.world.configMaps)).toBe(200);
    expect(await somebody.code('GET', '/api/v1/configmaps')).toBe(403);
  });

  it('permits everywhere what a cluster role says that is bound for the cluster', async () => {
    const somebody = await (await guest()).grantedEverywhere(on(['list'], ['configmaps', 'nodes']));
    for (const path of [somebody.world.configMaps, '/api/v1/configmaps', '/api/v1/nodes'])
      expect(await somebody.code('GET', path)).toBe(200);
  });

  it('tells subresources apart', async () => {
    const somebody = await (
      await guest()
    ).granted(on(['patch'], ['widgets/status'], { apiGroups: ['*'] }), on(['create'], ['serviceaccounts/token']));
    const { world: w } = somebody;
    await w.made('a');
    await w.post(`/api/v1/namespaces/${w.namespace}/serviceaccounts`, { metadata: { name: 'robot' } });
    const merge = { type: MERGE };
    expect(await somebody.code('PATCH', `${w.widgets}/a/status`, { status: { phase: 'x' } }, merge)).toBe(200);
    expect(await somebody.code('PATCH', `${w.widgets}/a`, { spec: { size: 2 } }, merge)).toBe(403);
    const accounts = `/api/v1/namespaces/${w.namespace}/serviceaccounts`;
    expect(await somebody.code('POST', `${accounts}/robot/token`, {})).toBe(201);
    expect(await somebody.code('POST', accounts, { metadata: { name: 'b' } })).toBe(403);
  });

  it('permits by the names of objects', async () => {
    const somebody = await (
      await guest()
    ).granted(on(['get', 'list', 'watch', 'delete', 'create'], ['configmaps'], { resourceNames: ['mine'] }));
    const { world: w } = somebody;
    await w.madeConfigMap('mine');
    await w.madeConfigMap('other');
    expect(await somebody.code('GET', `${w.configMaps}/mine`)).toBe(200);
    expect(await somebody.code('GET', `${w.configMaps}/other`)).toBe(403);
    expect(await somebody.code('GET', w.configMaps)).toBe(403);
    expect(await somebody.code('GET', `${w.configMaps}?fieldSelector=metadata.name%3Dmine`)).toBe(200);
    expect(await somebody.code('GET', `${w.configMaps}?fieldSelector=metadata.name%3Dother`)).toBe(403);
    // The name of a new object stands in its body, which is not looked at.
    expect(await somebody.code('POST', w.configMaps, configMap('mine'))).toBe(403);
    expect(await somebody.code('DELETE', `${w.configMaps}/mine`)).toBe(200);
  });

  it.each([
    ['exactly', ['/metrics'], '/metrics', true],
    ['exactly, and nothing below', ['/metrics'], '/metrics/more', false],
    ['with a star at the end', ['/custom/*'], '/custom/deep/er', true],
    ['with a star, but not what stands before it', ['/custom/*'], '/custom', false],
  ])('permits paths that are no resources: %s', async (_, nonResourceURLs, path, isPermitted) => {
    const somebody = await (await guest()).grantedEverywhere({ verbs: ['get'], nonResourceURLs });
    expect((await somebody.code('GET', path)) !== 403).toBe(isPermitted);
  });

  it.each([
    ['all verbs', { verbs: ['*'] }, { verb: 'patch', resource: 'configmaps' }, true],
    ['all groups', { apiGroups: ['*'] }, { verb: 'get', group: 'any.example.com', resource: 'configmaps' }, true],
    ['another group', {}, { verb: 'get', group: 'any.example.com', resource: 'configmaps' }, false],
    ['all resources', { resources: ['*'] }, { verb: 'get', resource: 'things', subresource: 'part' }, true],
    [
      'one part of all resources',
      { resources: ['*/status'] },
      { verb: 'get', resource: 'things', subresource: 'status' },
      true,
    ],
    ['another part', { resources: ['*/status'] }, { verb: 'get', resource: 'things', subresource: 'scale' }, false],
    [
      'all parts of one resource',
      { resources: ['things/*'] },
      { verb: 'get', resource: 'things', subresource: 'scale' },
      false,
    ],
    ['a resource without its parts', {}, { verb: 'get', resource: 'configmaps', subresource: 'status' }, false],
    ['any name', {}, { verb: 'get', resource: 'configmaps', name: 'any' }, true],
    ['one name', { resourceNames: ['a'] }, { verb: 'get', resource: 'configmaps', name: 'a' }, true],
    ['no name where one is asked for', { resourceNames: ['a'] }, { verb: 'get', resource: 'configmaps' }, false],
    ["a verb of one's own", { verbs: ['use'] }, { verb: 'use', resource: 'configmaps' }, true],
  ])('understands rules with %s', async (_, rule, asked, allowed) => {
    const somebody = await (await guest()).granted({ ...on(['get'], ['configmaps']), ...rule });
    expect(await somebody.may({ ...asked, namespace: somebody.world.namespace })).toBe(allowed);
  });

  it('grants to groups', async () => {
    const somebody = await guest();
    const { world: w } = somebody;
    const group = fresh('devs');
    await w.post(somebody.roles, typed('Role', 'r', { rules: [on(['list'], ['configmaps']), MARK] }));
    const subjects = [{ apiGroup: GROUP, kind: 'Group', name: group }, userSubject(somebody.name)];
    await somebody.bound('r', roleRef('Role', 'r'), subjects);
    const member = { headers: { 'impersonate-user': 'member', 'impersonate-group': group } };
    expect((await w.ask('GET', w.configMaps, undefined, member)).code).toBe(200);
    const other = { headers: { 'impersonate-user': 'member', 'impersonate-group': 'others' } };
    expect((await w.ask('GET', w.configMaps, undefined, other)).code).toBe(403);
  });

  it('grants to service accounts, of the namespace of the binding unless another is said', async () => {
    const somebody = await guest();
    const { world: w } = somebody;
    await w.post(somebody.roles, typed('Role', 'r', { rules: [on(['list'], ['configmaps']), MARK] }));
    const subjects = [
      { kind: 'ServiceAccount', name: 'here', namespace: w.namespace },
      { kind: 'ServiceAccount', name: 'there', namespace: 'elsewhere' },
      userSubject(somebody.name),
    ];
    await somebody.bound('r', roleRef('Role', 'r'), subjects);
    const asAccount = async (namespace: string, name: string): Promise<number> => {
      const headers = { 'impersonate-user': `system:serviceaccount:${namespace}:${name}` };
      return (await w.ask('GET', w.configMaps, undefined, { headers })).code;
    };
    expect(await asAccount(w.namespace, 'here')).toBe(200);
    expect(await asAccount('elsewhere', 'there')).toBe(200);
    expect(await asAccount('elsewhere', 'here')).toBe(403);
  });

  it('says which role a binding refers to in vain', async () => {
    const somebody = await (await guest()).granted();
    const { world: w } = somebody;
    const missing = fresh('missing');
    const content = { roleRef: roleRef('ClusterRole', missing), subjects: [userSubject(somebody.name)] };
    await w.post(somebody.bindings, typed('RoleBinding', 'dangling', content));
    const denied = `configmaps is forbidden: User "${somebody.name}" cannot list resource "configmaps" in API group "" in the namespace "${w.namespace}"`;
    const message = async (): Promise<string> => (await somebody.ask('GET', w.configMaps)).body.message;
    await untilServerKnows('the dangling binding', async () => (await message()) !== denied);
    expect(await message()).toBe(`${denied}: RBAC: clusterrole.rbac.authorization.k8s.io "${missing}" not found`);
  });

  it('takes a permission away with its binding', async () => {
    const somebody = await (await guest()).granted(on(['list'], ['configmaps']));
    const { world: w } = somebody;
    const { body } = await w.get(somebody.bindings);
    await w.ask('DELETE', `${somebody.bindings}/${body.items[0].metadata.name}`);
    await untilServerKnows('that the binding went', async () => (await somebody.code('GET', w.configMaps)) === 403);
    expect(await somebody.may({ verb: 'list', resource: 'configmaps', namespace: w.namespace })).toBe(false);
  });

  it('lets one impersonate whom a role names', async () => {
    const somebody = await (
      await guest()
    ).grantedEverywhere(
      on(['impersonate'], ['users'], { resourceNames: ['bob'] }),
      on(['create'], ['serviceaccounts', 'serviceaccounts/token']),
    );
    const { world: w } = somebody;
    // Who impersonates already cannot do so again, hence a token.
    await w.post(`/api/v1/namespaces/${w.namespace}/serviceaccounts`, { metadata: { name: 'robot' } });
    const name = fresh('impersonator');
    const rules = [on(['impersonate'], ['users'], { resourceNames: ['bob'] }), MARK];
    await w.post(`${RBAC}/clusterroles`, typed('ClusterRole', name, { rules }));
    const subjects = [{ kind: 'ServiceAccount', name: 'robot', namespace: w.namespace }];
    const content = { roleRef: roleRef('ClusterRole', name), subjects };
    await w.post(`${RBAC}/clusterrolebindings`, typed('ClusterRoleBinding', name, content));
    const { body: issued } = await w.post(`/api/v1/namespaces/${w.namespace}/serviceaccounts/robot/token`, {});
    const authorization = `Bearer ${issued.status.token}`;
    const whoAmI = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
    const robotAs = (headers: { readonly [header: string]: string }): Promise<Answer> =>
      w.client.anonymous().ask('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', whoAmI, {
        headers: { authorization, ...headers },
      });
    await untilServerKnows('that the robot may impersonate', async () => {
      return (await robotAs({ 'impersonate-user': 'bob' })).code === 201;
    });
    const account = `system:serviceaccount:${w.namespace}:robot`;
    const refusals: readonly (readonly [{ readonly [header: string]: string }, string])[] = [
      [
        { 'impersonate-user': 'eve' },
        `users "eve" is forbidden: User "${account}" cannot impersonate resource "users" in API group "" at the cluster scope`,
      ],
      [
        { 'impersonate-user': 'bob', 'impersonate-group': 'g' },
        `groups "g" is forbidden: User "${account}" cannot impersonate resource "groups" in API group "" at the cluster scope`,
      ],
      [
        { 'impersonate-user': 'bob', 'impersonate-uid': 'u' },
        `uids.authentication.k8s.io "u" is forbidden: User "${account}" cannot impersonate resource "uids" in API group "authentication.k8s.io" at the cluster scope`,
      ],
      [
        { 'impersonate-user': 'bob', 'impersonate-extra-a': 'e' },
        `userextras.authentication.k8s.io "e" is forbidden: User "${account}" cannot impersonate resource "userextras/a" in API group "authentication.k8s.io" at the cluster scope`,
      ],
      [
        { 'impersonate-user': 'system:serviceaccount:a:b' },
        `serviceaccounts "b" is forbidden: User "${account}" cannot impersonate resource "serviceaccounts" in API group "" in the namespace "a"`,
      ],
    ];
    for (const [headers, message] of refusals) expect((await robotAs(headers)).body.message).toBe(message);
  });

  it.each([
    ['a role', 'Role', 'roles'],
    ['a cluster role', 'ClusterRole', 'clusterroles'],
  ])('lets nobody put more into %s than they hold', async (_, kind, plural) => {
    const holds = [
      on(['create', 'get', 'update', 'patch'], [plural], { apiGroups: [GROUP] }),
      on(['get'], ['configmaps']),
    ];
    const somebody = await (await guest()).grantedEverywhere(...holds);
    const path = kind === 'Role' ? somebody.roles : `${RBAC}/${plural}`;
    const name = fresh('more');
    const more = typed(kind, name, {
      rules: [on(['get', 'delete', 'list'], ['configmaps']), on(['get'], ['secrets'], { resourceNames: ['a'] })],
    });
    const refused = await somebody.ask('POST', path, more);
    expect(refused.code).toBe(403);
    expect(refused.body.message).toBe(
      `${plural}.${GROUP} "${name}" is forbidden: user "${somebody.name}" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n` +
        '{APIGroups:[""], Resources:["configmaps"], Verbs:["delete" "list"]}\n{APIGroups:[""], Resources:["secrets"], ResourceNames:["a"], Verbs:["get"]}',
    );
    const held = typed(kind, name, { rules: [on(['get'], ['configmaps'], { resourceNames: ['a'] })] });
    expect(await somebody.code('POST', path, held)).toBe(201);
    expect(await somebody.code('PATCH', `${path}/${name}`, { rules: more.rules }, { type: MERGE })).toBe(403);
    expect(await somebody.code('PUT', `${path}/${name}`, more)).toBe(403);
  });

  it('lets one put anything into a role who may escalate it', async () => {
    const somebody = await (await guest()).granted(on(['create', 'escalate'], ['roles'], { apiGroups: [GROUP] }));
    const more = typed('Role', 'more', { rules: [on(['get'], ['secrets'])] });
    expect(await somebody.code('POST', somebody.roles, more)).toBe(201);
  });

  it('keeps aggregation for those who may do everything', async () => {
    const somebody = await (await guest()).grantedEverywhere(on(['create'], ['clusterroles'], { apiGroups: [GROUP] }));
    const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] };
    const { code, body } = await somebody.ask(
      'POST',
      `${RBAC}/clusterroles`,
      typed('ClusterRole', 'x', { aggregationRule }),
    );
    expect({ code, message: body.message }).toEqual({
      code: 403,
      message: `clusterroles.${GROUP} "x" is forbidden: must have cluster-admin privileges to use the aggregationRule`,
    });
  });

  it('lets nobody bind a role with more than they hold', async () => {
    const somebody = await (
      await guest()
    ).granted(
      on(['create'], ['rolebindings'], { apiGroups: [GROUP] }),
      on(['bind'], ['clusterroles'], { apiGroups: [GROUP], resourceNames: ['view'] }),
    );
    const bound = (name: string, reference: object): Promise<Answer> =>
      somebody.ask(
        'POST',
        somebody.bindings,
        typed('RoleBinding', name, { roleRef: reference, subjects: [userSubject('eve')] }),
      );
    const refused = await bound('b', roleRef('ClusterRole', 'cluster-admin'));
    expect(refused.code).toBe(403);
    expect(refused.body.message).toBe(
      `rolebindings.${GROUP} "b" is forbidden: user "${somebody.name}" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n` +
        '{APIGroups:["*"], Resources:["*"], Verbs:["*"]}\n{NonResourceURLs:["*"], Verbs:["*"]}',
    );
    expect((await bound('c', roleRef('ClusterRole', 'view'))).code).toBe(201);
    const missing = await bound('d', roleRef('Role', 'missing'));
    expect({ code: missing.code, message: missing.body.message }).toEqual({
      code: 404,
      message: `rolebindings.${GROUP} "missing" not found`,
    });
  });

  it('checks who writes also when the write is a rehearsal', async () => {
    const somebody = await (await guest()).granted(on(['create'], ['roles'], { apiGroups: [GROUP] }));
    const more = typed('Role', 'more', { rules: [on(['get'], ['secrets'])] });
    expect(await somebody.code('POST', `${somebody.roles}?dryRun=All`, more)).toBe(403);
    expect(await somebody.code('POST', `${somebody.world.configMaps}?dryRun=All`, configMap('a'))).toBe(403);
  });

  it.each([
    [
      'a rule without verbs',
      'Role',
      { rules: [{ verbs: [], apiGroups: [''], resources: ['pods'] }] },
      'rules[0].verbs',
      'Required value: verbs must contain at least one value',
    ],
    [
      'a rule without groups',
      'Role',
      { rules: [{ verbs: ['get'], resources: ['pods'] }] },
      'rules[0].apiGroups',
      'Required value: resource rules must supply at least one api group',
    ],
    [
      'a rule without resources',
      'ClusterRole',
      { rules: [{ verbs: ['get'], apiGroups: [''] }] },
      'rules[0].resources',
      'Required value: resource rules must supply at least one resource',
    ],
    [
      'paths in a namespace',
      'Role',
      { rules: [{ verbs: ['get'], nonResourceURLs: ['/metrics'] }] },
      'rules[0].nonResourceURLs',
      'Invalid value: ["/metrics"]: namespaced rules cannot apply to non-resource URLs',
    ],
    [
      'paths and resources in one rule',
      'ClusterRole',
      { rules: [{ verbs: ['get'], apiGroups: [''], nonResourceURLs: ['/metrics'] }] },
      'rules[0].nonResourceURLs',
      'Invalid value: ["/metrics"]: rules cannot apply to both regular resources and non-resource URLs',
    ],
    [
      'an aggregation of nothing',
      'ClusterRole',
      { aggregationRule: {} },
      'aggregationRule.clusterRoleSelectors',
      'Required value: at least one clusterRoleSelector required if aggregationRule is non-nil',
    ],
    [
      'a reference to another kind',
      'RoleBinding',
      { roleRef: { apiGroup: GROUP, kind: 'Thing', name: 'a' } },
      'roleRef.kind',
      'Unsupported value: "Thing": supported values: "Role", "ClusterRole"',
    ],
    [
      'a reference into another group',
      'RoleBinding',
      { roleRef: { apiGroup: 'other', kind: 'Role', name: 'a' } },
      'roleRef.apiGroup',
      'Unsupported value: "other": supported values: "rbac.authorization.k8s.io"',
    ],
    [
      'a role of a namespace for the cluster',
      'ClusterRoleBinding',
      { roleRef: { apiGroup: GROUP, kind: 'Role', name: 'a' } },
      'roleRef.kind',
      'Unsupported value: "Role": supported values: "ClusterRole"',
    ],
    [
      'a reference without a name',
      'RoleBinding',
      { roleRef: { apiGroup: GROUP, kind: 'Role', name: '' } },
      'roleRef.name',
      'Required value',
    ],
    [
      'a subject without a name',
      'RoleBinding',
      { roleRef: roleRef('Role', 'a'), subjects: [{ kind: 'User', name: '' }] },
      'subjects[0].name',
      'Required value',
    ],
    [
      'a subject of another kind',
      'RoleBinding',
      { roleRef: roleRef('Role', 'a'), subjects: [{ kind: 'Thing', name: 'a' }] },
      'subjects[0].kind',
      'Unsupported value: "Thing": supported values: "ServiceAccount", "User", "Group"',
    ],
    [
      'a user of another group',
      'RoleBinding',
      { roleRef: roleRef('Role', 'a'), subjects: [{ apiGroup: 'other', kind: 'User', name: 'a' }] },
      'subjects[0].apiGroup',
      'Unsupported value: "other": supported values: "rbac.authorization.k8s.io"',
    ],
    [
      'a service account without a namespace for the cluster',
      'ClusterRoleBinding',
      { roleRef: roleRef('ClusterRole', 'a'), subjects: [{ kind: 'ServiceAccount', name: 'a' }] },
      'subjects[0].namespace',
      'Required value',
    ],
    [
      'a service account with a name that none can have',
      'RoleBinding',
      { roleRef: roleRef('Role', 'a'), subjects: [{ kind: 'ServiceAccount', name: 'A', namespace: 'a' }] },
      'subjects[0].name',
      "Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
    ],
  ])('refuses %s', async (_, kind, content, field, message) => {
    const w = await world();
    const plural = `${kind.toLowerCase()}s`;
    const path = kind.startsWith('Cluster') ? `${RBAC}/${plural}` : `${RBAC}/namespaces/${w.namespace}/${plural}`;
    const { code, body } = await w.post(path, typed(kind, fresh('wrong'), content));
    expect(code).toBe(422);
    expect(body.details.causes.map((cause: Body) => [cause.field, cause.message])).toEqual([[field, message]]);
  });

  it('keeps the role that a binding refers to', async () => {
    const w = await world();
    const path = `${RBAC}/namespaces/${w.namespace}/rolebindings`;
    await w.post(path, typed('RoleBinding', 'b', { roleRef: roleRef('Role', 'one') }));
    const { code, body } = await w.patch(`${path}/b`, { roleRef: { name: 'two' } });
    expect(code).toBe(422);
    expect(body.details.causes).toEqual([
      {
        reason: 'FieldValueInvalid',
        message: `Invalid value: {"APIGroup":"${GROUP}","Kind":"Role","Name":"two"}: cannot change roleRef`,
        field: 'roleRef',
      },
    ]);
  });

  it('takes names with a colon for roles', async () => {
    const w = await world();
    const path = `${RBAC}/namespaces/${w.namespace}/roles`;
    expect((await w.post(path, typed('Role', 'Team:Reader', { rules: [] }))).code).toBe(201);
    expect((await w.get(`${path}/Team:Reader`)).body.metadata.name).toBe('Team:Reader');
  });

  it('fills in the groups of subjects and references', async () => {
    const w = await world();
    const { body } = await w.post(
      `${RBAC}/namespaces/${w.namespace}/rolebindings`,
      typed('RoleBinding', 'b', {
        roleRef: { kind: 'Role', name: 'a' },
        subjects: [
          { kind: 'User', name: 'u' },
          { kind: 'Group', name: 'g' },
          { kind: 'ServiceAccount', name: 's', namespace: 'n' },
        ],
      }),
    );
    expect(body.roleRef).toEqual({ apiGroup: GROUP, kind: 'Role', name: 'a' });
    expect(body.subjects).toEqual([
      { apiGroup: GROUP, kind: 'User', name: 'u' },
      { apiGroup: GROUP, kind: 'Group', name: 'g' },
      { kind: 'ServiceAccount', name: 's', namespace: 'n' },
    ]);
  });

  it.each([
    'cluster-admin',
    'system:aggregate-to-admin',
    'system:aggregate-to-edit',
    'system:aggregate-to-view',
    'system:auth-delegator',
    'system:basic-user',
    'system:discovery',
    'system:monitoring',
    'system:public-info-viewer',
    'system:service-account-issuer-discovery',
  ])('begins with the role %s', async (name) => {
    const w = await world();
    const { code, body } = await w.get(`${RBAC}/clusterroles/${name}`);
    expect(code).toBe(200);
    expect(body.metadata.labels['kubernetes.io/bootstrapping']).toBe('rbac-defaults');
    expect(body.metadata.annotations).toEqual({ 'rbac.authorization.kubernetes.io/autoupdate': 'true' });
    expect(body.rules.length).toBeGreaterThan(0);
  });

  it.each(['admin', 'edit', 'view'])('begins with %s, which gathers the rules of others', async (name) => {
    const w = await world();
    const { body } = await w.get(`${RBAC}/clusterroles/${name}`);
    expect(body.aggregationRule).toEqual({
      clusterRoleSelectors: [{ matchLabels: { [`${GROUP}/aggregate-to-${name}`]: 'true' } }],
    });
  });

  it.each([
    ['cluster-admin', ['system:masters']],
    ['system:basic-user', ['system:authenticated']],
    ['system:discovery', ['system:authenticated']],
    ['system:public-info-viewer', ['system:authenticated', 'system:unauthenticated']],
    ['system:service-account-issuer-discovery', ['system:serviceaccounts']],
  ])('begins with the binding %s', async (name, groups) => {
    const w = await world();
    const { body } = await w.get(`${RBAC}/clusterrolebindings/${name}`);
    expect(body.roleRef).toEqual({ apiGroup: GROUP, kind: 'ClusterRole', name });
    expect(body.subjects).toEqual(groups.map((group) => ({ apiGroup: GROUP, kind: 'Group', name: group })));
  });

  it('checks a test operation in a patch of a role', async () => {
    const somebody = await (await guest()).granted(on(['patch', 'get'], ['roles'], { apiGroups: [GROUP] }));
    const { world: w } = somebody;
    await w.post(somebody.roles, typed('Role', 'plain', { rules: [on(['get'], ['secrets'])] }));
    const labelled = [{ op: 'add', path: '/metadata/labels', value: { a: 'b' } }];
    // Even a label: the rules as a whole are more than what is held.
    expect(await somebody.code('PATCH', `${somebody.roles}/plain`, labelled, { type: JSON_PATCH })).toBe(403);
    const finalized = [{ op: 'add', path: '/metadata/finalizers', value: ['example.com/held'] }];
    expect(await somebody.code('PATCH', `${somebody.roles}/plain`, finalized, { type: JSON_PATCH })).toBe(200);
    await w.patch(`${somebody.roles}/plain`, { metadata: { finalizers: null } });
  });
}
