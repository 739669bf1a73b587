import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface KubectlAnswer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A program that goes on until it is stopped, line by line. */
export interface KubectlWatch {
  /** The next line of which `holds`. *Throws* when the program ends without one. */
  until(holds: (line: string) => boolean): Promise<string>;
  stop(): Promise<void>;
}

/** What somebody types who has kubectl and a kubeconfig, and nothing else. */
export interface Kubectl {
  /** Never throws; `input` is standard input, `editor` what `kubectl edit` starts. */
  run(
    args: readonly string[],
    options?: { readonly input?: object | string; readonly editor?: string },
  ): Promise<KubectlAnswer>;
  watch(args: readonly string[]): KubectlWatch;
  close(): Promise<void>;
}

/** That of `KUBEBUILDER_ASSETS`, or of the PATH. */
async function program(): Promise<string> {
  const beside = join(process.env['KUBEBUILDER_ASSETS'] ?? '', 'kubectl');
  return access(beside).then(
    () => beside,
    () => 'kubectl',
  );
}

/** kubectl with a home of its own, so that nothing it remembers of another server is met. */
export async function createKubectl(kubeconfig: string, namespace: string): Promise<Kubectl> {
  const home = await mkdtemp(join(tmpdir(), 'cloud-manager-kubectl-'));
  const file = join(home, 'kubeconfig');
  await writeFile(file, kubeconfig, { mode: 0o600 });
  const path = await program();
  const environment = { PATH: process.env['PATH'], HOME: home, KUBECONFIG: file };
  const all = (args: readonly string[]): string[] => ['--namespace', namespace, ...args];
  return {
    run: (args, { input, editor } = {}) =>
      new Promise((resolve, reject) => {
        const env = { ...environment, ...(editor !== undefined && { KUBE_EDITOR: editor }) };
        const child = execFile(path, all(args), { env }, (error, out, err) => {
          // A text names what kept the program from running.
          if (typeof error?.code === 'string') reject(error);
          else resolve({ code: error?.code ?? 0, out, err });
        });
        child.stdin?.end(typeof input === 'object' ? JSON.stringify(input) : input);
      }),
    watch: (args) => {
      const child = spawn(path, all(args), { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
      const exited = once(child, 'exit');
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      return {
        until: async (holds) => {
          for (let next = await lines.next(); !next.done; next = await lines.next()) {
            if (holds(next.value)) return next.value;
          }
          throw new Error(`kubectl ${args.join(' ')} ended before it said that`);
        },
        stop: async () => {
          child.kill();
          await exited;
        },
      };
    },
    close: () => rm(home, { recursive: true }),
  };
}
