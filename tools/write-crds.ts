/** Writes `config/crd` from the kinds: `node tools/write-crds.ts`. A test fails when the files are stale. */
import { mkdir, writeFile } from 'node:fs/promises';
import { crdFileNameOf, crdYamlOf, CUSTOM_KINDS } from '../src/api/crd.ts';

const folder = new URL('../config/crd/', import.meta.url);
await mkdir(folder, { recursive: true });
for (const kind of CUSTOM_KINDS) await writeFile(new URL(crdFileNameOf(kind), folder), crdYamlOf(kind));
