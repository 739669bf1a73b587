import { StatusError } from '../status.ts';

/** The form in which a client wants an answer. */
export interface Format {
  readonly as: 'object' | 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList';
  readonly yaml: boolean;
}

interface MediaType {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

function mediaTypesOf(accept: string): readonly MediaType[] {
  const types = accept.split(',').map((part): MediaType => {
    const [type = '', ...rest] = part.split(';').map((piece) => piece.trim());
    const parameters = new Map(
      rest.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
    );
    return { type: type.toLowerCase(), parameters, quality: Number(parameters.get('q') ?? 1) };
  });
  return types.toSorted((a, b) => b.quality - a.quality);
}

const TRANSFORMS = ['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList'] as const;

/**
 * Chooses the form of an answer by the `Accept` header, the first that is known.
 *
 * *Throws* 406 when none is: this server speaks JSON and YAML, not protobuf or CBOR.
 */
export function formatFrom(accept: string | undefined): Format {
  for (const { type, parameters } of mediaTypesOf(accept ?? '*/*')) {
    const yaml = type === 'application/yaml';
    if (!yaml && !['application/json', '*/*', 'application/*', ''].includes(type)) continue;
    const as = parameters.get('as');
    if (as === undefined) return { as: 'object', yaml };
    const known = TRANSFORMS.find((one) => one === as);
    if (known !== undefined && parameters.get('g') === 'meta.k8s.io') return { as: known, yaml };
  }
  const accepted = ['application/json', 'application/yaml'];
  const message = `only the following media types are accepted: ${accepted.join(', ')}`;
  throw new StatusError(406, 'NotAcceptable', message);
}

/** Whether a client understands discovery in one document. */
export function wantsAggregated(accept: string | undefined): boolean {
  return mediaTypesOf(accept ?? '').some(
    ({ type, parameters }) =>
      type === 'application/json' &&
      parameters.get('g') === 'apidiscovery.k8s.io' &&
      parameters.get('v') === 'v2' &&
      parameters.get('as') === 'APIGroupDiscoveryList',
  );
}

export const AGGREGATED_TYPE = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** The binary form of OpenAPI v2. The older name has an `@`, which no media type may have: answers bear the newer one. */
export const OPENAPI_V2_PROTOBUF = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
const OPENAPI_V2_PROTOBUF_OLD = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';

/** Whether a client prefers OpenAPI v2 in its binary form. */
export function wantsOpenApiProtobuf(accept: string | undefined): boolean {
  const [first] = mediaTypesOf(accept ?? '');
  return first?.type === OPENAPI_V2_PROTOBUF || first?.type === OPENAPI_V2_PROTOBUF_OLD;
}
