/** Writes what the container image runs into `bundle/`: `npm run bundle`. Another folder can be named. */
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleOperator } from './bundle.ts';

const folder = process.argv[2] ?? fileURLToPath(new URL('../bundle', import.meta.url));
await rm(folder, { recursive: true, force: true });
const { entry, bytes } = await bundleOperator(folder);
process.stdout.write(`${entry}: ${(bytes / 2 ** 20).toFixed(1)} MiB\n`);
