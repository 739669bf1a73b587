import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PUBLIC_FOLDERS } from './rules.ts';

const ROOT = new URL('../../', import.meta.url).pathname;

interface Export {
  readonly name: string;
  /** The file that declares it. */
  readonly file: string;
}

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** What an index file hands on by name. */
function namedExports(folder: string): Export[] {
  const statements = read(`src/${folder}/index.ts`).matchAll(/^export (?:type )?\{([^}]*)\} from '([^']+)'/gm);
  return [...statements].flatMap(([, names = '', from = '']) =>
    names
      .split(',')
      .map((name) => name.replace(/\btype\b/, '').trim())
      .filter((name) => name !== '')
      .map((name) => ({ name, file: join('src', folder, from) })),
  );
}

/** The line before the declaration, lint exemptions left out; undefined when there is no declaration. */
function lineBefore({ name, file }: Export): string | undefined {
  const lines = read(file).split('\n');
  const declaration = new RegExp(`^export (?:async )?(?:const|function|interface|type|class) ${name}\\b`);
  const at = lines.findIndex((line) => declaration.test(line));
  return lines.slice(0, Math.max(at, 0)).findLast((line) => !line.startsWith('//'));
}

describe('what index files hand on', () => {
  const exports = PUBLIC_FOLDERS.flatMap(namedExports);

  it('is read as a whole', () => {
    expect(exports.length).toBeGreaterThan(150);
    expect(exports.filter((each) => lineBefore(each) === undefined)).toEqual([]);
  });

  it('says what it is', () => {
    const silent = exports.filter((each) => !lineBefore(each)?.endsWith('*/'));
    expect(silent.map(({ name, file }) => `${file}: ${name}`)).toEqual([]);
  });
});
