import { describe, expect, it } from 'vitest';
import { connectRest } from '../support/kube-rest.ts';
import { startRealKube } from '../support/real-kube.ts';
import { sharedKube } from '../support/shared-kube.ts';

describe('the server of the run', () => {
  it('is a real one: it stores in etcd, and says its version', async () => {
    const { kubeconfig, version } = sharedKube();
    const rest = connectRest(kubeconfig);
    const { body } = await rest.send('GET', '/metrics');
    expect(body['message']).toContain('etcd_request_duration_seconds');
    expect(version).toMatch(/^v1\.\d+/);
    rest.close();
  });
});

describe('a server of a test of its own', () => {
  it('comes back on the same port with what it held, and knows users apart', async () => {
    const server = await startRealKube();
    const path = '/api/v1/namespaces/default/configmaps';
    const send = async (kubeconfig: string, method: string, body?: object): Promise<number> => {
      const rest = connectRest(kubeconfig);
      const { status } = await rest.send(method, body ? path : `${path}/kept`, body);
      rest.close();
      return status;
    };
    try {
      const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kept' } };
      expect(await send(server.kubeconfig, 'POST', map)).toBe(201);
      await server.stopApiServer();
      await expect(send(server.kubeconfig, 'GET')).rejects.toThrow('ECONNREFUSED');
      await server.startApiServer();
      expect(await send(server.kubeconfig, 'GET')).toBe(200);
      expect(await send(await server.kubeconfigOf('nobody'), 'GET')).toBe(403);
    } finally {
      await server.stop();
    }
  });
});
