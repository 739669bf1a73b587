import type { Cidr } from '../../../util/cidr.ts';
import type { Vpc } from './model.ts';

/** The blocks that a VPC has now, its primary one first. */
export function presentBlocks({ associations }: Vpc): readonly Cidr[] {
  // The primary block is associated before all others, and a map keeps that order.
  return [...associations.values()].filter(({ cycle }) => cycle.state === 'associated').map(({ block }) => block);
}
