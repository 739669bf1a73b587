import { describe, expect, it } from 'vitest';
import type { AwsFault } from './fault.ts';
import { awsQueryDialect, ec2QueryDialect, inputFromQuery, type QueryDialect } from './query-decoder.ts';
import { shapeFrom } from './shape.ts';

const STRING = 0;
const NUMBER = 1;
const BOOLEAN = 2;
const TIMESTAMP = 4;
const STRING_LIST = 64;
const STRING_MAP = 128;

/** A struct in the form of the SDK's schemas: kind, namespace, name, traits, member names, member schemas, required count. */
function struct(members: Record<string, unknown>, required = 0): ReturnType<typeof shapeFrom> {
  return shapeFrom([3, 'test', 'Input', 0, Object.keys(members), Object.values(members), required]);
}

const named = [1, 'test', 'Named', 0, [STRING, { xmlName: 'Item' }]];

function decode(shape: ReturnType<typeof shapeFrom>, query: string, dialect: QueryDialect): Record<string, unknown> {
  return inputFromQuery(shape, new URLSearchParams(`Action=Do&Version=1&${query}`), dialect);
}

function faultOf(decoding: () => unknown): Pick<AwsFault, 'code' | 'message'> {
  try {
    decoding();
  } catch (error) {
    const { code, message } = error as AwsFault;
    return { code, message };
  }
  throw new Error('Nothing was refused');
}

describe('awsQuery parameters', () => {
  it.each([
    { query: 'L.member.1=a&L.member.2=b', reason: 'with the word that the protocol prescribes' },
    { query: 'L.Item.1=a&L.Item.2=b', reason: "with the item's own name" },
    { query: 'L.1=a&L.2=b', reason: 'flattened, as old clients send them' },
    { query: 'L.member.2=b&L.member.1=a', reason: 'in any order' },
  ])('are read into a list $reason', ({ query }) => {
    expect(decode(struct({ L: [named, 0] }), query, awsQueryDialect)).toEqual({ L: ['a', 'b'] });
  });

  it('are read into an empty list, which is not an absent one', () => {
    const shape = struct({ L: STRING_LIST, M: STRING_LIST });
    expect(decode(shape, 'L=', awsQueryDialect)).toEqual({ L: [] });
  });

  it('are read into maps, times and booleans of any case', () => {
    const shape = struct({ M: STRING_MAP, T: TIMESTAMP, B: BOOLEAN });
    const query = 'M.entry.1.key=a&M.entry.1.value=x&M.entry.2.key=b&M.entry.2.value=y&T=2026-01-02T03:04:05Z&B=True';
    expect(decode(shape, query, awsQueryDialect)).toEqual({
      M: { a: 'x', b: 'y' },
      T: new Date('2026-01-02T03:04:05Z'),
      B: true,
    });
  });

  it('that nobody knows are ignored', () => {
    expect(decode(struct({ A: STRING }), 'A=1&Other=2', awsQueryDialect)).toEqual({ A: '1' });
  });

  it('of the wrong type are refused by name', () => {
    const decoding = (): unknown => decode(struct({ N: NUMBER }), 'N=', awsQueryDialect);
    expect(faultOf(decoding)).toMatchObject({
      code: 'MalformedInput',
      message: expect.stringContaining(' N ') as string,
    });
  });
});

describe('ec2Query parameters', () => {
  const tag = [3, 'test', 'Tag', 0, ['Key'], [[STRING, { ec2QueryName: 'Key', xmlName: 'key' }]]];
  const tags = [1, 'test', 'Tags', 0, [tag, { xmlName: 'item' }]];

  it("go by EC2's own names, and lists are flat", () => {
    const shape = struct({ TagList: [tags, { xmlName: 'tagSet' }], Id: [STRING, { ec2QueryName: 'ThingId' }] });
    expect(decode(shape, 'TagSet.1.Key=a&TagSet.2.Key=b&ThingId=i', ec2QueryDialect)).toEqual({
      TagList: [{ Key: 'a' }, { Key: 'b' }],
      Id: 'i',
    });
  });

  it('that are missing, unknown or malformed are refused with codes of EC2', () => {
    const shape = struct({ Id: STRING, N: NUMBER }, 1);
    expect(faultOf(() => decode(shape, 'N=1', ec2QueryDialect)).code).toBe('MissingParameter');
    expect(faultOf(() => decode(shape, 'Id=1&Foo=2', ec2QueryDialect))).toEqual({
      code: 'UnknownParameter',
      message: 'The parameter Foo is not recognized',
    });
    expect(faultOf(() => decode(shape, 'Id=1&N=many', ec2QueryDialect))).toEqual({
      code: 'InvalidParameterValue',
      message: 'Value (many) for parameter N is invalid.',
    });
  });

  it('of a signature in the query are not parameters of the operation', () => {
    expect(decode(struct({ Id: STRING }), 'Id=1&X-Amz-Signature=abc', ec2QueryDialect)).toEqual({ Id: '1' });
  });
});

it('refuses a schema of a form that it does not know, instead of guessing', () => {
  expect(() => shapeFrom([99, 'test', 'Odd', 0, []])).toThrow('composed type 99');
  expect(() => shapeFrom(33)).toThrow('simple type 33');
});
