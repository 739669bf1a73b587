import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { cloudResourcesKind } from '../../src/api/cloud-resources/v1beta1/cloud-resources.ts';
import { crdFrom, CUSTOM_KINDS } from '../../src/api/crd.ts';
import { apiVersionOf } from '../../src/kube/resource.ts';
import {
  aCloudResources,
  anAwsRedisCluster,
  anAwsRedisInstance,
  anAwsVpcPeering,
  aUserIpRange,
} from '../support/cloud-resources.ts';
import { ACCEPTANCES, REFUSALS } from '../support/admission/cases.ts';
import {
  collectionPath,
  connectRest,
  installCrds,
  objectPath,
  type KubeRest,
  type RestAnswer,
} from '../support/kube-rest.ts';
import { KUBE_SERVERS, type RunningServer } from '../support/kube-servers.ts';
import { NAMESPACE } from '../support/namespace.ts';
import { TEST_LABELS } from '../support/test-labels.ts';
import {
  aNetworkManifest,
  anIpRangeManifest,
  aRedisClusterManifest,
  aRedisInstanceManifest,
  aVpcNetworkManifest,
  aVpcPeeringManifest,
  changed,
  type Manifest,
} from '../support/manifests.ts';
import {
  anAwsRedisClusterManifest,
  anAwsRedisInstanceManifest,
  anAwsVpcPeeringManifest,
} from '../support/user-manifests.ts';
import { FULL_STATUSES } from '../support/full-statuses.ts';

const samples = new URL('../../config/samples/', import.meta.url);

