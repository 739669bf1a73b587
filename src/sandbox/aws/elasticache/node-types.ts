import { invalidValue } from './faults.ts';

/** Sizes of each family of the current generation, from small to large. */
const FAMILIES: Readonly<Record<string, readonly string[]>> = {
  t2: ['micro', 'small', 'medium'],
  t3: ['micro', 'small', 'medium'],
  t4g: ['micro', 'small', 'medium'],
  m4: ['large', 'xlarge', '2xlarge', '4xlarge', '10xlarge'],
  m5: ['large', 'xlarge', '2xlarge', '4xlarge', '12xlarge', '24xlarge'],
  m6g: ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge'],
  m7g: ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge'],
  r4: ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '16xlarge'],
  r5: ['large', 'xlarge', '2xlarge', '4xlarge', '12xlarge', '24xlarge'],
  r6g: ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge'],
  r6gd: ['xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge'],
  r7g: ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge'],
  c7gn: ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge'],
};

const SIZES = ['micro', 'small', 'medium', 'large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '10xlarge', '12xlarge'];
const ALL_SIZES = [...SIZES, '16xlarge', '24xlarge'];

const NODE_TYPES = Object.entries(FAMILIES).flatMap(([family, sizes]) =>
  sizes.map((size) => `cache.${family}.${size}`),
);

const sizeOf = (nodeType: string): number => ALL_SIZES.indexOf(nodeType.split('.')[2] ?? '');

/** *Throws* `InvalidParameterValue` for a node type that does not exist. */
export function nodeTypeFrom(text: string): string {
  if (NODE_TYPES.includes(text)) return text;
  throw invalidValue(`The specified cache node type is not supported: ${text}`);
}

/** What a group may be scaled to: AWS lists the larger and the smaller types apart. */
export function allowedNodeTypes(current: string): {
  readonly up: readonly string[];
  readonly down: readonly string[];
} {
  const others = NODE_TYPES.filter((one) => one !== current && !one.startsWith('cache.r6gd'));
  return {
    up: others.filter((one) => sizeOf(one) >= sizeOf(current)),
    down: others.filter((one) => sizeOf(one) < sizeOf(current)),
  };
}
