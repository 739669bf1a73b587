import { arnOf } from '../ids.ts';
import type { Partition } from '../service.ts';

/** `kind` is the name of the type in ARNs: `vpc`, `subnet`, `security-group`. */
export function ec2Arn({ region, account }: Partition, kind: string, id: string): string {
  return arnOf('ec2', region, account, `${kind}/${id}`);
}
