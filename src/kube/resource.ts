/** `metadata.ownerReferences[]`. */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

/** What a person or a program states about an object that it creates. */
export interface ObjectMetaInput {
  readonly name?: string;
  readonly generateName?: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly OwnerReference[];
}

/** The metadata of an object that the API server answered with: it always has a name, a uid and a version. */
export interface ObjectMeta extends ObjectMetaInput {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation?: number;
  /** RFC 3339, whole seconds. */
  readonly creationTimestamp?: string;
  /** RFC 3339, whole seconds; set as soon as somebody asked for the deletion. */
  readonly deletionTimestamp?: string;
}

/** Any object as it was read from an API server. Objects in an informer's cache are deeply frozen. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** An object to be created: as it is read, but with no more metadata than its author states. */
export type KubeInput<T extends KubeObject> = Omit<T, 'apiVersion' | 'kind' | 'metadata' | 'status'> & {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: ObjectMetaInput;
};

/**
 * `status.conditions[]` as the
 * [API conventions](https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#typical-status-properties)
 * have it.
 */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  /** One CamelCase word for programs. */
  readonly reason: string;
  /** A sentence for people; never holds a secret or a request id. */
  readonly message: string;
  /** RFC 3339, whole seconds; moves only when `status` does. */
  readonly lastTransitionTime: string;
  readonly observedGeneration?: number;
}

/** Names an object across all clusters; `namespace` is empty for cluster-scoped kinds. */
export interface ObjectKey {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
}

/**
 * Names a kind to client, informer and controller. `T` is what its objects look like; nothing is checked at run time,
 * the API server did that.
 */
export interface ResourceKind<T extends KubeObject = KubeObject> {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Lower case, as in the URL: `redisclusters`. */
  readonly plural: string;
  readonly namespaced: boolean;
  /** Never set: carries `T`, so that a descriptor of one kind is not taken for that of another. */
  readonly objectType?: T;
}

/** The verbs of Kubernetes' authorization that our client has. An apply is a `patch` to it. */
export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete';

/** `version` or `group/version`, as in an object's `apiVersion`. */
export function apiVersionOf(kind: ResourceKind): string {
  return kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
}

/** `plural` or `plural.group`: how kubectl and error messages name a kind. */
export function resourceNameOf(kind: ResourceKind): string {
  return kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`;
}

/** The key of an object of `cluster`. */
export function keyOf(cluster: string, object: KubeObject): ObjectKey {
  return { cluster, namespace: object.metadata.namespace ?? '', name: object.metadata.name };
}

/** One string an object key: for maps and logs. No part of a key may hold a slash in Kubernetes. */
export function keyText(key: ObjectKey): string {
  return `${key.cluster}/${key.namespace}/${key.name}`;
}

/** Whether somebody asked for the deletion of `object`; it stays until its last finalizer goes. */
export function isBeingDeleted(object: { readonly metadata: { readonly deletionTimestamp?: string } }): boolean {
  return object.metadata.deletionTimestamp !== undefined;
}

/** The object without its record of who wrote which field. */
export function withoutManagedFields<T extends KubeObject>(object: T): T {
  if (!('managedFields' in object.metadata)) return object;
  const { managedFields: _dropped, ...metadata } = object.metadata;
  return { ...object, metadata };
}
