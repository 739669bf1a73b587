import { Command, Option } from 'commander';
import { CONTROL_PLANE_KINDS, CUSTOM_KINDS } from '../../api/index.ts';
import { createKubeClient, KubeConnection, loadClusterConfig } from '../../kube/index.ts';
import type { Sandbox } from '../../sandbox/index.ts';
import { untilServed } from '../demo/kubernetes.ts';
import { createOperatorOn, installCrds } from '../operator-on-sandbox.ts';
import { programCall } from '../program-call.ts';
import { addSandboxFlags, type SandboxFlags, sandboxOptionsFrom } from '../sandbox-options.ts';
import { startSandboxFor } from '../sandbox-start.ts';
import { listenForInterrupts } from '../signals.ts';
import { describeSandbox } from '../stay-up.ts';
import { whenAborted } from '../../util/abort.ts';
import { createTerminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { userClusterNamesFrom } from '../user-cluster-names.ts';
import { announceCluster, createIdentityIn, writeScope } from '../user-clusters.ts';

interface Flags extends SandboxFlags {
  readonly kube: 'on' | 'off';
  readonly aws: 'on' | 'off';
  readonly operator?: true;
  readonly awsExternalId?: string;
  readonly data?: string;
  readonly userClusters?: readonly string[];
  readonly scopes?: true;
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
    .addOption(
      new Option(
        '--user-clusters <n|names>',
        'Kubernetes APIs of users beside it, which stands for the control plane then: how many, or their names as a,b',
      ).argParser(userClusterNamesFrom),
    )
    .option('--scopes', 'write a Scope for each user cluster as well, with which an operator begins to serve it')
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
  if (flags.userClusters !== undefined && flags.kube === 'off') {
    throw new UsageError('--user-clusters stand beside a control plane: leave out --kube off');
  }
  if (flags.scopes && (flags.userClusters === undefined || flags.aws === 'off')) {
    throw new UsageError(
      '--scopes are for user clusters and name an account: add --user-clusters, leave out --aws off',
    );
  }
  if (flags.data !== undefined && flags.kube === 'off') {
    throw new UsageError('--data keeps the state of the Kubernetes API: leave out --kube off');
  }
  const options = sandboxOptionsFrom(flags);
  const interrupts = listenForInterrupts();
  const sandbox = await startSandboxFor(flags, {
    ...options,
    ...(flags.data !== undefined && { dataDir: flags.data }),
    ...(flags.userClusters !== undefined && { userClusters: flags.userClusters }),
    ...(flags.kube === 'off' && { kube: 'off' }),
    ...(flags.aws === 'off' && { aws: 'off' }),
  }).catch((error: unknown) => {
    interrupts.release();
    throw error;
  });
  try {
    await prepare(sandbox, flags, interrupts.signal);
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
  if (flags.operator) terminal.line(`\nThe operator runs. ${whatToTry(sandbox, flags)}`);
  terminal.line(terminal.dim('\nCtrl-C ends it.'));
}

function whatToTry({ info }: Sandbox, { scopes }: Flags): string {
  const [user] = Object.values(info.userClusters);
  if (user === undefined) return 'Try: kubectl apply -f config/samples/';
  if (!scopes) return 'It serves a user cluster once there is a Scope of its name in kcp-system.';
  return `Try: kubectl --kubeconfig ${user} apply -f config/samples/app/00-cloud-resources.yaml`;
}

/** What has to be there before an operator runs, wherever that runs. */
async function prepare(sandbox: Sandbox, flags: Flags, signal: AbortSignal): Promise<void> {
  const { info } = sandbox;
  const hasUserClusters = flags.userClusters !== undefined;
  if (!flags.operator && !hasUserClusters) return;
  const call = programCall(signal, flags.logLevel);
  const connection = new KubeConnection(loadClusterConfig({ kubeconfig: info.kubeconfig }));
  try {
    const kube = createKubeClient(connection, call);
    if (flags.operator || flags.scopes) {
      await installCrds(kube, hasUserClusters ? CONTROL_PLANE_KINDS : CUSTOM_KINDS);
      await untilServed(kube, call, hasUserClusters ? CONTROL_PLANE_KINDS : CUSTOM_KINDS);
    }
    for (const [cluster, kubeconfig] of Object.entries(info.userClusters)) {
      const identity = await createIdentityIn(kubeconfig, call);
      await announceCluster(kube, cluster, identity);
      if (flags.scopes) await writeScope(kube, cluster, info);
    }
  } finally {
    connection.close();
  }
}

async function startOperatorIn(
  { info }: Sandbox,
  { speed, logLevel, awsExternalId }: Flags,
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  const { log } = programCall(signal, logLevel);
  const operator = createOperatorOn(info, speed, log, awsExternalId === undefined ? {} : { awsExternalId });
  await operator.start(signal);
  return () => operator.stop();
}
