import type { TObject } from 'typebox';
import type { KubeObject, ResourceKind } from '../kube/resource.ts';
import type { Rule } from './schema.ts';

/** A column of `kubectl get`. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'boolean' | 'date';
  /** A JSON path from the object's root: `.status.state`. */
  readonly jsonPath: string;
  /** 1 shows the column with `-o wide` only. Default: 0. */
  readonly priority?: number;
}

/** All that is said of a kind of ours, in one place: its CRD is made of this, and its TypeScript type of the schemas. */
export interface CustomKind<T extends KubeObject = KubeObject> extends ResourceKind<T> {
  readonly description: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly spec: TObject;
  readonly status: TObject;
  /** Rules over the whole object; of the metadata they may see the name only. */
  readonly rules: readonly Rule[];
  readonly columns: readonly PrinterColumn[];
}
