/**
 * How much of what a server says is taken. Whoever answers in place of an API server could otherwise fill the memory of all
 * that is served beside it. etcd takes no object of more than 1.5 MiB, so that an API server never comes near.
 */
export interface AnswerLimits {
  /** Bytes of one line of a watch, which holds one object. */
  readonly longestLine: number;
  /** Bytes of one answer: an object, or a page of a list. */
  readonly longestAnswer: number;
  /** Bytes of all pages of a list together. */
  readonly longestList: number;
}

const MIB = 1024 * 1024;

/** Of a server that is trusted with how much there is. */
export const DEFAULT_LIMITS: AnswerLimits = { longestLine: 4 * MIB, longestAnswer: 32 * MIB, longestList: Infinity };

/** An object as etcd takes it, and what the API server adds. */
const LARGEST_OBJECT = 2 * MIB;

/** So many objects an answer holds whatever they are. */
export function surePageSize({ longestAnswer }: AnswerLimits): number {
  return Math.max(1, Math.floor(longestAnswer / LARGEST_OBJECT));
}

/** `32 MiB` */
export function sizeText(bytes: number): string {
  return `${Math.round((bytes / MIB) * 10) / 10} MiB`;
}
