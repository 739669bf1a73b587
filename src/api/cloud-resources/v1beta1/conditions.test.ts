import { describe, expect, it } from 'vitest';
import { USER_CONDITION_REASONS, USER_CONDITION_TYPES, USER_STATES } from './conditions.ts';

const TABLES = { USER_CONDITION_TYPES, USER_CONDITION_REASONS, USER_STATES };

describe.each(Object.entries(TABLES))('%s', (_, table) => {
  it('has one CamelCase word each, as the API server takes it, and a sentence for people', () => {
    const odd = Object.entries(table).filter(
      ([word, meaning]) => !/^[A-Z][A-Za-z]*$/.test(word) || !meaning.endsWith('.'),
    );
    expect(odd).toEqual([]);
  });
});
