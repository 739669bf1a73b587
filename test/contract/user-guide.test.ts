import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { USER_KINDS } from '../../src/api/crd.ts';
import { selfContainedClusterConfig } from '../../src/kube/config/self-contained.ts';
import { createCertificateAuthority } from '../../src/sandbox/certificates.ts';
import { guidePathOf } from '../../tools/pages/user-guide.ts';
import { collectionPath, connectRest, installCrds, objectPath, type KubeRest } from '../support/kube-rest.ts';
import { embeddedKube, KUBE_SERVERS, type RunningServer } from '../support/kube-servers.ts';
import { NAMESPACE } from '../support/namespace.ts';
import { TEST_LABELS } from '../support/test-labels.ts';
import { manifestsIn, type PageManifest } from '../support/yaml-blocks.ts';

const PAGES = ['docs/user-guide.md', ...USER_KINDS.map(guidePathOf), 'docs/user-clusters.md'];
const MANIFESTS = PAGES.flatMap((page) => manifestsIn(page).map((manifest) => ({ page, manifest })));

/** What runs applications: the embedded API has nothing of that. */
const WORKLOADS = ['Deployment', 'Pod'];

/** Of this file alone, in a server that it shares with others. */
function asOwn(manifest: PageManifest): PageManifest {
  const { name, namespace } = manifest.metadata;
  const own = namespace === undefined ? { name: `${NAMESPACE}-${name}` } : { namespace: NAMESPACE };
  return { ...manifest, metadata: { ...manifest.metadata, ...own } };
}

describe('the pages of the user guide', () => {
  it.each(USER_KINDS)('show a $kind on its page', (kind) => {
    expect(manifestsIn(guidePathOf(kind)).map((manifest) => manifest.kind)).toContain(kind.kind);
  });

  it('are read by applications under the names that the objects in them publish', () => {
    const secrets = MANIFESTS.filter(({ manifest }) => manifest.kind.startsWith('AwsRedis')).map(({ manifest }) => {
      const { authSecret } = manifest['spec'] as { readonly authSecret?: { readonly name?: string } };
      return authSecret?.name ?? manifest.metadata.name;
    });
    const workloads = MANIFESTS.filter(({ manifest }) => WORKLOADS.includes(manifest.kind));
    const named = workloads.map(({ manifest }) =>
      [...JSON.stringify(manifest).matchAll(/"secretKeyRef":\{"name":"([^"]+)"|"secretName":"([^"]+)"/g)].map(
        ([, reference, volume]) => reference ?? volume,
      ),
    );
    expect(named.map((names) => names.length)).not.toContain(0);
    expect(named.flat().filter((name) => !secrets.includes(name ?? ''))).toEqual([]);
  });
});

describe('the page on clusters of users', () => {
  it('shows a kubeconfig that is taken, once it has a certificate', async () => {
    const { caPem } = await createCertificateAuthority('demo', Date.now());
    const [secret] = MANIFESTS.filter(({ manifest }) => manifest.metadata.name === 'kubeconfig-demo');
    const { config } = (secret?.manifest['stringData'] ?? {}) as { readonly config?: string };
    const text = (config ?? '').replace('LS0tLS1CRUdJTi...', Buffer.from(caPem).toString('base64'));
    const read = selfContainedClusterConfig(text, { name: 'kcp-system/demo', source: 'the page' });
    expect(read).toMatchObject({ verifyServer: true, certificateAuthority: { text: caPem } });
  });
});

describe.each(KUBE_SERVERS)('what the user guide shows, on $name', (one) => {
  let server: RunningServer;
  let rest: KubeRest;
  const left: PageManifest[] = [];

  beforeAll(async () => {
    server = await one.start();
    rest = connectRest(server.kubeconfig);
    await installCrds(rest);
    const metadata = { name: NAMESPACE, labels: TEST_LABELS };
    await rest.send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata });
  });

  afterEach(async () => {
    for (const manifest of left.splice(0)) await rest.send('DELETE', objectPath(manifest));
  });

  afterAll(async () => {
    rest.close();
    await server.stop();
  });

  const served = MANIFESTS.filter(({ manifest }) => one !== embeddedKube || !WORKLOADS.includes(manifest.kind));

  it.each(served)('is taken: the $manifest.kind $manifest.metadata.name of $page', async ({ manifest }) => {
    const own = asOwn(manifest);
    left.push(own);
    // A field that nobody knows would be dropped without a word.
    const { status, body } = await rest.send('POST', `${collectionPath(own)}?fieldValidation=Strict`, own);
    expect({ status, message: body['message'] }).toEqual({ status: 201, message: undefined });
  });
});
