import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { afterEach, expect, it } from 'vitest';
import { aWidget, widgets } from '../../test/support/kube-object.ts';
import { aCall } from '../../test/support/pass.ts';
import { startTlsServer } from '../../test/support/tls-server.ts';
import { createCertificateAuthority } from '../sandbox/certificates.ts';
import { systemClock } from '../util/clock.ts';
import { createKubeClient } from './client.ts';
import {
  certificateIdentity,
  combinedIdentity,
  type Identity,
  type Material,
  tokenIdentity,
} from './config/identity.ts';
import { KubeConnection } from './connection.ts';

/*
 * What proves who we are changes on disk, and the server takes the old proof no more: over real TLS, because a
 * certificate belongs to a connection, and the one that stands shows the old one for ever.
 */

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

async function aFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'cloud-manager-rotation-'));
  cleanUps.push(() => rm(folder, { recursive: true }));
  const material = (name: string): Material => ({ file: join(folder, name), source: 'test', key: name });
  const put = (name: string, text: string) => writeFile(join(folder, name), text);
  return { material, put };
}

/** A server that lets in whoever `isWelcome`, by token and by the name in the certificate, and a client of it. */
async function aGuardedServer(identity: Identity, isWelcome: (who: string) => boolean) {
  const server = await startTlsServer({
    requestsCertificate: true,
    onRequest: ({ headers, socket }, response) => {
      const name = socket instanceof TLSSocket ? socket.getPeerCertificate().subject?.CN : '';
      const who = [headers.authorization, name].flat().filter((part) => part !== undefined);
      response.statusCode = isWelcome(who.join(' ').trim()) ? 200 : 401;
      response.end(JSON.stringify(aWidget()));
    },
  });
  const connection = new KubeConnection({ ...server.config, identity });
  cleanUps.push(
    () => server.close(),
    () => connection.close(),
  );
  const client = createKubeClient(connection, aCall({ clock: systemClock }));
  return { server, read: () => client.get(widgets, { namespace: 'default', name: 'w' }) };
}

it('a client certificate that rotated is shown on a new connection when the server refuses the old one', async () => {
  const { material, put } = await aFolder();
  const authority = await createCertificateAuthority('clients', systemClock.now());
  const rotateTo = async (name: string): Promise<void> => {
    const { certificatePem, privateKeyPem } = await authority.issueClient(name, []);
    await put('tls.crt', certificatePem);
    await put('tls.key', privateKeyPem);
  };
  await rotateTo('old');
  let welcome = 'old';
  const identity = certificateIdentity(material('tls.crt'), material('tls.key'));
  const { server, read } = await aGuardedServer(identity, (who) => who === welcome);
  await read();
  await rotateTo('new');
  await read();
  expect(server.connections.ever).toBe(1);
  welcome = 'new';
  await Promise.all([read(), read(), read()]);
  expect(server.connections.ever).toBe(2);
});

it('a token that rotated is read again when the server refuses the old one, beside a certificate too', async () => {
  const { material, put } = await aFolder();
  const authority = await createCertificateAuthority('clients', systemClock.now());
  const { certificatePem, privateKeyPem } = await authority.issueClient('me', []);
  const certificate = certificateIdentity({ text: certificatePem }, { text: privateKeyPem });
  await put('token', 'old');
  let welcome = 'Bearer old me';
  const identity = combinedIdentity(tokenIdentity(material('token'), systemClock), certificate);
  const { read } = await aGuardedServer(identity, (who) => who === welcome);
  await read();
  await put('token', 'new');
  welcome = 'Bearer new me';
  expect(await read()).toMatchObject({ kind: 'Widget' });
});

it('who is refused with what stands on disk is told so, after one more attempt', async () => {
  const { material, put } = await aFolder();
  await put('token', 'wrong');
  const asked: string[] = [];
  const { read } = await aGuardedServer(tokenIdentity(material('token'), systemClock), (who) => asked.push(who) < 0);
  await expect(read()).rejects.toMatchObject({ code: 401 });
  expect(asked).toEqual(['Bearer wrong', 'Bearer wrong']);
});
