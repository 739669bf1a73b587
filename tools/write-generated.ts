/** Writes every file that is made from the sources: `npm run generate`. */
import { mkdir, writeFile } from 'node:fs/promises';
import { generatedFiles } from './generated.ts';

for (const { path, content } of generatedFiles()) {
  const file = new URL(`../${path}`, import.meta.url);
  await mkdir(new URL('.', file), { recursive: true });
  await writeFile(file, content);
}