function sampleManifests(): Manifest[] {
  const files = readdirSync(samples, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'));
  const documents = files.flatMap((file) => parseAllDocuments(readFileSync(new URL(file, samples), 'utf8')));
  const manifests = documents.map((document) => document.toJS() as Manifest).filter(({ kind }) => kind !== 'Namespace');
  return manifests.map(asOwn);
}

/** Of this file alone, in a server that it shares with others. */
function asOwn(manifest: Manifest): Manifest {
  const { name, namespace } = manifest.metadata;
  if (namespace !== undefined) return changed(manifest, 'metadata.namespace', NAMESPACE);
  return changed(manifest, 'metadata.name', `${NAMESPACE}-${name}`);
}

const USER_OBJECTS = [
  aCloudResources(),
  aUserIpRange(),
  anAwsRedisInstance(),
  anAwsRedisCluster(),
  anAwsVpcPeering(),
] as const;

/** What is stored of what is left out. */
const DEFAULTS: readonly { readonly manifest: Manifest; readonly defaults: object }[] = [
  { manifest: aVpcNetworkManifest(), defaults: { type: 'kyma' } },
  { manifest: aNetworkManifest(), defaults: { type: 'external' } },
  {
    manifest: aVpcPeeringManifest(),
    defaults: { details: { deleteRemotePeering: false, remoteRouteTableUpdateStrategy: 'AUTO' } },
  },
  {
    manifest: aRedisInstanceManifest(),
    defaults: {
      instance: { aws: { engineVersion: '7.0', autoMinorVersionUpgrade: false, authEnabled: false, readReplicas: 0 } },
    },
  },
  {
    manifest: changed(aRedisClusterManifest(), 'spec.instance.aws.replicasPerShard', undefined),
    defaults: { instance: { aws: { replicasPerShard: 0 } } },
  },
  {
    manifest: anAwsRedisInstanceManifest(),
    defaults: { engineVersion: '7.0', autoMinorVersionUpgrade: false, authEnabled: false },
  },
  {
    manifest: changed(anAwsRedisClusterManifest(), 'spec.replicasPerShard', undefined),
    defaults: { replicasPerShard: 1, engineVersion: '7.0' },
  },
  {
    manifest: anAwsVpcPeeringManifest(),
    defaults: { deleteRemotePeering: false, remoteRouteTableUpdateStrategy: 'AUTO' },
  },
];

/** The message of every rule of a kind, wherever it stands in the schema. */
function messagesOf(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  const { rule, message } = node as { rule?: unknown; message?: unknown };
  const own = typeof rule === 'string' && typeof message === 'string' ? [message] : [];
  return [...own, ...Object.values(node).flatMap(messagesOf)];
}

describe('the table of refusals', () => {
  const ruled = CUSTOM_KINDS.filter((kind) => messagesOf(crdFrom(kind)).length > 0);

  it('is about all kinds but the one that nothing can be asked of', () => {
    expect(CUSTOM_KINDS.filter((kind) => !ruled.includes(kind))).toEqual([cloudResourcesKind]);
  });

  it.each(ruled)('breaks every rule of $kind in $group', (kind) => {
    const own = REFUSALS.filter(
      ({ manifest }) => manifest.kind === kind.kind && manifest.apiVersion === apiVersionOf(kind),
    );
    const said = own.flatMap(({ says }) => says);
    const messages = messagesOf(crdFrom(kind));
    expect(messages.filter((message) => !said.some((part) => message.includes(part)))).toEqual([]);
  });
});

describe.each(KUBE_SERVERS)('admission by $name', (one) => {
  let server: RunningServer;
  let rest: KubeRest;
  const left: Manifest[] = [];

  beforeAll(async () => {
    server = await one.start();
    rest = connectRest(server.kubeconfig);
    await installCrds(rest);
    const metadata = { name: NAMESPACE, labels: TEST_LABELS };
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata };
    await rest.send('POST', '/api/v1/namespaces', namespace);
  });

  afterEach(async () => {
    for (const manifest of left.splice(0)) await rest.send('DELETE', objectPath(manifest));
  });

  afterAll(async () => {
    rest.close();
    await server.stop();
  });

  async function create(manifest: Manifest): Promise<RestAnswer> {
    left.push(manifest);
    return rest.send('POST', collectionPath(manifest), manifest);
  }

  /** Creates the manifest, or puts it in the place of its former self. */
  async function submit(manifest: Manifest, former: Manifest | undefined): Promise<RestAnswer> {
    if (former === undefined) return create(manifest);
    const { status, body } = await create(former);
    expect({ status, message: body['message'] }).toEqual({ status: 201, message: undefined });
    const { resourceVersion } = body['metadata'] as { resourceVersion: string };
    const metadata = { ...manifest.metadata, resourceVersion };
    return rest.send('PUT', objectPath(manifest), { ...manifest, metadata });
  }

  it.each(REFUSALS)('refuses $reason', async ({ manifest, former, says }) => {
    const { status, body } = await submit(manifest, former);
    expect({ status, reason: body['reason'] }).toEqual({ status: 422, reason: 'Invalid' });
    for (const part of says) expect(body['message']).toContain(part);
  });

  it.each(ACCEPTANCES)('takes $reason', async ({ manifest, former }) => {
    const { status, body } = await submit(manifest, former);
    expect({ status, message: body['message'] }).toEqual({ status: former ? 200 : 201, message: undefined });
    expect(body['spec']).toMatchObject({ ...manifest.spec });
  });

  it.each(sampleManifests())('takes the sample $metadata.name, a $kind', async (sample) => {
    expect((await create(sample)).status).toBe(201);
  });

  it.each(USER_OBJECTS)('takes a $kind as the factory of tests makes it', async ({ metadata, spec, ...type }) => {
    const { name, namespace } = metadata;
    const manifest = asOwn({
      ...type,
      spec: { ...spec },
      metadata: { name, ...(namespace !== undefined && { namespace }) },
    });
    const { status, body } = await create(manifest);
    // With its defaults filled in, as one that is read has them.
    expect({ status, spec: body['spec'] }).toEqual({ status: 201, spec });
  });

  it.each(DEFAULTS)('fills in what a $manifest.kind does not say', async ({ manifest, defaults }) => {
    expect((await create(manifest)).body['spec']).toMatchObject(defaults);
  });

  it('takes null for absence', async () => {
    const { body } = await create(changed(anIpRangeManifest(), 'spec.cidr', null));
    expect(body['spec']).toEqual(anIpRangeManifest().spec);
    const network = await create(changed(aVpcNetworkManifest(), 'spec.type', null));
    expect(network.body['spec']).toMatchObject({ type: 'kyma' });
  });

  it('drops what the schema does not know', async () => {
    const { body } = await create(changed(aRedisInstanceManifest(), 'spec.instance.gcp', { tier: 'BASIC' }));
    expect(body['spec']).not.toHaveProperty('instance.gcp');
  });

  it.each(FULL_STATUSES)('keeps every field of the status of a $manifest.kind', async ({ manifest, status }) => {
    await create(manifest);
    const path = `${objectPath(manifest)}/status`;
    const { body } = await rest.send('PATCH', path, { status }, 'application/merge-patch+json');
    expect(body['status']).toEqual(status);
  });

  it.each(FULL_STATUSES)('shows that nobody has looked at a $manifest.kind yet', async ({ manifest }) => {
    const unseen = { observedGeneration: -1 };
    const created = await create(manifest);
    const read = await rest.send('GET', objectPath(manifest));
    expect([created.body['status'], read.body['status']]).toEqual([unseen, unseen]);
    // Nobody owns what nobody wrote.
    const { managedFields } = read.body['metadata'] as { managedFields: readonly { fieldsV1: object }[] };
    expect(managedFields.map(({ fieldsV1 }) => Object.keys(fieldsV1))).not.toContainEqual(
      expect.arrayContaining(['f:status']),
    );
  });

  const REDISES = [anAwsRedisInstanceManifest(), anAwsRedisClusterManifest()];
  const published = { authSecret: { name: 'one' } };

  it.each(
    REDISES.flatMap((redis) => [
      { redis, what: 'a taken name of a Secret', reason: 'NameTaken', status: {}, code: 200 },
      { redis, what: 'no name of a Secret that was published', reason: 'NameTaken', status: published, code: 422 },
      { redis, what: 'no name that may yet be published', reason: 'Processing', status: {}, code: 422 },
    ]),
  )('lets $what change, of an $redis.kind', async ({ redis, reason, status, code }) => {
    const named = changed(redis, 'spec.authSecret.name', 'one');
    await create(named);
    const ready = { type: 'Ready', status: 'False', reason, message: '', lastTransitionTime: '2026-01-01T00:00:00Z' };
    const told = { status: { ...status, conditions: [ready] } };
    await rest.send('PATCH', `${objectPath(named)}/status`, told, 'application/merge-patch+json');
    const change = { spec: { authSecret: { name: 'two' } } };
    const answer = await rest.send('PATCH', objectPath(named), change, 'application/merge-patch+json');
    expect(answer.status).toBe(code);
  });

  it('merges conditions by type, and takes them away one by one', async () => {
    const manifest = aRedisInstanceManifest();
    await create(manifest);
    const path = `${objectPath(manifest)}/status`;
    const condition = (type: string): object => {
      return { type, status: 'True', reason: type, message: '', lastTransitionTime: '2026-01-01T00:00:00Z' };
    };
    const put = async (...types: string[]): Promise<unknown> => {
      const status = { observedGeneration: 1, conditions: types.map(condition) };
      return (await rest.send('PATCH', path, { status }, 'application/merge-patch+json')).body['status'];
    };
    const holding = (...types: string[]) => ({ observedGeneration: 1, conditions: types.map(condition) });
    expect(await put('Ready', 'Error')).toEqual(holding('Ready', 'Error'));
    expect(await put('Error')).toEqual(holding('Error'));
    expect(await put()).toEqual(holding());
    expect(await put('Ready', 'Ready')).toBe('Failure');
  });
});
