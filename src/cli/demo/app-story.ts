import type { AppStage } from './app-stage.ts';
import { activateModule, deactivateModule, forgetCluster, makeClusterKnown } from './app-cluster-steps.ts';
import { askForRedis, deleteRedis, loseSecret } from './app-redis-steps.ts';
import { rotateToken, scale, startApplication } from './app-load-steps.ts';
import { compareWith } from './last-steps.ts';
import type { Step } from './story.ts';

/** From the platform's side to an application with a Redis of its own, through two days of its life, back to nothing. */
export function appStory(before: readonly string[]): readonly Step<AppStage>[] {
  return [
    makeClusterKnown,
    activateModule,
    askForRedis,
    startApplication,
    scale,
    rotateToken,
    loseSecret,
    deleteRedis,
    deactivateModule,
    forgetCluster,
    compareWith(before),
  ];
}
