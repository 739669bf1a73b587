import { describe, expect, it } from 'vitest';
import { aScope } from '../../../../test/support/cloud-control.ts';
import type { CidrBlock, Vpc } from '../../../aws/ec2/vpc.ts';
import { cidrOf, cidrText } from '../../../util/cidr.ts';
import { NOTHING_AROUND } from '../../common/vpc/surroundings.ts';
import { allocateRange, extensionProblem, rangeProblem, type World } from './range.ts';

function aVpc(cidr: string, ...others: Pick<CidrBlock, 'cidr' | 'state'>[]): Vpc {
  const blocks = [{ cidr, state: 'associated' }, ...others];
  return {
    id: 'vpc-1',
    state: 'available',
    cidr,
    cidrBlocks: blocks.map((block, i) => ({ ...block, associationId: `assoc-${i}`, stateMessage: undefined })),
    dhcpOptionsId: undefined,
    isDefault: false,
    ownerId: undefined,
    tags: {},
  };
}

interface Given {
  readonly nodes?: string;
  readonly vpc?: Vpc;
  readonly claims?: World['claims'];
  readonly surroundings?: Partial<World['surroundings']>;
}

function aWorld({ nodes = '10.250.0.0/22', vpc = aVpc(nodes), claims = [], surroundings = {} }: Given = {}): World {
  const { spec } = aScope();
  const { aws } = spec.scope;
  const scope = aScope({ spec: { ...spec, scope: { aws: { ...aws, network: { ...aws.network, nodes } } } } });
  return { vpc, scope, claims, surroundings: { ...NOTHING_AROUND, ...surroundings } };
}

const claim = (cidr: string) => ({ cidr: cidrOf(cidr), by: 'somebody' });

describe('D8: the allocation of a range', () => {
  it.each([
    { given: {}, found: '10.250.4.0/22', reason: 'right after the nodes' },
    { given: { nodes: '10.250.0.0/16' }, found: '10.251.0.0/22', reason: 'after nodes of another size' },
    { given: { vpc: aVpc('10.250.0.0/16') }, found: '10.251.0.0/22', reason: 'outside of the block of the VPC' },
    { given: { nodes: '10.255.0.0/16' }, found: '10.0.0.0/22', reason: 'not in public space above 10.0.0.0/8' },
    { given: { nodes: '172.16.0.0/16' }, found: '172.18.0.0/22', reason: 'not where Docker and some services live' },
    { given: { nodes: '172.30.0.0/15' }, found: '172.16.0.0/22', reason: 'not where AWS refuses' },
    { given: { nodes: '192.168.0.0/16' }, found: '100.64.0.0/22', reason: 'in shared space, when the own is full' },
    { given: { nodes: '10.241.252.0/22' }, found: '10.244.0.0/22', reason: 'past reserved ranges' },
    {
      given: { vpc: aVpc('10.250.0.0/22', { cidr: '10.250.4.0/22', state: 'associating' }) },
      found: '10.250.8.0/22',
      reason: 'past further blocks',
    },
    {
      given: { vpc: aVpc('10.250.0.0/22', { cidr: '10.250.4.0/22', state: 'disassociated' }) },
      found: '10.250.4.0/22',
      reason: 'where a block has been and is no more',
    },
    {
      given: { claims: [{ cidr: cidrOf('10.250.4.0/20'), by: 'IpRange' }] },
      found: '10.250.16.0/22',
      reason: 'past what others claim',
    },
    {
      given: { surroundings: { peers: [claim('10.250.0.0/19')] } },
      found: '10.250.32.0/22',
      reason: 'past the blocks of peered VPCs',
    },
    {
      given: { surroundings: { routes: [claim('10.250.4.0/24'), claim('10.250.8.0/21')] } },
      found: '10.250.16.0/22',
      reason: 'past where routes lead',
    },
    {
      given: { surroundings: { routes: [claim('10.0.0.0/8')] } },
      found: '100.64.0.0/22',
      reason: 'in shared space, when a route leads to all of the own',
    },
  ])('finds $found: $reason', ({ given, found }) => {
    const range = allocateRange(aWorld(given));
    expect(range && cidrText(range)).toBe(found);
  });

  it('finds nothing in a full world', () => {
    const claims = ['10.0.0.0/8', '100.64.0.0/10'].map((text) => ({ cidr: cidrOf(text), by: 'somebody' }));
    expect(allocateRange(aWorld({ claims }))).toBeUndefined();
  });

  it('always finds what the checks let pass', () => {
    for (const nodes of ['10.250.0.0/22', '10.255.0.0/16', '172.16.0.0/16', '192.168.0.0/16', '100.64.0.0/16']) {
      const world = aWorld({ nodes });
      const range = allocateRange(world);
      expect(range && rangeProblem(range, world)).toBeUndefined();
    }
  });
});

