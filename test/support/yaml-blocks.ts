import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';

/** A manifest as it stands in a page. */
export interface PageManifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

const BLOCK = /^```yaml\n(?<yaml>.*?)^```$/gms;

/** Every object in the YAML blocks of a page. *Throws* for a block that is no YAML. */
export function manifestsIn(page: string): readonly PageManifest[] {
  const text = readFileSync(new URL(`../../${page}`, import.meta.url), 'utf8');
  const blocks = [...text.matchAll(BLOCK)].map(({ groups }) => groups?.['yaml'] ?? '');
  const documents = blocks.flatMap((block) => parseAllDocuments(block));
  return documents.map((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw new Error(`${page}: ${error.message}`);
    // That it is an object of Kubernetes the servers judge.
    return document.toJS() as PageManifest;
  });
}
