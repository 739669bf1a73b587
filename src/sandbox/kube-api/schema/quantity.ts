/**
 * [Quantities](https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/): `1.5Gi`, `100m`, `2e3`.
 */
const QUANTITY = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+))(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][+-]?\d+)?$/;

const BINARY = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const DECIMAL: { readonly [suffix: string]: number } = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };

export function isQuantity(text: string): boolean {
  return QUANTITY.test(text);
}

/** The value in nanos, so that comparing needs no fractions. */
function nanosOf(text: string): bigint {
  const [, number = '0', suffix = ''] = QUANTITY.exec(text) ?? [];
  const [whole = '', fraction = ''] = number.replace(/^[+-]/, '').split('.');
  const exponent = DECIMAL[suffix] ?? (/^[eE][+-]?\d/.test(suffix) ? Number(suffix.slice(1)) : 0);
  const digits = BigInt(`${whole}${fraction}` || '0') * 1024n ** BigInt(BINARY.indexOf(suffix) + 1);
  const scale = 9 + exponent - fraction.length;
  const nanos = scale >= 0 ? digits * 10n ** BigInt(scale) : digits / 10n ** BigInt(-scale);
  return number.startsWith('-') ? -nanos : nanos;
}

/** Negative, zero or positive as `a` is less than, equal to or more than `b`. */
export function compareQuantities(a: string, b: string): -1 | 0 | 1 {
  const [left, right] = [nanosOf(a), nanosOf(b)];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
