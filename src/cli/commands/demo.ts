import { Command } from 'commander';
import { createAws } from '../../aws/index.ts';
import { createKubeClient, KubeConnection, loadClusterConfig } from '../../kube/index.ts';
import { type AwsSimulator, type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { type Call } from '../../util/call.ts';
import { activityOf, inventoryOf, isOpenToTheWorld } from '../demo/aws-view.ts';
import { loadSamples } from '../demo/manifests.ts';
import { redisStory } from '../demo/redis-story.ts';
import type { Stage } from '../demo/stage.ts';
import { type Chapter, tell } from '../demo/story.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { createOperatorOn, installCrds } from '../operator-on-sandbox.ts';
import { programCall } from '../program-call.ts';
import { addSandboxFlags, type SandboxFlags, sandboxOptionsFrom } from '../sandbox-options.ts';
import { type Interrupts, listenForInterrupts } from '../signals.ts';
import { describeSandbox } from '../stay-up.ts';
import { abortableWait, whenAborted } from '../../util/abort.ts';
import { messageOf } from '../../util/error-message.ts';
import { createTerminal, type Terminal } from '../terminal.ts';

interface Flags extends SandboxFlags {
  readonly keep?: true;
}

export const demoCommand = (done: (code: ExitCode) => void): Command =>
  addSandboxFlags(
    new Command('demo').description('Show the main job on a sandbox: from a manifest to an answering Redis, and back.'),
    // A pass that fails and is tried again is a warning in a log, and in a story an interruption.
    { logLevel: 'error' },
  )
    .option('--keep', 'leave sandbox and operator running at the end, until Ctrl-C')
    .addHelpText('after', '\nExits with 0 only if every step was observed.')
    .action(async (flags: Flags) => done(await runDemo(flags)));

async function runDemo(flags: Flags): Promise<ExitCode> {
  const terminal = createTerminal(process.stdout);
  const options = sandboxOptionsFrom(flags);
  const interrupts = listenForInterrupts();
  terminal.line(terminal.bold('Cloud Manager on its sandbox: no cluster, no AWS account, life cycles run faster.'));
  const sandbox = await startSandbox(options);
  try {
    return await play(sandbox, flags, { terminal, interrupts });
  } finally {
    await sandbox.stop();
    interrupts.release();
  }
}

interface Theatre {
  readonly terminal: Terminal;
  readonly interrupts: Interrupts;
}

async function play(sandbox: Sandbox, flags: Flags, { terminal, interrupts }: Theatre): Promise<ExitCode> {
  const call = programCall(interrupts.signal, flags.logLevel);
  const aws = simulatorOf(sandbox);
  const connection = new KubeConnection(loadClusterConfig({ kubeconfig: sandbox.info.kubeconfig }));
  const operator = createOperatorOn(sandbox.info, flags.speed, call.log);
  const stageAws = awsOf(sandbox, call);
  try {
    const kube = createKubeClient(connection, call);
    await installCrds(kube);
    await operator.start(interrupts.signal);
    terminal.line(terminal.dim(`Speed ${flags.speed}; behind the endpoints of caches: ${sandbox.dataPlane}\n`));
    const inventory = (): readonly string[] => inventoryOf(aws.state());
    const stage: Stage = {
      kube,
      ec2: stageAws.ec2,
      samples: await loadSamples(),
      awsInventory: inventory,
      isOpenToTheWorld: (id) => isOpenToTheWorld(aws.state(), id),
      untilAws: (holds) => untilCall(aws, holds, interrupts.signal),
    };
    const chapters = await tell(redisStory(inventory()), stage, {
      terminal,
      clock: call.clock,
      signal: interrupts.signal,
      stepLimitMs: stepLimitMs(flags),
      countCalls: () => aws.journal.calls().length,
      awsActivity: () => activityOf(aws.state()),
    });
    summarize(chapters, flags, terminal);
    if (flags.keep) await keepUp(sandbox, terminal, interrupts.signal);
    return EXIT.ok;
  } catch (error) {
    if (interrupts.signal.aborted) return EXIT.interrupted;
    terminal.line(`${terminal.bad('The demo failed:')} ${messageOf(error)}`);
    return EXIT.failed;
  } finally {
    await operator.stop();
    stageAws.close();
    connection.close();
  }
}

/** The longest step takes AWS about ten minutes, and a loaded machine may need its time too. */
function stepLimitMs({ speed }: Flags): number {
  const MINUTE_MS = 60_000;
  return 2 * MINUTE_MS + (speed === 'max' ? 0 : (40 * MINUTE_MS) / speed);
}

function simulatorOf({ aws }: Sandbox): AwsSimulator {
  if (!aws) throw new Error('The demo needs the AWS simulator');
  return aws;
}

/** AWS as somebody at a console sees it: with the sandbox's own key, not with the operator's role. */
function awsOf({ info }: Sandbox, call: Call) {
  const { accessKeyId, secretAccessKey, region, accountId } = info;
  const aws = createAws(
    { credentials: { kind: 'static', accessKeyId, secretAccessKey }, region, endpoint: info.awsEndpoint },
    { clock: call.clock, log: call.log },
  );
  return { ec2: aws.ec2({ accountId, region, roleArn: undefined }, call), close: () => aws.close() };
}

/** Resolves when `holds` is true after some call to AWS. *Throws* `signal`'s reason. */
function untilCall(aws: AwsSimulator, holds: () => boolean, signal: AbortSignal): Promise<void> {
  return abortableWait(signal, (resolve) => {
    const check = (): void => {
      if (!holds()) return;
      stopListening();
      resolve();
    };
    const stopListening = aws.journal.onCall(check);
    check();
    return stopListening;
  });
}

function summarize(chapters: readonly Chapter[], { speed }: Flags, terminal: Terminal): void {
  const seconds = chapters.reduce((sum, chapter) => sum + chapter.seconds, 0);
  const calls = chapters.reduce((sum, chapter) => sum + chapter.calls, 0);
  const onAws = speed === 'max' ? '' : `, about ${Math.round((seconds * speed) / 60)} minutes on AWS`;
  terminal.line(
    `\n${terminal.good('All steps were observed')}: ${seconds.toFixed(0)} s${onAws}, ${calls} AWS calls. Nothing is left.`,
  );
}

async function keepUp(sandbox: Sandbox, terminal: Terminal, signal: AbortSignal): Promise<void> {
  terminal.line();
  describeSandbox(sandbox, terminal);
  terminal.line(terminal.dim('\nCtrl-C ends it.'));
  await whenAborted(signal);
}
