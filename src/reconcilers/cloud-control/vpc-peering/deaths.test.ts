import { expect, it } from 'vitest';
import { aVpcPeering } from '../../../../test/support/cloud-control.ts';
import { otherVpc, type PeeringWorld, putScope, startPeeringWorld } from '../../../../test/support/peering-world.ts';
import type { VpcPeering } from '../../../api/cloud-control/v1beta1/vpc-peering.ts';

/*
 * The process dies after each write to AWS and to Kubernetes in turn, once in a life of a peering; the next one goes on.
 * To die before a write, or at a read, is to die after the write before it.
 */

interface Moment {
  readonly at: number;
  readonly of: 'aws' | 'kubernetes';
}

interface Death extends Moment {
  readonly chapter: 'creation' | 'deletion';
}

interface Life {
  /** What is in AWS when all is ready, and after the deletion. */
  readonly made: object;
  readonly left: object;
  readonly isDead: boolean;
  /** The writes of each chapter, by their place among all calls. */
  readonly writes: Readonly<Record<Death['chapter'], readonly Moment[]>>;
}

/** Longer than AWS can carry out what it did not answer. */
const LONG_MS = 10 * 60_000;

const peering = aVpcPeering({
  spec: {
    details: {
      ...(aVpcPeering().spec.details as NonNullable<VpcPeering['spec']['details']>),
      deleteRemotePeering: true,
      dnsResolution: { local: true, remote: true },
    },
  },
});

/** What is left in AWS, but for ids. */
async function inAws({ local, remote, aws }: PeeringWorld): Promise<object> {
  aws.faults.clear();
  const connections = (await local.connections()).map(({ Status, Tags = [], RequesterVpcInfo: side }) => ({
    code: Status?.Code,
    tags: Tags.length,
    dns: side?.PeeringOptions?.AllowDnsResolutionFromRemoteVpc,
  }));
  const routes = async (owner: PeeringWorld['local']) =>
    (await owner.routes()).map(({ destination, state, target }) => `${destination} ${state} ${target.slice(0, 3)}`);
  return { connections, local: (await routes(local)).toSorted(), remote: (await routes(remote)).toSorted() };
}

/** One table on each side is enough. */
async function startSmallWorld(): Promise<PeeringWorld> {
  const world = await startPeeringWorld();
  const local = await otherVpc(world.local, '10.40.0.0/16');
  putScope(world.cluster, local);
  return { ...world, local };
}

async function tell(
  world: PeeringWorld,
  chapter: Death['chapter'],
  death: Death | undefined,
): Promise<readonly Moment[]> {
  world.takeCalls();
  const { writes } = world.mortality;
  if (death?.chapter === chapter) world.mortality.dieAt({ ...death, when: 'after' });
  for (let i = 0; i < 3; i += 1) {
    const object = await world.settle();
    if (object === undefined || object.status?.state === 'active') break;
    world.aws.clock.advance(LONG_MS);
  }
  const calls = world.takeCalls().map((call, at) => ({ call, at, of: 'aws' as const }));
  return [
    ...calls.filter(({ call }) => !/^(Describe|AssumeRole)/.test(call)),
    ...Array.from({ length: world.mortality.writes - writes }, (_, at) => ({ at, of: 'kubernetes' as const })),
  ];
}

async function live(death?: Death): Promise<Life> {
  const world = await startSmallWorld();
  try {
    world.put(peering);
    const creation = await tell(world, 'creation', death);
    const made = await inAws(world);
    world.remove();
    const deletion = await tell(world, 'deletion', death);
    expect(world.peering()).toBeUndefined();
    return { made, left: await inAws(world), isDead: world.mortality.isDead, writes: { creation, deletion } };
  } finally {
    await world.stop();
  }
}

it('ends with what is asked, and with nothing after the deletion, wherever the process dies', async () => {
  const undisturbed = await live();
  const { made, left, writes } = undisturbed;
  expect(made).toMatchObject({ connections: [{ code: 'active', tags: 4, dns: true }] });
  expect(left).toEqual({ connections: [{ code: 'deleted', tags: 4, dns: undefined }], local: [], remote: [] });
  expect(writes.creation.length).toBeGreaterThanOrEqual(12);
  expect(writes.deletion.length).toBeGreaterThanOrEqual(6);
  for (const chapter of ['creation', 'deletion'] as const) {
    for (const moment of writes[chapter]) {
      const life = await live({ ...moment, chapter });
      expect(life, JSON.stringify({ chapter, ...moment })).toMatchObject({ made, left, isDead: true });
    }
  }
});
