import { readdir, readFile } from 'node:fs/promises';
import { parseAllDocuments } from 'yaml';
import { CUSTOM_KINDS } from '../../api/index.ts';
import { apiVersionOf, type KubeObject, namespaceKind, type ResourceKind } from '../../kube/index.ts';

const SAMPLES = new URL('../../../config/samples/', import.meta.url);

/** An object as somebody wrote it. */
export interface Manifest extends Pick<KubeObject, 'apiVersion' | 'kind'> {
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** A folder of `config/samples/`. */
export type SampleFolder = '' | 'network/' | 'app/';

/** The objects of a folder of `config/samples/`, in the order of its files: what the documentation tells users to apply. */
export async function loadSamples(folder: SampleFolder = ''): Promise<readonly Manifest[]> {
  const place = new URL(folder, SAMPLES);
  const files = (await readdir(place)).filter((file) => file.endsWith('.yaml')).sort();
  const texts = await Promise.all(files.map((file) => readFile(new URL(file, place), 'utf8')));
  // The samples are ours; the API server checks them when they are applied.
  return texts.flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as Manifest));
}

/** *Throws* when the manifest is of a kind that the samples do not hold. */
export function kindOf(manifest: Manifest): ResourceKind {
  const { apiVersion, kind } = manifest;
  const known: readonly ResourceKind[] = [namespaceKind, ...CUSTOM_KINDS];
  const found = known.find((candidate) => candidate.kind === kind && apiVersionOf(candidate) === apiVersion);
  if (!found) throw new Error(`No kind ${kind} (${apiVersion}) is known`);
  return found;
}
