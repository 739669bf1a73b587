import { Argument, Command } from 'commander';
import { CONTROL_PLANE_KINDS, CUSTOM_KINDS } from '../../api/index.ts';
import { createKubeClient, type KubeClient, KubeConnection } from '../../kube/index.ts';
import type { Sandbox } from '../../sandbox/index.ts';
import { openAppProduction, paceAt, refuseWithoutRedisClient, USER_CLUSTER } from '../demo/app-production.ts';
import { appStory } from '../demo/app-story.ts';
import { awsOf, simulatorOf, untilCall } from '../demo/aws-console.ts';
import { activityOf, hasSubnet, inventoryOf, isOpenToTheWorld, peeringState, routeTarget } from '../demo/aws-view.ts';
import {
  clusterConfigOf,
  type DemoKubernetes,
  openKubernetes,
  openUserCluster,
  refuseTaken,
  takeAway,
  untilServed,
  whenUnreachable,
} from '../demo/kubernetes.ts';
import { loadSamples, type Manifest } from '../demo/manifests.ts';
import { networkStory } from '../demo/network-story.ts';
import { redisStory } from '../demo/redis-story.ts';
import type { Stage } from '../demo/stage.ts';
import { type Chapter, type StoryDeps, tell } from '../demo/story.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { createOperatorOn, installCrds } from '../operator-on-sandbox.ts';
import { programCall } from '../program-call.ts';
import { addSandboxFlags, type SandboxFlags, sandboxOptionsFrom } from '../sandbox-options.ts';
import { startSandboxFor } from '../sandbox-start.ts';
import { type Interrupts, listenForInterrupts } from '../signals.ts';
import { describeSandbox } from '../stay-up.ts';
import { whenAborted } from '../../util/abort.ts';
import { messageOf } from '../../util/error-message.ts';
import { createTerminal, type Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

interface Flags extends SandboxFlags {
  readonly kubernetes: string;
  readonly keep?: true;
}

const STORIES = {
  redis: { folder: '', kinds: CUSTOM_KINDS, connects: true },
  network: { folder: 'network/', kinds: CUSTOM_KINDS, connects: false },
  // Its other kinds are for the operator to bring into the cluster of users.
  app: { folder: 'app/', kinds: CONTROL_PLANE_KINDS, connects: true },
} as const;

const STORY_HELP = [
  'redis: to an answering Redis',
  'network: to a VPC that is peered with another account',
  "app: an application developer's, on a control plane and a cluster of users",
].join('; ');

type StoryName = keyof typeof STORIES;

interface DemoFlags extends Flags {
  readonly story: StoryName;
}

export const demoCommand = (done: (code: ExitCode) => void): Command =>
  addSandboxFlags(
    new Command('demo')
      .description('Show what the operator does on a sandbox, from manifests to AWS and back to nothing.')
      .addArgument(new Argument('[story]', STORY_HELP).choices(Object.keys(STORIES)).default('redis')),
    // A pass that fails and is tried again is a warning in a log, and in a story an interruption.
    { logLevel: 'error' },
  )
    .option(
      '--kubernetes <which>',
      'where the objects live: embedded, envtest (a real kube-apiserver from KUBEBUILDER_ASSETS), or the path of a kubeconfig',
      'embedded',
    )
    .option('--keep', 'leave sandbox and operator running at the end, until Ctrl-C')
    .addHelpText('after', '\nExits with 0 only if every step was observed.')
    // The parser lets only names of stories through.
    .action(async (story: StoryName, flags: Flags) => done(await runDemo({ ...flags, story })));

async function refuse({ story, redis, kubernetes }: DemoFlags): Promise<void> {
  if (STORIES[story].connects && redis === 'off')
    throw new UsageError('The demo connects to the Redis that it makes: leave --redis off away');
  if (story !== 'app') return;
  if (kubernetes !== 'embedded' && kubernetes !== 'envtest')
    throw new UsageError('The story app takes two API servers of its own: --kubernetes embedded or envtest');
  await refuseWithoutRedisClient();
}

async function runDemo(flags: DemoFlags): Promise<ExitCode> {
  await refuse(flags);
  const terminal = createTerminal(process.stdout);
  const { kube, ...options } = sandboxOptionsFrom(flags);
  const interrupts = listenForInterrupts();
  terminal.line(terminal.bold('Cloud Manager on its sandbox: no AWS account, life cycles run faster.'));
  const isEmbedded = flags.kubernetes === 'embedded';
  const hasUsers = flags.story === 'app';
  const sandbox = await startSandboxFor(flags, {
    ...options,
    kube: isEmbedded ? (kube ?? {}) : 'off',
    ...(isEmbedded && hasUsers && { userClusters: [USER_CLUSTER] }),
  });
  const opened: DemoKubernetes[] = [];
  try {
    const kubernetes = await openKubernetes(flags.kubernetes, sandbox);
    opened.push(kubernetes);
    const users = hasUsers ? await openUserCluster(flags.kubernetes, USER_CLUSTER, sandbox) : undefined;
    if (users) opened.push(users);
    return await enter({ sandbox, kubernetes, users }, flags, { terminal, interrupts });
  } finally {
    for (const kubernetes of opened) await kubernetes.stop();
    await sandbox.stop();
    interrupts.release();
  }
}

/** Where the story plays. */
interface Scene {
  readonly sandbox: Sandbox;
  readonly kubernetes: DemoKubernetes;
  /** A cluster of users; undefined where they write into the same one. */
  readonly users: DemoKubernetes | undefined;
}

interface Theatre {
  readonly terminal: Terminal;
  readonly interrupts: Interrupts;
}

/** Leaves somebody's cluster as it was found, however the story ends. */
async function enter(scene: Scene, flags: DemoFlags, theatre: Theatre): Promise<ExitCode> {
  const { kubeconfig, owner } = scene.kubernetes;
  const config = clusterConfigOf(scene.kubernetes);
  const connection = new KubeConnection(config);
  const clientFor = (signal: AbortSignal): KubeClient =>
    createKubeClient(connection, programCall(signal, flags.logLevel));
  const samples = await loadSamples(STORIES[flags.story].folder);
  try {
    const kube = clientFor(theatre.interrupts.signal);
    if (owner === 'demo') return await play(scene, flags, { ...theatre, kube, samples });
    await refuseTaken(kube, samples).catch(whenUnreachable(kubeconfig, config));
    try {
      return await play(scene, flags, { ...theatre, kube, samples });
    } finally {
      // Also after Ctrl-C: what it aborts is another call.
      await takeAway(clientFor(AbortSignal.timeout(TAKE_AWAY_LIMIT_MS)), samples);
      theatre.terminal.line('What the demo made in the cluster is taken away again.');
    }
  } finally {
    connection.close();
  }
}

interface Play extends Theatre {
  readonly kube: KubeClient;
  readonly samples: readonly Manifest[];
}

async function play(scene: Scene, flags: DemoFlags, { terminal, interrupts, kube, samples }: Play): Promise<ExitCode> {
  const { sandbox, kubernetes } = scene;
  const call = programCall(interrupts.signal, flags.logLevel);
  const aws = simulatorOf(sandbox);
  const info = { ...sandbox.info, kubeconfig: kubernetes.kubeconfig };
  const operator = createOperatorOn(info, flags.speed, call.log, operatorFlags(scene, flags));
  const stageAws = awsOf(sandbox, call);
  try {
    const { kinds } = STORIES[flags.story];
    await installCrds(kube, kinds);
    await untilServed(kube, call, kinds);
    await operator.start(interrupts.signal);
    terminal.line(terminal.dim(`On ${kubernetes.description}`));
    terminal.line(terminal.dim(`Speed ${flags.speed}; behind the endpoints of caches: ${sandbox.dataPlane}\n`));
    const inventory = (): readonly string[] => inventoryOf(aws.state());
    const stage: Stage = {
      kube,
      ec2: stageAws.ec2,
      samples,
      emptiesNamespaces: kubernetes.emptiesNamespaces,
      awsInventory: inventory,
      peering: stageAws.peering,
      peeringIn: stageAws.peeringIn,
      isOpenToTheWorld: (id) => isOpenToTheWorld(aws.state(), id),
      hasSubnet: (cidr) => hasSubnet(aws.state(), cidr),
      peeringState: (id) => peeringState(aws.state(), id),
      routeTarget: (tableId, destination) => routeTarget(aws.state(), tableId, destination),
      untilAws: (holds) => untilCall(aws, holds, interrupts.signal),
    };
    const chapters = await perform(stage, scene, flags, {
      terminal,
      clock: call.clock,
      signal: interrupts.signal,
      stepLimitMs: stepLimitMs(flags),
      countCalls: () => aws.journal.calls().length,
      awsActivity: () => activityOf(aws.state()),
    });
    summarize(chapters, flags, terminal);
    if (flags.keep) await keepUp(scene, terminal, interrupts.signal);
    return EXIT.ok;
  } catch (error) {
    if (interrupts.signal.aborted) return EXIT.interrupted;
    terminal.paragraph(`${terminal.bad('The demo failed:')} ${messageOf(error)}`);
    return EXIT.failed;
  } finally {
    await operator.stop();
    stageAws.close();
  }
}

function operatorFlags({ kubernetes, users }: Scene, { speed }: Flags): Readonly<Record<string, string>> {
  return {
    // In somebody's cluster, in which `refuseTaken` found no other operator: its Lease would stay behind.
    ...(kubernetes.owner === 'user' && { leases: 'off' }),
    ...(users && { clusters: 'remote', redisTokenGrace: `${Math.round(paceAt(speed).tokenGraceMs)}ms` }),
  };
}

async function perform(
  stage: Stage,
  { sandbox, users }: Scene,
  { story, speed, logLevel }: DemoFlags,
  deps: StoryDeps,
): Promise<readonly Chapter[]> {
  const before = stage.awsInventory();
  if (story === 'redis') return tell(redisStory(before), stage, deps);
  if (story === 'network') return tell(networkStory(before), stage, deps);
  const { terminal, signal } = deps;
  const call = programCall(signal, logLevel);
  const { info } = sandbox;
  const userKubeconfig = users?.kubeconfig ?? '';
  const production = await openAppProduction(stage, { call, terminal, info, speed, userKubeconfig });
  try {
    return await tell(appStory(before), production.stage, deps);
  } finally {
    await production.close();
  }
}

/** A cluster that answers at all takes a second for it. */
const TAKE_AWAY_LIMIT_MS = 60_000;

/** The longest step takes AWS about ten minutes, and a loaded machine may need its time too. */
function stepLimitMs({ speed }: Flags): number {
  const MINUTE_MS = 60_000;
  return 2 * MINUTE_MS + (speed === 'max' ? 0 : (40 * MINUTE_MS) / speed);
}

function summarize(chapters: readonly Chapter[], { speed }: Flags, terminal: Terminal): void {
  const seconds = chapters.reduce((sum, chapter) => sum + chapter.seconds, 0);
  const calls = chapters.reduce((sum, chapter) => sum + chapter.calls, 0);
  const onAws = speed === 'max' ? '' : `, about ${Math.round((seconds * speed) / 60)} minutes on AWS`;
  terminal.line();
  terminal.paragraph(
    `${terminal.good('All steps were observed')}: ${seconds.toFixed(0)} s${onAws}, ${calls} AWS calls. Nothing is left.`,
  );
}

async function keepUp({ sandbox, kubernetes, users }: Scene, terminal: Terminal, signal: AbortSignal): Promise<void> {
  terminal.line();
  describeSandbox(sandbox, terminal);
  if (!sandbox.kube) terminal.line(`\nKubernetes:\n  export KUBECONFIG=${kubernetes.kubeconfig}`);
  if (!sandbox.kube && users) terminal.line(`\nThe users' cluster:\n  kubectl --kubeconfig ${users.kubeconfig} ...`);
  terminal.line(terminal.dim('\nCtrl-C ends it.'));
  await whenAborted(signal);
}
