import { crdFileNameOf, crdYamlOf, CUSTOM_KINDS } from '../src/api/crd.ts';
import { apiPage } from './pages/api.ts';
import { chartFiles } from './pages/chart.ts';
import { configurationPage } from './pages/configuration.ts';
import { sandboxRulesPage } from './pages/sandbox-rules.ts';
import { userGuidePages } from './pages/user-guide.ts';

/** The folder of the Helm chart. */
export const CHART = 'config/helm/cloud-manager';

/** A file of the repository that is made from the sources. */
export interface GeneratedFile {
  /** From the root of the repository. */
  readonly path: string;
  readonly content: string;
}

/** All of them. `node tools/write-generated.ts` writes them, and a test fails when one is stale. */
export function generatedFiles(): readonly GeneratedFile[] {
  const crds = CUSTOM_KINDS.map((kind) => ({ path: `config/crd/${crdFileNameOf(kind)}`, content: crdYamlOf(kind) }));
  const chart = Object.entries(chartFiles()).map(([path, content]) => ({ path: `${CHART}/${path}`, content }));
  return [
    ...crds,
    ...chart,
    { path: 'docs/api.md', content: apiPage() },
    { path: 'docs/configuration.md', content: configurationPage() },
    { path: 'docs/sandbox-rules.md', content: sandboxRulesPage() },
    ...userGuidePages(),
  ];
}
