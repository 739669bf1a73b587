import type { Json, JsonObject } from '../json.ts';
import { isObject, jsonFrom, textFrom } from '../json.ts';

/*
 * The binary form of built-in objects (https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding).
 * Clients with Go types send it although they take JSON back, `kubectl create namespace` among them, so it is read here
 * and never written.
 */

/** How a field's value is written. */
export type FieldType =
  | 'string'
  | 'integer'
  | 'boolean'
  | 'bytes'
  /** A message of seconds and nanoseconds; whole seconds in JSON. */
  | 'time'
  /** The same with microseconds. */
  | 'microTime'
  /** A message around a string. */
  | 'quantity'
  /** A message around JSON as bytes. */
  | 'json'
  | { readonly message: Message }
  | { readonly list: FieldType }
  | { readonly map: FieldType }
  /** A message whose members stand in JSON where the message itself would. */
  | { readonly inline: Message };

/** The fields of a message by their numbers. A function, where messages contain each other. */
export type Message = { readonly [number: number]: readonly [name: string, type: FieldType] };

/** Why bytes cannot be read. */
export class ProtobufError extends Error {
  override readonly name = 'ProtobufError';
}

interface RawField {
  readonly number: number;
  readonly value: bigint | Uint8Array;
}

const VARINT = 0;
const FIXED_64 = 1;
const LENGTH = 2;
const FIXED_32 = 5;

/** The fields of a message in the order in which they were written. */
function* fieldsOf(bytes: Uint8Array): Generator<RawField> {
  const reader = { at: 0 };
  while (reader.at < bytes.length) {
    const tag = Number(varint(bytes, reader));
    const number = tag >>> 3;
    switch (tag & 7) {
      case VARINT:
        yield { number, value: varint(bytes, reader) };
        break;
      case LENGTH:
        yield { number, value: slice(bytes, reader, Number(varint(bytes, reader))) };
        break;
      case FIXED_64:
        slice(bytes, reader, 8);
        break;
      case FIXED_32:
        slice(bytes, reader, 4);
        break;
      default:
        throw new ProtobufError(`illegal wire type ${tag & 7}`);
    }
  }
}

function varint(bytes: Uint8Array, reader: { at: number }): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = bytes[reader.at++];
    if (byte === undefined) throw new ProtobufError('unexpected EOF');
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return BigInt.asIntN(64, value);
  }
  throw new ProtobufError('integer overflow');
}

function slice(bytes: Uint8Array, reader: { at: number }, length: number): Uint8Array {
  const end = reader.at + length;
  if (length < 0 || end > bytes.length) throw new ProtobufError('unexpected EOF');
  const part = bytes.subarray(reader.at, end);
  reader.at = end;
  return part;
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

/** Reads a message. Fields that it does not declare are skipped. */
export function decodeMessage(bytes: Uint8Array, message: Message): JsonObject {
  const members: Record<string, Json> = {};
  for (const { number, value } of fieldsOf(bytes)) {
    const field = message[number];
    if (!field) continue;
    const [name, type] = field;
    if (typeof type === 'object' && 'inline' in type)
      Object.assign(members, decodeMessage(bytesFrom(value), type.inline));
    else members[name] = combined(members[name], value, type);
  }
  return members;
}

function combined(before: Json | undefined, value: bigint | Uint8Array, type: FieldType): Json {
  if (typeof type === 'object' && 'list' in type)
    return [...(Array.isArray(before) ? before : []), decodeValue(value, type.list)];
  if (typeof type === 'object' && 'map' in type) {
    const entry = decodeMessage(bytesFrom(value), { 1: ['key', 'string'], 2: ['value', type.map] });
    // An absent key or value is its type's zero.
    return {
      ...(isObject(before) && before),
      [typeof entry['key'] === 'string' ? entry['key'] : '']: entry['value'] ?? '',
    };
  }
  return decodeValue(value, type);
}

function bytesFrom(value: bigint | Uint8Array): Uint8Array {
  if (typeof value === 'bigint') throw new ProtobufError('a message is expected, and a number found');
  return value;
}

function decodeValue(value: bigint | Uint8Array, type: FieldType): Json {
  if (typeof type === 'object') return 'message' in type ? decodeMessage(bytesFrom(value), type.message) : null;
  switch (type) {
    case 'integer':
      return Number(value);
    case 'boolean':
      return value !== 0n;
    case 'string':
      return text(bytesFrom(value));
    case 'bytes':
      return Buffer.from(bytesFrom(value)).toString('base64');
    case 'time':
      return timeFrom(bytesFrom(value), false);
    case 'microTime':
      return timeFrom(bytesFrom(value), true);
    case 'quantity':
      return decodeMessage(bytesFrom(value), { 1: ['text', 'string'] })['text'] ?? '0';
    case 'json': {
      const raw = decodeMessage(bytesFrom(value), { 1: ['raw', 'string'] })['raw'];
      return typeof raw === 'string' ? jsonFrom(raw) : {};
    }
  }
}

/** A time that was never set is written as an empty message, and is null. */
function timeFrom(bytes: Uint8Array, withMicros: boolean): Json {
  const { seconds, nanos = 0 } = decodeMessage(bytes, { 1: ['seconds', 'integer'], 2: ['nanos', 'integer'] });
  if (typeof seconds !== 'number') return null;
  const base = new Date(seconds * 1000).toISOString().slice(0, 19);
  return withMicros ? `${base}.${String(Math.floor(Number(nanos) / 1000)).padStart(6, '0')}Z` : `${base}Z`;
}

const MAGIC = Buffer.from([0x6b, 0x38, 0x73, 0x00]);

const ENVELOPE: Message = {
  1: ['type', { message: { 1: ['apiVersion', 'string'], 2: ['kind', 'string'] } }],
  2: ['raw', 'bytes'],
};

/**
 * Reads an object with the envelope that tells its type.
 *
 * *Throws* {@link ProtobufError} when it cannot be read, or is of a kind that `messages` does not know.
 */
export function decodeObject(body: Uint8Array, messages: { readonly [kind: string]: Message }): JsonObject {
  if (!Buffer.from(body.subarray(0, 4)).equals(MAGIC)) {
    throw new ProtobufError('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]');
  }
  const { type, raw } = decodeMessage(body.subarray(4), ENVELOPE);
  const { apiVersion = '', kind = '' } = isObject(type) ? type : {};
  const message = messages[`${textFrom(apiVersion)}/${textFrom(kind)}`];
  if (!message) throw new ProtobufError(`no kind ${JSON.stringify(kind)} is known in this form`);
  const content = decodeMessage(Buffer.from(typeof raw === 'string' ? raw : '', 'base64'), message);
  return { apiVersion, kind, ...content };
}
