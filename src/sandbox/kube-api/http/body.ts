import type { Scalar, YAMLMap } from 'yaml';
import { LineCounter, isMap, isScalar, parseDocument, visit } from 'yaml';
import { messageOf } from '../../../util/error-message.ts';
import type { Json } from '../json.ts';
import { jsonFrom } from '../json.ts';
import { ProtobufError, decodeObject } from '../protobuf/decode.ts';
import { PROTOBUF_MESSAGES } from '../protobuf/messages.ts';
import { badRequest } from '../status.ts';
import { duplicateFields } from './duplicate-fields.ts';

export const PROTOBUF = 'application/vnd.kubernetes.protobuf';

/** What a body says, and what is odd about how it says it, in words for its writer. */
export interface ParsedBody {
  readonly value: Json;
  readonly oddities: readonly string[];
}

/** *Throws* 400 when it cannot be read. */
export function parseBody(body: Buffer, contentType: string, kind: string): ParsedBody {
  if (contentType === PROTOBUF) return { value: objectFromProtobuf(body, kind), oddities: [] };
  const text = body.toString('utf8');
  try {
    if (!contentType.endsWith('yaml')) return { value: jsonFrom(text), oddities: duplicateFields(text) };
    return plainJson(text) ?? parseYaml(text);
  } catch (error) {
    const why = `couldn't get version/kind; json parse error: ${messageOf(error)}`;
    throw badRequest(`the object provided is unrecognized (must be of type ${kind}): ${why} (${text.slice(0, 1000)})`);
  }
}

function objectFromProtobuf(body: Buffer, kind: string): Json {
  try {
    return decodeObject(body, PROTOBUF_MESSAGES);
  } catch (error) {
    if (error instanceof ProtobufError)
      throw badRequest(`the object provided is unrecognized (must be of type ${kind}): ${error.message}`);
    throw error;
  }
}

/** JSON is YAML, and is read in a fraction of the time; undefined where it is neither that nor without oddities. */
function plainJson(text: string): ParsedBody | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const value = jsonFrom(text);
    return duplicateFields(text).length === 0 ? { value, oddities: [] } : undefined;
  } catch {
    // `{a: b}` begins so, too. Whether it is YAML is for its parser to say.
    return undefined;
  }
}

/** As Go's parser does: YAML 1.1, in which `yes` and `on` are true, but times stay text. *Throws* for what is no YAML. */
function parseYaml(text: string): ParsedBody {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    version: '1.1',
    uniqueKeys: false,
    lineCounter,
    customTags: (tags) => tags.filter((tag) => typeof tag === 'string' || tag.tag !== 'tag:yaml.org,2002:timestamp'),
  });
  const [error] = document.errors;
  if (error) throw error;
  const oddities: string[] = [];
  visit(document, {
    Map: (_, map) => {
      for (const key of repeatedKeys(map)) {
        const { line } = lineCounter.linePos(key.range?.[0] ?? 0);
        oddities.push(`line ${line}: key ${JSON.stringify(key.value)} already set in map`);
      }
    },
  });
  // What the parser makes of scalars, lists and maps without tags is JSON.
  return { value: document.toJS() as Json, oddities };
}

function repeatedKeys(map: YAMLMap): readonly Scalar[] {
  const keys = isMap(map) ? map.items.map(({ key }) => key).filter(isScalar) : [];
  return keys.filter(({ value }, index) => keys.findIndex((other) => other.value === value) < index);
}