describe('what lies around the VPC', () => {
  it('is named when a given range overlaps it', () => {
    const by = 'VPC vpc-2, which is peered by pcx-1,';
    const world = aWorld({ surroundings: { peers: [{ cidr: cidrOf('10.181.0.0/16'), by }] } });
    expect(rangeProblem(cidrOf('10.181.4.0/22'), world)).toMatchObject({
      reason: 'CidrOverlap',
      message: 'CIDR 10.181.4.0/22 overlaps with VPC vpc-2, which is peered by pcx-1, 10.181.0.0/16',
    });
  });

  it.each([
    { route: '10.181.4.0/22', problem: true, reason: 'as large as the range' },
    { route: '10.181.5.0/24', problem: true, reason: 'smaller than the range' },
    { route: '10.181.0.0/16', problem: false, reason: 'larger than the range' },
    { route: '10.181.8.0/22', problem: false, reason: 'beside the range' },
  ])('D9: a route to $route, which is $reason, is an obstacle: $problem', ({ route, problem }) => {
    const routes = [{ cidr: cidrOf(route), by: 'a route in rtb-1 to' }];
    const found = rangeProblem(cidrOf('10.181.4.0/22'), aWorld({ surroundings: { routes } }));
    const message = `CIDR 10.181.4.0/22 holds a route in rtb-1 to ${route}: AWS adds no block that a route leads into or to the whole of`;
    expect(found).toEqual(problem ? { state: 'Error', reason: 'CidrOverlap', message } : undefined);
  });
});

describe('D9: a VPC takes no further block', () => {
  it('when it has as many as the quota says, whatever becomes of those that it shows still', () => {
    const vpc = aVpc(
      '10.250.0.0/22',
      { cidr: '10.1.0.0/22', state: 'associating' },
      { cidr: '10.2.0.0/22', state: 'disassociated' },
    );
    expect(extensionProblem(aWorld({ vpc }), 3)).toBeUndefined();
    expect(extensionProblem(aWorld({ vpc }), 2)).toMatchObject({
      reason: 'FailedExtendingVpcAddressSpace',
      message:
        'VPC vpc-1 has 2 blocks, and the quota "IPv4 CIDR blocks per VPC" is 2: free one, or have AWS raise the quota and tell the operator with --blocks-per-vpc',
    });
  });

  it('while a peering that it has asked for is not accepted', () => {
    const found = extensionProblem(aWorld({ surroundings: { unacceptedPeering: 'pcx-1' } }), 5);
    expect(found).toMatchObject({ state: 'Processing', message: expect.stringContaining('pcx-1 is accepted') });
  });
});

describe('D6: the check of a given range', () => {
  it.each([
    { state: 'associated', problem: true },
    { state: 'associating', problem: true },
    { state: 'disassociating', problem: true },
    { state: 'disassociated', problem: false },
    { state: 'failed', problem: false },
  ])('counts an overlapping block that is $state: $problem', ({ state, problem }) => {
    const world = aWorld({ vpc: aVpc('10.250.0.0/22', { cidr: '10.181.0.0/20', state }) });
    expect(rangeProblem(cidrOf('10.181.4.0/22'), world) !== undefined).toBe(problem);
  });

  it('takes a block that is the range itself for no obstacle', () => {
    const world = aWorld({ vpc: aVpc('10.250.0.0/22', { cidr: '10.181.0.0/22', state: 'associated' }) });
    expect(rangeProblem(cidrOf('10.181.0.0/22'), world)).toBeUndefined();
  });
});
