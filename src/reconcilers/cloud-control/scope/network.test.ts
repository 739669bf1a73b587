import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anIpRange, aNetwork, aScope } from '../../../../test/support/cloud-control.ts';
import { progressOf } from '../../../../test/support/kstatus.ts';
import { type NetworkWorld, startNetworkWorld } from '../../../../test/support/network-world.ts';
import { ipRangeKind } from '../../../api/cloud-control/v1beta1/ip-range.ts';
import { networkKind } from '../../../api/cloud-control/v1beta1/network.ts';
import { type Scope, scopeKind } from '../../../api/cloud-control/v1beta1/scope.ts';
import { LABELS } from '../../../api/names.ts';
import { findCondition } from '../../../kube/conditions.ts';

let world: NetworkWorld;

beforeEach(async () => {
  world = await startNetworkWorld();
  await check(aScope({ status: {} }));
  await world.checkNetwork();
  world.takeCalls();
});

afterEach(() => world.stop());

async function check(scope: Scope): Promise<void> {
  world.cluster.put(scope);
  await world.checkScope();
}

type AwsSpec = Scope['spec']['scope']['aws'];

/** The Scope as it is now, with an edit. */
function edited(aws: Partial<AwsSpec>, vpc?: AwsSpec['network']['vpc']): Scope {
  const scope = scopeNow();
  if (scope === undefined) throw new Error('the Scope is gone');
  const { spec, metadata } = scope;
  const network = { ...spec.scope.aws.network, ...(vpc && { vpc }) };
  const generation = (metadata.generation ?? 0) + 1;
  return {
    ...scope,
    metadata: { ...metadata, generation },
    spec: { ...spec, scope: { aws: { ...spec.scope.aws, network, ...aws } } },
  };
}

const scopeNow = () => world.cluster.find(scopeKind, 'demo');

const readyOf = () => findCondition(scopeNow()?.status?.conditions, 'Ready');

const foreign = (aws: object, type: 'external' | 'kyma' = 'external') =>
  aNetwork({
    metadata: { name: 'demo--kyma', uid: 'uid-foreign' },
    // Each case is a reference as the schema has it.
    spec: { type, network: { reference: { aws: { region: 'eu-central-1', ...aws } } } },
  });

async function useForeign(aws: object): Promise<void> {
  await world.stop();
  world = await startNetworkWorld();
  world.cluster.put(foreign(aws));
  await check(aScope({ status: {} }));
}

describe('the Network of a Scope', () => {
  it('names the VPC of the Scope, and shows which one that is', () => {
    expect(world.network()).toMatchObject({
      metadata: {
        labels: { [LABELS.kymaName]: 'demo' },
        ownerReferences: [{ kind: 'Scope', name: 'demo', uid: 'uid-demo', controller: true }],
      },
      spec: {
        scope: { name: 'demo' },
        type: 'kyma',
        network: {
          reference: {
            aws: { awsAccountId: '123456789012', region: 'eu-central-1', networkName: 'shoot--sandbox--demo' },
          },
        },
      },
      status: { state: 'Ready', networkType: 'kyma', network: { aws: { vpcId: world.vpcId } } },
    });
  });

  it('costs no call to AWS', async () => {
    await world.checkScope();
    expect(world.takeCalls()).toEqual(['DescribeVpcs']);
  });

  it('is made again when somebody deletes it', async () => {
    world.cluster.remove(networkKind, 'demo--kyma');
    await world.checkScope();
    expect(scopeNow()?.status?.state).toBe('Ready');
    await world.checkNetwork();
    expect(world.network()).toBeUndefined();
    await world.checkScope();
    await world.checkNetwork();
    expect(world.network()?.status?.state).toBe('Ready');
  });

  it('says the id when the Scope does', async () => {
    const id = await world.addVpc('brought-along', '10.9.0.0/22');
    await check(edited({}, { id }));
    expect(world.network()?.status?.network?.aws?.vpcId).toBe(world.vpcId);
    await world.checkNetwork();
    expect(world.network()?.status?.network?.aws?.vpcId).toBe(id);
  });
});

