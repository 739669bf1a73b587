import { describe, expect, it } from 'vitest';
import { aFakeRequester } from '../../../test/support/fake-requester.ts';
import { findSecurityGroups, questionOf, readSecurityGroups } from './security-group-calls.ts';
import type { SecurityGroupQuery } from './security-group.ts';
import type { ec2Operations } from './service.ts';

interface Input {
  readonly Filters: readonly { readonly Name: string; readonly Values: readonly string[] }[];
}

const GROUPS = ['vpc-1', 'vpc-2'].flatMap((VpcId) =>
  ['a', 'b'].map((GroupName) => ({ GroupId: `sg-${VpcId}-${GroupName}`, GroupName, VpcId })),
);

/** Groups `a` and `b` in two VPCs, and filters as EC2 has them. */
function aWorld() {
  const fieldOf = { 'group-id': 'GroupId', 'group-name': 'GroupName', 'vpc-id': 'VpcId' } as const;
  return aFakeRequester<typeof ec2Operations>({
    DescribeSecurityGroups: ({ Filters }: Input) => ({
      SecurityGroups: GROUPS.filter((group) =>
        Filters.every(({ Name, Values }) => Values.includes(group[fieldOf[Name as keyof typeof fieldOf]])),
      ),
    }),
  });
}

async function find(queries: readonly SecurityGroupQuery[]) {
  const { aws, asked } = aWorld();
  const questions = queries.map(questionOf);
  const { answers, requests } = await findSecurityGroups(aws, questions);
  const filters = asked.map(([, input]) => (input as Input).Filters.map(({ Name }) => Name));
  return { ids: questions.map((question) => answers.get(question)?.map(({ id }) => id)), filters, requests };
}

describe('findSecurityGroups', () => {
  it('narrows by name when every question has one, and tells VPCs apart', async () => {
    const queries = [
      { vpcId: 'vpc-1', name: 'a' },
      { vpcId: 'vpc-2', name: 'b' },
      { vpcId: 'vpc-2', name: 'none' },
    ];
    expect(await find(queries)).toEqual({
      ids: [['sg-vpc-1-a'], ['sg-vpc-2-b'], []],
      filters: [['group-name']],
      requests: 1,
    });
  });

  it('narrows by VPC when a question has no name', async () => {
    const found = await find([{ vpcId: 'vpc-1' }, { vpcId: 'vpc-1', name: 'b' }]);
    expect(found).toMatchObject({ ids: [['sg-vpc-1-a', 'sg-vpc-1-b'], ['sg-vpc-1-b']], filters: [['vpc-id']] });
  });

  it('reads all when the questions have nothing in common', async () => {
    const found = await find([{ vpcId: 'vpc-1' }, { name: 'b' }]);
    expect(found).toMatchObject({
      ids: [
        ['sg-vpc-1-a', 'sg-vpc-1-b'],
        ['sg-vpc-1-b', 'sg-vpc-2-b'],
      ],
      filters: [[]],
    });
  });

  it('asks for at most two hundred values a request', async () => {
    const found = await find(Array.from({ length: 450 }, (_, index) => ({ name: `group-${index}` })));
    expect(found).toMatchObject({ requests: 3, filters: [['group-name'], ['group-name'], ['group-name']] });
  });
});

describe('readSecurityGroups', () => {
  it('does not fail for the sake of one that is absent', async () => {
    const { aws } = aWorld();
    const { answers } = await readSecurityGroups(aws, ['sg-vpc-1-a', 'sg-none']);
    expect([...answers.keys()]).toEqual(['sg-vpc-1-a']);
  });
});
