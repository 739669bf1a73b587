import { describe, expect, it } from 'vitest';
import { DEFAULT_TIERS } from '../reconcilers/cloud-resources/aws-redis/tiers.ts';
import { tiersKind, tierTableWith } from './redis-tiers.ts';

describe('tiers of the operator', () => {
  it.each([
    ['S1=cache.t4g.micro,P1=cache.r7g.large:0', 'a text'],
    [' S1 = cache.t4g.micro , P1=cache.r7g.large:0, ', 'a text with spaces'],
    [{ S1: 'cache.t4g.micro', P1: 'cache.r7g.large:0' }, 'a mapping in a file'],
  ])('take the place of those that are usual: %j, %s', (raw, _what) => {
    expect(tierTableWith(tiersKind.parse(raw))).toEqual({
      ...DEFAULT_TIERS,
      S1: { nodeType: 'cache.t4g.micro', readReplicas: 0 },
      P1: { nodeType: 'cache.r7g.large', readReplicas: 0 },
    });
  });

  it('keep the number of replicas of a tier when they say none', () => {
    expect(tierTableWith(tiersKind.parse('P2=cache.r7g.xlarge')).P2).toEqual({
      nodeType: 'cache.r7g.xlarge',
      readReplicas: 1,
    });
  });

  it.each([undefined, tiersKind.parse('')])('are the usual ones when none are given', (changes) => {
    expect(tierTableWith(changes)).toEqual(DEFAULT_TIERS);
  });

  const all = 'S1, S2, S3, S4, S5, S6, S7, S8, P1, P2, P3, P4, P5, P6, C1, C2, C3, C4, C5, C6, C7, C8';
  it.each([
    ['S9=cache.t4g.micro', `"S9" is no tier: there are ${all}`],
    ['S1', 'S1 has no node type such as cache.m7g.large, but ""'],
    ['S1=m7g.large', 'S1 has no node type such as cache.m7g.large, but "m7g.large"'],
    ['S1=cache.m7g.large:x', 'S1 has no node type such as cache.m7g.large, but "cache.m7g.large:x"'],
    [{ S1: 7 }, 'S1 has no node type such as cache.m7g.large, but 7'],
    ['P1=cache.m7g.large:2', 'P1 can have 0 read replicas or 1, not 2'],
    ['C1=cache.m7g.large:1', 'C1 cannot have a number of replicas, because the users of a cluster choose it'],
    ['S1=cache.m7g.large,S1=cache.m7g.xlarge', 'S1 is there twice'],
    [
      'S1=x,C1=cache.m7g.large:1',
      'S1 has no node type such as cache.m7g.large, but "x"; C1 cannot have a number of replicas, because the users of a cluster choose it',
    ],
  ])('say what is wrong with %j', (raw, problem) => {
    expect(tiersKind.parse(raw)).toBeUndefined();
    expect(tiersKind.whyNot?.(raw)).toBe(problem);
  });

  it.each([[['S1=cache.t4g.micro']], 7, true])('are no %j', (raw) => {
    expect(tiersKind.parse(raw)).toBeUndefined();
    expect(tiersKind.whyNot?.(raw)).toBeUndefined();
  });
});