describe('a Scope that comes to mean another VPC', () => {
  it('has its Network made anew', async () => {
    const id = await world.addVpc('elsewhere', '10.9.0.0/22');
    await check(edited({ vpcNetwork: 'elsewhere' }));
    expect(scopeNow()?.status?.state).toBe('Processing');
    await world.checkNetwork();
    await world.checkScope();
    await world.checkNetwork();
    expect(scopeNow()?.status?.state).toBe('Ready');
    expect(world.network()?.status?.network?.aws).toMatchObject({ networkName: 'elsewhere', vpcId: id });
  });

  it('says so while something uses the old one, whose VPC stays what it was', async () => {
    await world.addVpc('elsewhere', '10.9.0.0/22');
    world.cluster.put(anIpRange());
    await check(edited({ vpcNetwork: 'elsewhere' }));
    await world.checkNetwork();
    await world.checkScope();
    expect(scopeNow()?.status?.state).toBe('Warning');
    expect(progressOf(scopeNow() ?? {})).toBe('Failed');
    const vpcId = scopeNow()?.status?.vpcId;
    expect(readyOf()).toMatchObject({
      reason: 'ReasonInvalidDependency',
      message: `Network kcp-system/demo--kyma stands for VPC shoot--sandbox--demo, and the Scope for VPC ${vpcId}; it is made anew when nothing uses the old one any more`,
    });
    expect(world.network()?.status?.network?.aws?.networkName).toBe('shoot--sandbox--demo');
    world.cluster.remove(ipRangeKind, 'range');
    await world.checkNetwork();
    await world.checkScope();
    expect(scopeNow()?.status?.state).toBe('Ready');
    expect(world.network()?.spec.network.reference?.aws.networkName).toBe('elsewhere');
  });

  it('is as before when the edit is taken back, and its Network is made again when it went', async () => {
    const before = scopeNow();
    await world.addVpc('elsewhere', '10.9.0.0/22');
    world.cluster.put(anIpRange());
    await check(edited({ vpcNetwork: 'elsewhere' }));
    await world.checkNetwork();
    await check({ ...edited({}), spec: before?.spec ?? aScope().spec });
    expect(scopeNow()?.status?.state).toBe('Ready');
    world.cluster.remove(ipRangeKind, 'range');
    await world.checkNetwork();
    expect(world.network()).toBeUndefined();
    await world.checkScope();
    expect(world.network()?.spec.network.reference?.aws.networkName).toBe('shoot--sandbox--demo');
  });
});

describe('a Network of that name that somebody else made', () => {
  it.each([
    { aws: { networkName: 'elsewhere' }, called: 'elsewhere', reason: 'another name' },
    { aws: { vpcId: 'vpc-0fedcba9876543210' }, called: 'vpc-0fedcba9876543210', reason: 'another id' },
    { aws: { networkName: 'shoot--sandbox--demo', region: 'eu-west-1' }, reason: 'another region' },
    { aws: { networkName: 'shoot--sandbox--demo', awsAccountId: '210987654321' }, reason: 'another account' },
  ])('is an error of the Scope and stays as it is: $reason', async ({ aws, called = 'shoot--sandbox--demo' }) => {
    await useForeign(aws);
    expect(findCondition(scopeNow()?.status?.conditions, 'Error')).toMatchObject({
      reason: 'ReasonInvalidDependency',
      message: `Network kcp-system/demo--kyma stands for VPC ${called}, and the Scope for VPC ${world.vpcId}; it was made by somebody else and is left as it is: delete it, or make both say the same`,
    });
    expect(world.network()).toEqual(foreign(aws));
    expect(world.cluster.writes.filter((write) => /Network/.test(write))).toEqual([]);
  });

  it.each([
    { aws: { networkName: 'shoot--sandbox--demo' }, reason: 'by its name' },
    { aws: { networkName: '', awsAccountId: '', vpcId: 'own' }, reason: 'by its id' },
  ])('serves the Scope when it stands for the same VPC, $reason', async ({ aws }) => {
    await useForeign('vpcId' in aws ? { ...aws, vpcId: world.vpcId } : aws);
    expect(scopeNow()?.status?.state).toBe('Ready');
  });
});

describe('the deletion of a Scope', () => {
  it('takes its Network along, which goes first', async () => {
    world.cluster.remove(scopeKind, 'demo');
    await world.checkScope();
    expect(scopeNow()?.status?.state).toBe('Deleting');
    expect(readyOf()?.message).toBe('waiting until Network kcp-system/demo--kyma is gone');
    await world.checkNetwork();
    expect(world.network()).toBeUndefined();
    await world.checkScope();
    expect(scopeNow()).toBeUndefined();
  });

  it('is refused while a Network of another VPC is in it', async () => {
    world.cluster.put(aNetwork());
    world.cluster.remove(scopeKind, 'demo');
    await world.checkScope();
    expect(readyOf()?.message).toBe('Can not be deleted while used by Network: [kcp-system/theirs]');
    world.cluster.remove(networkKind, 'theirs');
    await world.checkScope();
    await world.checkNetwork();
    await world.checkScope();
    expect(scopeNow()).toBeUndefined();
  });

  it('waits while an IpRange of another Scope uses its Network', async () => {
    world.cluster.put(anIpRange({ spec: { scope: { name: 'other' }, network: { name: 'demo--kyma' } } }));
    world.cluster.remove(scopeKind, 'demo');
    await world.checkScope();
    await world.checkNetwork();
    await world.checkScope();
    expect(scopeNow()?.status?.state).toBe('Deleting');
    world.cluster.remove(ipRangeKind, 'range');
    await world.checkNetwork();
    await world.checkScope();
    expect(scopeNow()).toBeUndefined();
  });
});
