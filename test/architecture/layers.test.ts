import { describe, expect, it } from 'vitest';
import { DOORS, LAYERS, PUBLIC_FOLDERS, TIME_EXEMPTIONS } from './rules.ts';
import { cyclesIn, parseSource, readProgram, sourcePaths, type SourceFile } from './source-graph.ts';

const program = readProgram();

/** Each import of one of our files, as `from -> to`. */
function edges(): { from: string; to: string; text: string }[] {
  return program.flatMap(({ path, imports }) =>
    imports.flatMap(({ file }) => (file === undefined ? [] : [{ from: path, to: file, text: `${path} -> ${file}` }])),
  );
}

function layerOf(path: string): string {
  return path.split('/')[1] ?? '';
}

/** The reconciler that a file belongs to: `common`, `replication-group`, `cloud-control/scope`. */
function reconcilerOf(path: string): string | undefined {
  const match = /^src\/reconcilers\/(?<group>cloud-[a-z]+\/)?(?<kind>[^/]+)\//.exec(path);
  return match?.groups === undefined ? undefined : `${match.groups['group'] ?? ''}${match.groups['kind']}`;
}

/** What kinds of the users of a cluster share: all of them, and those of Redis. A later one may import those before it. */
const USERS_SHARED = ['cloud-resources/common', 'cloud-resources/aws-redis'];

describe('the structure of the program', () => {
  it('is read as a whole: every file below src, and the imports of each', () => {
    expect(program.length).toBeGreaterThan(100);
    expect(program.length).toBe(sourcePaths().filter((path) => !path.endsWith('.test.ts')).length);
    expect(edges().length).toBeGreaterThan(program.length);
    for (const layer of Object.keys(LAYERS)) {
      expect(program.map(({ path }) => layerOf(path))).toContain(layer);
    }
  });

  it('has no folder that is no layer', () => {
    expect(program.filter(({ path }) => LAYERS[layerOf(path)] === undefined).map(({ path }) => path)).toEqual([]);
  });

  it('imports downwards only', () => {
    const upward = edges().filter(({ from, to }) => {
      return layerOf(from) !== layerOf(to) && !LAYERS[layerOf(from)]?.includes(layerOf(to));
    });
    expect(upward.map(({ text }) => text)).toEqual([]);
  });

  it('imports files that exist, by their full name', () => {
    const known = new Set(program.map(({ path }) => path));
    expect(
      edges()
        .filter(({ to }) => !known.has(to))
        .map(({ text }) => text),
    ).toEqual([]);
  });

  it('has no cycles, not even of types alone', () => {
    expect(cyclesIn(program)).toEqual([]);
  });

  it('keeps each kind to itself: what two share lives in common or in a folder of its own', () => {
    const sideways = edges().filter(({ from, to }) => {
      const [own, other] = [reconcilerOf(from), reconcilerOf(to)];
      if (own === undefined || other === undefined || own === other) return false;
      return other.includes('/') && !(USERS_SHARED.includes(other) && own.startsWith('cloud-resources/'));
    });
    expect(sideways.map(({ text }) => text)).toEqual([]);
  });

  it('lets what is shared among kinds know none of them', () => {
    const upward = edges().filter(({ from, to }) => {
      const [own, other] = [reconcilerOf(from), reconcilerOf(to)];
      const [at, otherAt] = [USERS_SHARED.indexOf(own ?? ''), USERS_SHARED.indexOf(other ?? '')];
      if (at >= 0) return other?.includes('/') === true && !(otherAt >= 0 && otherAt <= at);
      return own === 'common' && other !== undefined && other !== own;
    });
    expect(upward.map(({ text }) => text)).toEqual([]);
  });

  it('keeps AWS out of the kinds of the user', () => {
    const direct = edges().filter(({ from, to }) => from.includes('/cloud-resources/') && layerOf(to) === 'aws');
    expect(direct.map(({ text }) => text)).toEqual([]);
  });

  it('has barrels only behind the subpaths of the package', () => {
    const barrels = program.map(({ path }) => path).filter((path) => path.endsWith('/index.ts'));
    expect(barrels.filter((path) => !PUBLIC_FOLDERS.includes(path.split('/').slice(1, -1).join('/')))).toEqual([]);
  });
});

describe.each(DOORS)('the door to $what', ({ specifier, allowed, typesAllowed = [] }) => {
  it('is used by its keepers only', () => {
    const intruders = program.filter(({ path, imports }) =>
      imports.some((one) => {
        const keepers = one.typeOnly ? [...allowed, ...typesAllowed] : allowed;
        return specifier.test(one.specifier) && !keepers.some((keeper) => keeper.test(path));
      }),
    );
    expect(intruders.map(({ path }) => path)).toEqual([]);
  });
});

describe('time', () => {
  const asks = ({ timeGlobals }: SourceFile): boolean => timeGlobals.length > 0;

  it('comes from the clock that is handed in', () => {
    const askers = program.filter(asks).filter(({ path }) => TIME_EXEMPTIONS[path] === undefined);
    expect(askers.map(({ path, timeGlobals }) => `${path}: ${timeGlobals.join(', ')}`)).toEqual([]);
  });

  it('has no exemption that nobody needs', () => {
    const askers = program.filter(asks).map(({ path }) => path);
    expect(Object.keys(TIME_EXEMPTIONS).filter((path) => !askers.includes(path))).toEqual([]);
  });
});

describe('the reader of sources', () => {
  const text = `
    import type { A } from './a.ts';
    import { type B } from './b.ts';
    import { c, type D } from '../c.ts';
    import './e.ts';
    export * from './f.ts';
    export type { G } from './g.ts';
    export { h } from './h.ts';
    type I = import('./i.ts').I;
    const j = await import('./j.ts');
    import { connect } from 'node:http2';
  `;
  const source = parseSource('src/x/y.ts', text);

  it('sees every form of import, and where it leads', () => {
    expect(source.imports.flatMap(({ file }) => file ?? []).sort()).toEqual([
      'src/c.ts',
      ...['a', 'b', 'e', 'f', 'g', 'h', 'i', 'j'].map((name) => `src/x/${name}.ts`),
    ]);
    expect(source.imports.map(({ specifier }) => specifier)).toContain('node:http2');
  });

  it('tells types from values', () => {
    const types = source.imports.filter(({ typeOnly }) => typeOnly).map(({ specifier }) => specifier);
    expect(types.sort()).toEqual(['./a.ts', './b.ts', './g.ts', './i.ts']);
  });

  it('sees who asks for the time', () => {
    const asking = 'Date.now(); new Date(); globalThis.setTimeout(f, 1); setImmediate(f); new Date(0); clock.now();';
    expect(parseSource('a.ts', asking).timeGlobals.toSorted()).toEqual([
      'Date.now',
      'new Date()',
      'setImmediate',
      'setTimeout',
    ]);
  });

  it('throws on what it cannot read', () => {
    expect(() => parseSource('src/a.ts', 'import {')).toThrow('src/a.ts');
  });

  it('finds a cycle of types', () => {
    const a = parseSource('src/a.ts', "import type { B } from './b.ts';");
    const b = parseSource('src/b.ts', "import type { C } from './c.ts';");
    const c = parseSource('src/c.ts', "import type { B } from './b.ts';");
    expect(cyclesIn([a, b, c])).toEqual([['src/b.ts', 'src/c.ts']]);
    expect(cyclesIn([a, b])).toEqual([]);
  });
});
