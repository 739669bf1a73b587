/** How Redis Cluster spreads keys: CRC16 of the key, or of the part in braces, modulo 16,384. */

export const SLOTS = 16_384;

const POLYNOMIAL = 0x1021;

const TABLE = Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? ((crc << 1) ^ POLYNOMIAL) & 0xffff : (crc << 1) & 0xffff;
  return crc;
});

function crc16(text: string): number {
  let crc = 0;
  for (const byte of Buffer.from(text, 'latin1')) crc = ((crc << 8) & 0xffff) ^ (TABLE[(crc >> 8) ^ byte] ?? 0);
  return crc;
}

/** Keys with the same text between the first braces share a slot, unless there is nothing between them. */
function hashedPart(key: string): string {
  const open = key.indexOf('{');
  const close = key.indexOf('}', open + 1);
  return open >= 0 && close > open + 1 ? key.slice(open + 1, close) : key;
}

export function slotOf(key: string): number {
  return crc16(hashedPart(key)) % SLOTS;
}

export interface SlotRange {
  readonly first: number;
  readonly last: number;
}

/** `0-8191`, or a slot alone. */
export function slotRangeFrom(text: string): SlotRange {
  const [first = 0, last = first] = text.split('-').map(Number);
  return { first, last };
}

/** Each slot of the range, as commands name it. */
export function slotsIn({ first, last }: SlotRange): readonly string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => String(first + index));
}
