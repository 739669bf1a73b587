import { describe, expect, it } from 'vitest';
import { questionFrom, questionFromTags, readByQuestions, tagOf } from './filter-question.ts';

interface Thing {
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
}

const THINGS: readonly Thing[] = [
  { id: 'a1', tags: { owner: 'a', part: '1', other: 'x' } },
  { id: 'a2', tags: { owner: 'a', part: '2' } },
  { id: 'b1', tags: { owner: 'b', part: '1' } },
  { id: 'star', tags: { owner: '*', part: '1' } },
];

/** What the questions are answered with, and the filters of each request. */
async function find(...questions: readonly string[]) {
  const asked: Record<string, readonly string[]>[] = [];
  const { answers, requests } = await readByQuestions<Thing>(questions, tagOf, (filters) => {
    asked.push(Object.fromEntries(filters.map(({ Name = '', Values = [] }) => [Name, Values])));
    const plain = (value: string): string => value.replace(/^\\/, '');
    const items = THINGS.filter((thing) =>
      filters.every(({ Name = '', Values = [] }) => Values.map(plain).includes(tagOf(thing, Name) ?? '')),
    );
    return Promise.resolve({ items, next: undefined });
  });
  return { ids: questions.map((question) => answers.get(question)?.map(({ id }) => id)), asked, requests };
}

describe('questions of the same filters', () => {
  it('share a list, and get what matches all of their own values and no more', async () => {
    const found = await find(
      questionFromTags({ owner: 'a', part: '1' }),
      questionFromTags({ part: '2', owner: 'a' }),
      questionFromTags({ owner: 'b', part: '2' }),
    );
    expect(found).toEqual({
      ids: [['a1'], ['a2'], []],
      asked: [{ 'tag:owner': ['a', 'b'], 'tag:part': ['1', '2'] }],
      requests: 1,
    });
  });

  it('share as many lists as it takes to name no more than two hundred values', async () => {
    const questions = Array.from({ length: 450 }, (_, index) => questionFromTags({ owner: `${index}`, part: '1' }));
    const { asked, requests } = await find(...questions);
    expect(asked.map((filters) => filters['tag:owner']?.length)).toEqual([200, 200, 50]);
    expect(requests).toBe(3);
  });
});

describe('questions of different filters', () => {
  it('have a list each', async () => {
    const found = await find(questionFromTags({ owner: 'b' }), questionFromTags({ owner: 'a', part: '2' }));
    expect(found).toMatchObject({ ids: [['b1'], ['a2']], requests: 2 });
  });
});

describe('a question', () => {
  it('means letters that a filter takes for wildcards', async () => {
    const found = await find(questionFromTags({ owner: '*' }), questionFromTags({ owner: String.raw`a\?` }));
    expect(found.ids).toEqual([['star'], []]);
    expect(found.asked).toEqual([{ 'tag:owner': [String.raw`\*`, String.raw`a\\\?`] }]);
  });

  it('is the same in whatever order its filters are named', () => {
    expect(questionFrom({ a: '1', b: '2' })).toBe(questionFrom({ b: '2', a: '1', c: undefined }));
  });

  it('needs a filter, or it would be answered with everything', () => {
    expect(() => questionFrom({ a: undefined })).toThrow('at least one filter');
    expect(() => questionFromTags({})).toThrow('at least one filter');
  });
});
