import {
  DataFolderError,
  type Sandbox,
  type SandboxOptions,
  startSandbox,
  WorldOptionsError,
} from '../sandbox/index.ts';
import { isPortTaken } from '../util/listen.ts';
import type { SandboxFlags } from './sandbox-options.ts';
import { UsageError } from './usage-error.ts';

/** Starts what the flags ask for. *Throws* {@link UsageError} for what somebody who sets flags can mend. */
export async function startSandboxFor(flags: SandboxFlags, options: SandboxOptions): Promise<Sandbox> {
  try {
    return await startSandbox(options);
  } catch (error) {
    const problem = problemIn(error, flags);
    throw problem === undefined ? error : new UsageError(problem, { cause: error });
  }
}

function problemIn(error: unknown, flags: SandboxFlags): string | undefined {
  if (error instanceof DataFolderError || error instanceof WorldOptionsError) return error.message;
  if (!isPortTaken(error)) return undefined;
  const askers = askersOf(error.port, flags);
  return askers.length === 0 ? undefined : `Port ${error.port} is in use; choose another with ${askers.join(' or ')}`;
}

/** A port that both flags name is taken by the other half. */
function askersOf(port: number, { awsPort, kubePort }: SandboxFlags): readonly string[] {
  return [...(awsPort === port ? ['--aws-port'] : []), ...(kubePort === port ? ['--kube-port'] : [])];
}
