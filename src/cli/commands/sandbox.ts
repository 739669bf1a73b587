import { Command, Option } from 'commander';
import { createKubeClient, KubeConnection, loadClusterConfig } from '../../kube/index.ts';
import type { Sandbox } from '../../sandbox/index.ts';
import { createOperatorOn, installCrds } from '../operator-on-sandbox.ts';
import { programCall } from '../program-call.ts';
import { addSandboxFlags, type SandboxFlags, sandboxOptionsFrom } from '../sandbox-options.ts';
import { startSandboxFor } from '../sandbox-start.ts';
import { listenForInterrupts } from '../signals.ts';
import { describeSandbox } from '../stay-up.ts';
import { whenAborted } from '../../util/abort.ts';
import { createTerminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

interface Flags extends SandboxFlags {
  readonly kube: 'on' | 'off';
  readonly aws: 'on' | 'off';
  readonly operator?: true;
  readonly awsExternalId?: string;
  readonly data?: string;
  readonly output: 'text' | 'json';
}

const onOrOff = (flag: string, what: string): Option => new Option(flag, what).choices(['on', 'off']).default('on');

export const sandboxCommand = (): Command =>
  addSandboxFlags(
    new Command('sandbox').description('Run an embedded Kubernetes API and an AWS simulator, until Ctrl-C.'),
  )
    .addOption(onOrOff('--kube <on|off>', 'the embedded Kubernetes API'))
    .addOption(onOrOff('--aws <on|off>', 'the AWS simulator'))
    .option('--operator', 'install the CRDs and run the operator in it as well')
    .option('--aws-external-id <id>', 'what that operator gives to roles whose trust asks for it, as run does')
    .option('--data <dir>', 'folder in which the Kubernetes API keeps its state over restarts; AWS begins anew')
    .addOption(
      new Option('--output <format>', 'how to say what was started; json is one line')
        .choices(['text', 'json'])
        .default('text'),
    )
    .action(runSandbox);

async function runSandbox(flags: Flags): Promise<void> {
  if (flags.kube === 'off' && flags.aws === 'off') {
    throw new UsageError('--kube off and --aws off leave nothing to run: leave one of them out');
  }
  if (flags.operator && (flags.kube === 'off' || flags.aws === 'off')) {
    throw new UsageError('--operator needs both halves: leave out --kube off and --aws off');
  }
  if (flags.data !== undefined && flags.kube === 'off') {
    throw new UsageError('--data keeps the state of the Kubernetes API: leave out --kube off');
  }
  const options = sandboxOptionsFrom(flags);
  const interrupts = listenForInterrupts();
  const sandbox = await startSandboxFor(flags, {
    ...options,
    ...(flags.data !== undefined && { dataDir: flags.data }),
    ...(flags.kube === 'off' && { kube: 'off' }),
    ...(flags.aws === 'off' && { aws: 'off' }),
  }).catch((error: unknown) => {
    interrupts.release();
    throw error;
  });
  try {
    const stopOperator = flags.operator ? await startOperatorIn(sandbox, flags, interrupts.signal) : undefined;
    announce(sandbox, flags);
    await whenAborted(interrupts.signal);
    await stopOperator?.();
  } finally {
    await sandbox.stop();
    interrupts.release();
  }
}

function announce(sandbox: Sandbox, flags: Flags): void {
  if (flags.output === 'json') {
    process.stdout.write(`${JSON.stringify(sandbox.info)}\n`);
    return;
  }
  const terminal = createTerminal(process.stdout);
  describeSandbox(sandbox, terminal);
  if (flags.operator) terminal.line('\nThe operator runs. Try: kubectl apply -f config/samples/');
  terminal.line(terminal.dim('\nCtrl-C ends it.'));
}

async function startOperatorIn(
  { info }: Sandbox,
  { speed, logLevel, awsExternalId }: Flags,
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  const call = programCall(signal, logLevel);
  const connection = new KubeConnection(loadClusterConfig({ kubeconfig: info.kubeconfig }));
  await installCrds(createKubeClient(connection, call));
  connection.close();
  const operator = createOperatorOn(info, speed, call.log, awsExternalId === undefined ? {} : { awsExternalId });
  await operator.start(signal);
  return () => operator.stop();
}
