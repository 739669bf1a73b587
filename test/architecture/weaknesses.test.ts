import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const FOLDERS: Readonly<Record<string, string>> = {
  'redis/': 'src/reconcilers/redis/',
  'engine/': 'src/reconcilers/replication-group/',
  'ip-range/': 'src/reconcilers/cloud-control/ip-range/',
  'vpc-network/': 'src/reconcilers/cloud-control/vpc-network/',
  'peering/': 'src/reconcilers/cloud-control/vpc-peering/',
  'common/': 'src/reconcilers/common/',
  'users/': 'src/reconcilers/cloud-resources/',
};

interface Row {
  readonly id: string;
  readonly files: readonly string[];
  readonly names: readonly string[];
  readonly text: string;
}

function rows(): readonly Row[] {
  const lines = readFileSync('docs/weaknesses.md', 'utf8').split('\n');
  return lines.flatMap((line) => {
    const [, id = '', , text = ''] = line.split('|').map((cell) => cell.trim());
    if (!/^[A-EPSR]\d+$/.test(id)) return [];
    const files = [...text.matchAll(/`([\w./-]+\.test\.ts)`/g)].map(([, file = '']) => pathOf(file));
    return [{ id, files, names: [...text.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name), text }];
  });
}

function pathOf(file: string): string {
  const short = Object.keys(FOLDERS).find((prefix) => file.startsWith(prefix));
  return short === undefined ? file : (FOLDERS[short] ?? '') + file.slice(short.length);
}

/** Of the kinds of users, those that are not about file systems and backups. */
const WITHOUT_FILES = [3, 13, 14, 15, 16, 17, 18, 19, 20, 24, 25, 26, 27];

describe('docs/weaknesses.md', () => {
  it('says something of every weakness', () => {
    const ids = (letter: string, count: number) => Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);
    const expected = [
      ...ids('A', 32),
      ...ids('B', 15),
      ...ids('C', 18),
      ...ids('D', 24),
      ...ids('E', 6),
      ...ids('P', 20),
      ...WITHOUT_FILES.map((number) => `S${number}`),
      ...ids('R', 11),
    ];
    expect(rows().map(({ id }) => id)).toEqual(expected);
  });

  it.each(rows().filter(({ files }) => files.length > 0))('names tests of $id that exist', ({ files, names }) => {
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
    const texts = files.map((file) => readFileSync(file, 'utf8')).join('\n');
    expect(names.filter((name) => !texts.includes(name))).toEqual([]);
  });

  it('gives a reason where there is no test', () => {
    const silent = rows().filter(
      ({ files, text }) => files.length === 0 && !/cannot happen|not built|as B1|rotated/.test(text),
    );
    expect(silent).toEqual([]);
  });
});
