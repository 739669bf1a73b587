#!/usr/bin/env node
// Plain JavaScript, so that any Node.js can at least say what it lacks: what only a newer one has is never imported by
// name. The program itself is src/ (a clone: Node strips the types) or dist/ (the published package: Node strips no
// types below node_modules).
import { existsSync } from 'node:fs';
import * as modules from 'node:module';

const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(
    `cloud-manager needs Node.js 24 or newer; this is ${process.versions.node}.\n` +
      'In a clone, `npm ci` brings one: use `npm run demo`, or put node_modules/.bin first on the PATH.\n',
  );
  process.exit(2);
}
modules.enableCompileCache();
const source = new URL('../src/cli/main.ts', import.meta.url);
const built = new URL('../dist/cli/main.js', import.meta.url);
const { main } = await import((existsSync(source) ? source : built).href);
process.exitCode = await main(process.argv.slice(2));
