/**
 * `npm run test:kube`: what is held against a real API server, on one that it starts from `KUBEBUILDER_ASSETS`, or on
 * the cluster that `TEST_KUBECONFIG` names. Arguments go to vitest: files, `-t`, `--reporter`.
 *
 * Exit codes: those of vitest; 2 when there is no server to be had.
 */
import { spawn } from 'node:child_process';
import { access } from 'node:fs/promises';
import { join } from 'node:path';

const HELP = `It needs KUBEBUILDER_ASSETS, a folder with kube-apiserver, etcd and kubectl:

  go install sigs.k8s.io/controller-runtime/tools/setup-envtest@latest
  export KUBEBUILDER_ASSETS=$(setup-envtest use -p path)

or TEST_KUBECONFIG, the path of the kubeconfig of a cluster to be used instead. On it the run installs CRDs and makes
namespaces, and takes both away at its end.
`;

/** The program that is missing in the folder; undefined when nothing is. */
async function missingIn(folder: string): Promise<string | undefined> {
  for (const name of ['etcd', 'kube-apiserver', 'kubectl']) {
    const isThere = await access(join(folder, name)).then(
      () => true,
      () => false,
    );
    if (!isThere) return name;
  }
  return undefined;
}

/** Why the suite cannot run; undefined when it can. */
async function obstacle(): Promise<string | undefined> {
  const { KUBEBUILDER_ASSETS: folder, TEST_KUBECONFIG: named } = process.env;
  if (folder) {
    const missing = await missingIn(folder);
    return missing && `There is no ${missing} in ${folder}.`;
  }
  if (!named) return 'There is no Kubernetes API server to test against.';
  process.stdout.write('Without KUBEBUILDER_ASSETS the tests that start servers of their own are left out.\n');
  return undefined;
}

function runVitest(args: readonly string[]): Promise<number> {
  const program = join(import.meta.dirname, '..', 'node_modules', '.bin', 'vitest');
  const child = spawn(program, ['run', '--config', 'vitest.kube.config.ts', ...args], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

const why = await obstacle();
if (why === undefined) process.exitCode = await runVitest(process.argv.slice(2));
else {
  process.stderr.write(`npm run test:kube cannot run. ${why}\n${HELP}`);
  process.exitCode = 2;
}
