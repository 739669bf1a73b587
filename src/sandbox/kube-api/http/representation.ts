import type { Json, JsonObject, KubeObject } from '../json.ts';
import type { Written } from '../operations/api.ts';
import type { Page } from '../operations/list.ts';
import { listBody } from '../operations/list.ts';
import type { IncludeObject } from '../table.ts';
import { partialMetadata, tableOf } from '../table.ts';
import type { ResourceRequest } from './context.ts';
import type { Reply } from './exchange.ts';
import { jsonReply, yamlReply } from './exchange.ts';
import type { Format } from './negotiate.ts';

function reply(code: number, body: Json, format: Format): Reply {
  return format.yaml ? yamlReply(code, body) : jsonReply(code, body);
}

/** One object in the form that was asked for. */
export function shaped(asked: ResourceRequest, object: KubeObject, withColumns = true): JsonObject {
  const { api, target, url, format } = asked;
  if (format.as === 'object') return object;
  if (format.as !== 'Table') return partialMetadata(object);
  const { resourceVersion = '' } = object.metadata;
  const options = { metadata: { resourceVersion }, include: includeFrom(url), nowMs: api.clock.now(), withColumns };
  return tableOf([object], target.resource.columns, options);
}

function includeFrom(url: URL): IncludeObject {
  const asked = url.searchParams.get('includeObject');
  return asked === 'None' || asked === 'Object' ? asked : 'Metadata';
}

/** An object as the answer. */
export function objectReply(asked: ResourceRequest, { code, object }: Written): Reply {
  return reply(code, shaped(asked, object), asked.format);
}

/** Objects as the answer. */
export function listReply(
  { api, target: { resource }, url, format }: ResourceRequest,
  { items, metadata }: Page,
): Reply {
  if (format.as === 'object')
    return reply(
      200,
      listBody(
        resource,
        items.map((item) => untyped(item, resource.isCustom)),
        metadata,
      ),
      format,
    );
  if (format.as === 'Table') {
    const nowMs = api.clock.now();
    return reply(200, tableOf(items, resource.columns, { metadata, include: includeFrom(url), nowMs }), format);
  }
  const partial = {
    kind: 'PartialObjectMetadataList',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    items: items.map(partialMetadata),
  };
  return reply(200, partial, format);
}

/** Items of built-in lists leave out what the list says once. */
function untyped(object: KubeObject, isCustom: boolean): JsonObject {
  if (isCustom) return object;
  const { apiVersion: _apiVersion, kind: _kind, ...content } = object;
  return content;
}
