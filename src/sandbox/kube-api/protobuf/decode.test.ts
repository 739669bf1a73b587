import { describe, expect, it } from 'vitest';
import { ProtobufError, decodeMessage, decodeObject } from './decode.ts';
import { PROTOBUF_MESSAGES } from './messages.ts';

/** A field of a message, as protobuf writes it. */
function field(number: number, value: string | Buffer | number): Buffer {
  if (typeof value === 'number') return Buffer.concat([varint(number << 3), varint(value)]);
  const bytes = Buffer.from(value);
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Buffer.from([...bytes, rest]);
}

const concat = (...parts: readonly Buffer[]): Buffer => Buffer.concat(parts);

function envelope(apiVersion: string, kind: string, raw: Buffer): Buffer {
  const type = concat(field(1, apiVersion), field(2, kind));
  return concat(Buffer.from('k8s\0'), field(1, type), field(2, raw));
}

describe('the binary form', () => {
  it('reads an object with maps, lists and bytes', () => {
    const metadata = concat(
      field(1, 'a'),
      field(11, concat(field(1, 'k'), field(2, 'v'))),
      field(14, 'f/1'),
      field(14, 'f/2'),
    );
    const data = concat(field(1, 'key'), field(2, Buffer.from([0, 255])));
    const body = envelope('v1', 'Secret', concat(field(1, metadata), field(2, data), field(3, 'Opaque')));
    expect(decodeObject(body, PROTOBUF_MESSAGES)).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'a', labels: { k: 'v' }, finalizers: ['f/1', 'f/2'] },
      data: { key: 'AP8=' },
      type: 'Opaque',
    });
  });

  it('reads times, to the second or to the microsecond', () => {
    const spec = concat(field(2, 15), field(3, concat(field(1, 1_767_225_600), field(2, 123_456_000))));
    const metadata = concat(field(1, 'l'), field(8, field(1, 1_767_225_600)));
    const body = envelope('coordination.k8s.io/v1', 'Lease', concat(field(1, metadata), field(2, spec)));
    expect(decodeObject(body, PROTOBUF_MESSAGES)).toMatchObject({
      metadata: { creationTimestamp: '2026-01-01T00:00:00Z' },
      spec: { leaseDurationSeconds: 15, acquireTime: '2026-01-01T00:00:00.123456Z' },
    });
  });

  it('takes a time that was never set for null', () => {
    expect(decodeMessage(field(8, ''), { 8: ['time', 'time'] })).toEqual({ time: null });
  });

  it('reads the source of a volume where its spec is', () => {
    const source = field(5, concat(field(1, 'server'), field(2, '/path')));
    const spec = concat(field(1, concat(field(1, 'storage'), field(2, field(1, '1Gi')))), field(2, source));
    const body = envelope('v1', 'PersistentVolume', field(2, spec));
    expect(decodeObject(body, PROTOBUF_MESSAGES)).toMatchObject({
      spec: { capacity: { storage: '1Gi' }, nfs: { server: 'server', path: '/path' } },
    });
  });

  it('skips fields that it does not know', () => {
    expect(decodeMessage(concat(field(9, 'x'), field(1, 'a')), { 1: ['name', 'string'] })).toEqual({ name: 'a' });
  });

  it.each([
    ['what is not in this form', Buffer.from('{"kind":"Secret"}')],
    ['a kind that it does not know', envelope('v1', 'Pod', Buffer.alloc(0))],
    ['a message that is cut off', envelope('v1', 'Secret', Buffer.from([0x0a, 0x7f, 0x01]))],
  ])('refuses %s', (_what, body) => {
    expect(() => decodeObject(body, PROTOBUF_MESSAGES)).toThrow(ProtobufError);
  });
});
