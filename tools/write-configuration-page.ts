/** Writes `docs/configuration.md` from the options: `node tools/write-configuration-page.ts`. A test fails when it is stale. */
import { writeFile } from 'node:fs/promises';
import { configurationPage } from '../src/operator/options-page.ts';

await writeFile(new URL('../docs/configuration.md', import.meta.url), configurationPage());
