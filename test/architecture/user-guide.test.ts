import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { REASON_ADVICE, type UserKindName } from '../../src/api/cloud-resources/v1beta1/advice.ts';
import { USER_KINDS } from '../../src/api/crd.ts';
import { withParts } from '../../tools/pages/parts.ts';
import { guidePathOf, userGuidePages } from '../../tools/pages/user-guide.ts';

const pages = new Map(userGuidePages().map(({ path, content }) => [path, content]));

/** Where a heading is found, as GitHub makes it. */
function anchorsOf(page: string): readonly string[] {
  const headings = [...page.matchAll(/^#+ (?<title>.*)$/gm)].map(({ groups }) => groups?.['title'] ?? '');
  return headings.map((title) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
}

describe('the user guide', () => {
  it.each(USER_KINDS)('says on the page of $kind what each reason means and what to do', ({ kind }) => {
    const [, page = ''] = pages.get(guidePathOf({ kind }))?.split('\n## Reasons of conditions') ?? [];
    // A kind of the user's is one of the keys.
    const advices = Object.entries(REASON_ADVICE).map(([reason, advice]) => [reason, advice[kind as UserKindName]]);
    const shown = advices.filter(([, advice]) => advice !== undefined);
    expect(shown.length).toBeGreaterThan(3);
    for (const [reason, advice] of shown) {
      expect(page.split('\n')).toContainEqual(expect.stringMatching(new RegExp(`^\\| \`${reason}\` \\| [A-Z].* \\| `)));
      expect(page).toContain(` ${advice} |\n`);
    }
    const others = advices.filter(([, advice]) => advice === undefined);
    expect(others.filter(([reason]) => page.includes(`| \`${reason}\` |`))).toEqual([]);
  });

  it.each([...pages.keys(), 'docs/user-clusters.md'])('leads from %s to what is there', (path) => {
    const text = readFileSync(path, 'utf8');
    const links = [...text.matchAll(/\]\((?!https:)(?<file>[^)#]*)(?:#(?<anchor>[^)]*))?\)/g)];
    const broken = links.filter(({ groups }) => {
      const target = groups?.['file'] === '' ? path : join(dirname(path), groups?.['file'] ?? '');
      const anchor = groups?.['anchor'];
      if (!existsSync(target)) return true;
      return anchor !== undefined && !anchorsOf(readFileSync(target, 'utf8')).includes(anchor);
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });
});

describe('parts of a page', () => {
  const place = (name: string): string => `<!-- made by npm run generate: ${name} -->\nold\n<!-- end of ${name} -->`;

  it('take the place of what they were before, and leave what people wrote', () => {
    const made = withParts(`# A\n${place('one')}\nMine.\n${place('two')}\n`, { one: '1', two: '$& 2' });
    expect(made).toContain('generate: one -->\n\n1\n<!-- end of one -->\nMine.\n');
    expect(made).toContain('\n\n$& 2\n<!-- end of two -->\n');
    expect(withParts(made, { one: '1', two: '$& 2' })).toBe(made);
  });

  it('are not left out, and have no place for nothing', () => {
    expect(() => withParts(place('one'), { one: '', two: '' })).toThrow('there is no place for two');
    expect(() => withParts(place('one'), {})).toThrow('there is no part one');
  });
});
