import { afterAll, beforeAll, expect, it } from 'vitest';
import { DemoWorld } from '../support/demo-story.ts';
import { Environment } from '../support/environment.ts';
import { OperatorProcess } from '../support/operator-process.ts';
import { partOf } from '../support/part.ts';

/*
 * What the tests of cut-offs show of an operator in this process, at moments of a real one: SIGKILL, and a new process that
 * knows only what Kubernetes and AWS know.
 */

const DEATHS = partOf([
  'a Scope: patch scopes status demo #0 before',
  'two IpRanges: AssociateVpcCidrBlock #0 after',
  'two IpRanges: CreateSubnet #2 after',
  'a RedisInstance and a RedisCluster: CreateReplicationGroup cm-demo-cluster #0 after',
  'a RedisInstance and a RedisCluster: create secrets #0 before',
  'more shards and replicas, larger nodes, other parameters: IncreaseReplicaCount cm-demo-cluster #0 before',
  'no token any more: ModifyReplicationGroup cm-demo-instance #0 after',
  'a token again, and an engine of a newer family: patch secrets cm-demo-instance #0 before',
  'everything deleted at once: DeleteReplicationGroup cm-demo-cluster #0 after',
  'everything deleted at once: patch scopes demo #0 before',
]);

let system: OperatorProcess | undefined;
let world: DemoWorld;
let undisturbed: ReadonlyMap<string, unknown>;

beforeAll(async () => {
  // An operator that nothing happens to costs less time in this process.
  const calm = await DemoWorld.start((options) => Environment.start(options));
  undisturbed = await calm.tell(() => false);
  await calm.system.stop();
  world = await DemoWorld.start(async (options) => {
    system = await OperatorProcess.start(options);
    return system;
  });
});

afterAll(() => system?.stop());

it("comes out the same with a process that is killed at moments of the demo's story", async () => {
  const atFirst = await world.outcome();
  const left = new Set(DEATHS);
  const outcomes = await world.tell((moment) => left.delete(moment));
  for (const [chapter, outcome] of outcomes) expect(outcome, chapter).toEqual(undisturbed.get(chapter));
  expect(await world.outcome()).toEqual(atFirst);
  expect([...left]).toEqual([]);
  expect(system?.deaths).toBe(DEATHS.length);
});
