import { ANNOTATIONS, type AwsRedisCluster, awsRedisClusterKind } from '../../api/index.ts';
import { mergePatch, secretKind } from '../../kube/index.ts';
import { sleep, systemClock } from '../../util/clock.ts';
import { type AppStage, isLetIn, sayShown, secretOf, userSide, valuesOf } from './app-stage.ts';
import { keyOf, only, untilReady, untilShown } from './stage.ts';
import type { Step } from './story.ts';
import { until } from './watching.ts';

/* What an application does not notice. */

/** Enough to have met every shard, and newcomers in between. */
const MANY_COMMANDS = 1000;

export const startApplication: Step<AppStage> = {
  title: 'An application starts, which knows the mounted Secret alone',
  async run(stage) {
    const redis = await stage.user.get(awsRedisClusterKind, keyOf(only(stage, awsRedisClusterKind.kind)));
    const application = await stage.startApplication(secretOf(redis));
    const { commands, failures } = await application.until((report) => report.commands > MANY_COMMANDS);
    assertNoFailure(stage);
    return `${commands} commands answered over TLS, ${failures} failed; it goes on from here`;
  },
};

export function assertNoFailure(stage: AppStage): void {
  const { failures, firstFailure } = stage.application().report;
  if (failures > 0)
    throw new Error(`${failures} commands of the application failed, the first one: ${firstFailure ?? ''}`);
}

/** Waits until the application has done more, and gives how much more than `before`, in words. */
export async function afterMoreWork(stage: AppStage, before: number): Promise<string> {
  const now = stage.application().report.commands;
  const { commands } = await stage.application().until((report) => report.commands > now + MANY_COMMANDS);
  assertNoFailure(stage);
  return `${commands - before} commands meanwhile, none failed`;
}

export const scale: Step<AppStage> = {
  title: 'A developer asks for one shard more, under load',
  async run(stage) {
    const { commands } = stage.application().report;
    const manifest = only(stage, awsRedisClusterKind.kind);
    const { name } = manifest.metadata;
    const { spec } = await stage.user.get(awsRedisClusterKind, keyOf(manifest));
    const shardCount = spec.shardCount + 1;
    const patch = { spec: { shardCount } };
    stage.say('user', `kubectl patch awsredisclusters ${name} --type=merge -p '${JSON.stringify(patch)}'`);
    const isUpdating = ({ status }: AwsRedisCluster): boolean => status?.state === 'Updating';
    const [updating] = await Promise.all([
      // It looks before the change is made: at full speed the state does not last.
      untilShown(userSide(stage), awsRedisClusterKind, manifest, isUpdating),
      stage.user.patch(awsRedisClusterKind, keyOf(manifest), mergePatch(patch)),
    ]);
    sayShown(stage, 'user', awsRedisClusterKind, updating);
    const ready = await untilReady<AwsRedisCluster>(userSide(stage), manifest);
    sayShown(stage, 'user', awsRedisClusterKind, ready);
    if (ready.status?.shardCount !== shardCount) throw new Error(`There are ${ready.status?.shardCount} shards`);
    return `${shardCount} shards; the application: ${await afterMoreWork(stage, commands)}`;
  },
};

const LOOK_MS = 200;

export const rotateToken: Step<AppStage> = {
  title: 'A developer has the token rotated, under load',
  async run(stage) {
    const { commands, reloads } = stage.application().report;
    const manifest = only(stage, awsRedisClusterKind.kind);
    const key = keyOf(manifest);
    const secret = secretOf(await stage.user.get(awsRedisClusterKind, key));
    const old = await valuesOf(stage.user, secret);
    stage.say('user', `kubectl annotate awsredisclusters ${key.name} ${ANNOTATIONS.rotateAuthToken}=today`);
    const annotations = { [ANNOTATIONS.rotateAuthToken]: 'today' };
    await stage.user.patch(awsRedisClusterKind, key, mergePatch({ metadata: { annotations } }));
    await until(
      stage.user,
      secretKind,
      secret,
      (one) => one !== undefined && textIn(one, 'authString') !== old['authString'],
    );
    if (!(await isLetIn(old))) throw new Error('The old token was refused as soon as there was a new one');
    await stage.application().until((report) => report.reloads > reloads);
    while (await isLetIn(old)) await sleep(systemClock, LOOK_MS, stage.signal);
    if (!(await isLetIn(await valuesOf(stage.user, secret)))) throw new Error('The new token is refused');
    await untilReady(userSide(stage), manifest);
    return `the old token is refused now; the application: ${await afterMoreWork(stage, commands)}`;
  },
};

function textIn({ data = {} }: { readonly data?: Readonly<Record<string, string>> }, name: string): string {
  return Buffer.from(data[name] ?? '', 'base64').toString();
}
