import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { crdFrom, CUSTOM_KINDS } from '../../src/api/crd.ts';
import { OPTION_FIELDS } from '../../src/operator/option-fields.ts';
import { CHART, generatedFiles } from '../../tools/generated.ts';

const root = new URL('../../', import.meta.url);
const files = generatedFiles();

function contentOf(path: string): string {
  return files.find((file) => file.path === path)?.content ?? '';
}

describe('what is made from the sources', () => {
  it.each(files)('$path is as the sources make it: if not, npm run generate', ({ path, content }) => {
    expect(readFileSync(new URL(path, root), 'utf8')).toBe(content);
  });

  it.each(['config/crd', `${CHART}/templates/crds`])('leaves no CRD of a kind that is gone in %s', (folder) => {
    const made = files.map(({ path }) => path).filter((path) => path.startsWith(`${folder}/`));
    const found = readdirSync(new URL(`${folder}/`, root)).map((name) => `${folder}/${name}`);
    expect(found.sort()).toEqual(made.toSorted());
  });
});

describe('the page on configuration', () => {
  it('has every flag and every environment variable', () => {
    const page = contentOf('docs/configuration.md');
    const names = OPTION_FIELDS.flatMap(({ meta }) => [...(meta.flag ? [`--${meta.flag} `] : []), ...(meta.env ?? [])]);
    expect(names.filter((name) => !page.includes(name))).toEqual([]);
  });
});

describe('the page on the kinds', () => {
  const page = contentOf('docs/api.md');

  it('says of a field what it holds, its default and what is refused', () => {
    expect(page).toMatch(/`spec\.instance\.aws\.shardCount` \| 1 to 500 \| yes/);
    expect(page).toMatch(/`spec\.instance\.aws\.engineVersion` .*`7\.1`.*Default: `"7\.0"`.*cannot be downgraded/);
    expect(page).toMatch(/`spec\.scope\.aws\.network\.zones\[\]\.name`/);
  });

  it('has every message of a refusal', () => {
    const schemas = CUSTOM_KINDS.map((kind) => JSON.stringify(crdFrom(kind)));
    const messages = schemas.flatMap((schema) =>
      [...schema.matchAll(/"message":("(?:[^"\\]|\\.)*")/g)].map(([, text]) => text),
    );
    expect(messages.length).toBeGreaterThan(50);
    const plain = page.replaceAll('\\<', '<');
    expect(messages.filter((text) => !plain.includes(String(JSON.parse(text ?? '""'))))).toEqual([]);
  });

  it('has a row of as many cells as its table, whatever the text', () => {
    const rows = page.split('\n').filter((line) => line.startsWith('| `spec') || line.startsWith('| `status'));
    expect(rows.length).toBeGreaterThan(60);
    expect(rows.filter((row) => row.split(/(?<!\\)\|/).length !== 6)).toEqual([]);
  });
});
