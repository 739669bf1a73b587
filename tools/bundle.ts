/**
 * The operator in a few files: what a container image runs, and what the benchmark of a fleet measures.
 *
 * Resident memory is mostly code and what it builds at import. Three things keep it small:
 * - the entry has no sandbox;
 * - the ES modules of the AWS SDK are taken (`module`) and not the CommonJS ones, which Node would load: only they can be
 *   tree-shaken, and of 3,400 shapes of EC2 our operations need 600;
 * - the heap is kept from growing far beyond what is alive in it: see {@link HEAP_FLAGS}.
 */
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type OutputAsset, type OutputChunk, rolldown } from 'rolldown';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * Flags of Node for the bundle. Both halves of the heap are kept close to what is alive in them: lists of AWS are read and
 * thrown away by the megabyte, and a heap that may grow keeps what it once had. There is no hard limit: who needs
 * more gets slower, and does not end.
 */
export const HEAP_FLAGS = ['--max-semi-space-size=4', '--heap-growing-percent=20'];

/** One arena of malloc instead of one a thread: V8's threads would keep what they once had, some 5 MiB. */
export const MEMORY_ENV = { MALLOC_ARENA_MAX: '1' };

export interface Bundle {
  /** The file to run. */
  readonly entry: string;
  readonly bytes: number;
  /** Bytes of EC2's schemas in it, to see that tree-shaking works. */
  readonly ec2SchemaBytes: number;
}

/** Writes the bundle into `folder`, in the layout that the program expects: its manifest two folders above it. */
export async function bundleOperator(folder: string): Promise<Bundle> {
  const build = await rolldown({
    input: join(ROOT, 'src/cli/operator-main.ts'),
    platform: 'node',
    resolve: { mainFields: ['module', 'main'] },
    treeshake: { propertyReadSideEffects: false },
    plugins: [{ name: 'ascii', generateBundle: (_, bundle) => Object.values(bundle).forEach(writeInAscii) }],
  });
  const dir = join(folder, 'dist', 'cli');
  try {
    const { output } = await build.write({
      dir,
      entryFileNames: 'operator.js',
      // Names stay as they are, for stack traces; what goes is text that V8 would keep.
      minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
    });
    await copyFile(join(ROOT, 'package.json'), join(folder, 'package.json'));
    const chunks = output.flatMap((part) => (part.type === 'chunk' ? [part] : []));
    const modules = chunks.flatMap((chunk) => Object.entries(chunk.modules));
    return {
      entry: join(dir, 'operator.js'),
      bytes: chunks.reduce((sum, { code }) => sum + code.length, 0),
      ec2SchemaBytes: modules
        .filter(([path]) => /client-ec2\/.*\/schemas\//.test(path))
        .reduce((sum, [, { renderedLength }]) => sum + renderedLength, 0),
    };
  } finally {
    await build.close();
  }
}

/** One letter that does not fit into a byte makes V8 keep the whole text with two bytes a letter. */
function writeInAscii(part: OutputAsset | OutputChunk): void {
  if (part.type !== 'chunk') return;
  // Letters beyond four digits are two halves.
  const halfOf = (half: string): string => `\\u${half.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const escaped = (letter: string): string => letter.split('').map(halfOf).join('');
  part.code = part.code.replaceAll(/\P{ASCII}/gu, escaped);
}
