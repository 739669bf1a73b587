import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { resourceNameOf } from '../kube/resource.ts';
import { scopeKind } from './cloud-control/v1beta1/scope.ts';
import { crdFrom, crdYaml, CUSTOM_KINDS } from './crd.ts';
import type { StructuralSchema } from './structural.ts';

/** Fields of which `kubectl explain` has nothing to say. */
function unexplained(schema: StructuralSchema | undefined, path: string): string[] {
  const inside = Object.entries({ ...schema?.properties, ...schema?.items?.properties });
  const own = schema?.description === undefined ? [path] : [];
  return [...own, ...inside.flatMap(([name, child]) => unexplained(child, `${path}.${name}`))];
}

describe('the CRD of each kind', () => {
  it.each(CUSTOM_KINDS)('$kind is namespaced, served, and has a status of its own', (kind) => {
    const { metadata, spec } = crdFrom(kind);
    expect(metadata.name).toBe(resourceNameOf(kind));
    expect(spec.scope).toBe('Namespaced');
    expect(spec.versions).toEqual([
      expect.objectContaining({ name: 'v1beta1', served: true, storage: true, subresources: { status: {} } }),
    ]);
  });

  it.each(CUSTOM_KINDS)('$kind keeps no secret in its status', (kind) => {
    const fields = Object.keys(
      crdFrom(kind).spec.versions[0]?.schema.openAPIV3Schema.properties?.['status']?.properties ?? {},
    );
    expect(fields).toContain('conditions');
    expect(fields).not.toContain('authString');
  });

  const step = (node: StructuralSchema | undefined, name: string): StructuralSchema | undefined =>
    name === '[]' ? node?.items : node?.properties?.[name];

  it.each(CUSTOM_KINDS)('$kind shows columns that exist in its schema', (kind) => {
    const root = crdFrom(kind).spec.versions[0]?.schema.openAPIV3Schema;
    const lost = kind.columns.filter(({ jsonPath }) => {
      const path = jsonPath
        .slice(1)
        .replace(/\[\?.*?\]/, '.[]')
        .split('.');
      return path[0] !== 'metadata' && path.reduce(step, root) === undefined;
    });
    expect(lost).toEqual([]);
  });

  it.each(CUSTOM_KINDS)('$kind explains each of its fields', (kind) => {
    const { spec, status } = crdFrom(kind).spec.versions[0]?.schema.openAPIV3Schema.properties ?? {};
    expect([...unexplained(spec, 'spec'), ...unexplained(status, 'status')]).toEqual([]);
  });

  it('lets the API server see the name of an object and no more of its metadata', () => {
    const schema = crdFrom(scopeKind).spec.versions[0]?.schema.openAPIV3Schema;
    expect(schema?.properties?.['metadata']).toEqual({ type: 'object' });
    expect(schema?.['x-kubernetes-validations']?.map(({ rule }) => rule)).toEqual([
      'self.spec.kymaName == self.metadata.name',
      'size(self.metadata.name) <= 247',
    ]);
  });
});

describe('crdYaml', () => {
  it('is a stream of all CRDs that reads back as what they are', () => {
    const documents = parseAllDocuments(crdYaml()).map((document) => document.toJS() as unknown);
    expect(documents).toEqual(CUSTOM_KINDS.map(crdFrom));
  });

  it('uses no aliases, which kubectl reads but people do not', () => {
    expect(crdYaml()).not.toMatch(/[&*]a\d/);
  });
});
