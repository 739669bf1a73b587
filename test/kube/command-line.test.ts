import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { CUSTOM_KINDS } from '../../src/api/index.ts';
import { createKubectl } from '../support/kubectl.ts';
import { sharedKube } from '../support/shared-kube.ts';

const PROGRAM = new URL('../../bin/cloud-manager.js', import.meta.url).pathname;

it('prints CRDs that the server takes as they are, and has already', async () => {
  const { stdout: crds } = await promisify(execFile)(process.execPath, [PROGRAM, 'crds']);
  const kubectl = await createKubectl(sharedKube().kubeconfig, 'default');
  const apply = ['apply', '--server-side', '--field-manager=test-kube', '--validate=strict', '--dry-run=server'];
  const { code, out, err } = await kubectl.run([...apply, '-f', '-'], { input: crds });
  await kubectl.close();
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out.match(/serverside-applied \(server dry run\)/g)).toHaveLength(CUSTOM_KINDS.length);
});
