import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { resourceNameOf } from '../kube/resource.ts';
import { scopeKind } from './cloud-control/v1beta1/scope.ts';
import { awsVpcPeeringKind } from './cloud-resources/v1beta1/aws-vpc-peering.ts';
import { cloudResourcesKind } from './cloud-resources/v1beta1/cloud-resources.ts';
import { userIpRangeKind } from './cloud-resources/v1beta1/ip-range.ts';
import { crdFrom, crdYaml, CUSTOM_KINDS, USER_KINDS } from './crd.ts';
import type { StructuralSchema } from './structural.ts';

/** Fields of which `kubectl explain` has nothing to say. */
function unexplained(schema: StructuralSchema | undefined, path: string): string[] {
  const inside = Object.entries({ ...schema?.properties, ...schema?.items?.properties });
  const own = schema?.description === undefined ? [path] : [];
  return [...own, ...inside.flatMap(([name, child]) => unexplained(child, `${path}.${name}`))];
}

describe('the CRD of each kind', () => {
  it.each(CUSTOM_KINDS)('$kind of $group is served, and has a status of its own', (kind) => {
    const { metadata, spec } = crdFrom(kind);
    expect(metadata.name).toBe(resourceNameOf(kind));
    expect(spec.versions).toEqual([
      expect.objectContaining({ name: 'v1beta1', served: true, storage: true, subresources: { status: {} } }),
    ]);
  });

  it('is of a namespace, but for the networks of users, which are those of their cluster', () => {
    const ofCluster = CUSTOM_KINDS.filter((kind) => crdFrom(kind).spec.scope === 'Cluster');
    expect(ofCluster).toEqual([userIpRangeKind, awsVpcPeeringKind]);
  });

  it('needs no specification where all of it may be left out', () => {
    const mayLack = CUSTOM_KINDS.filter((kind) => {
      return crdFrom(kind).spec.versions[0]?.schema.openAPIV3Schema.required?.length === 0;
    });
    expect(mayLack).toEqual([cloudResourcesKind, userIpRangeKind]);
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

  it('is of the kinds that are asked for', () => {
    const names = parseAllDocuments(crdYaml(USER_KINDS)).map((document) => document.getIn(['metadata', 'name']));
    expect(names).toEqual(USER_KINDS.map(resourceNameOf));
  });

  it('uses no aliases, which kubectl reads but people do not', () => {
    expect(crdYaml()).not.toMatch(/[&*]a\d/);
  });
});
