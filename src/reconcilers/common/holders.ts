import { type Holder, isAccessDenied } from '../../aws/index.ts';
import type { Pass } from '../../composed/index.ts';
import { shortened } from '../../util/shortened.ts';

/** A condition is read by people: after this many it says how many more there are. */
const HOLDERS_SHOWN = 5;

/** Who has to let go, as the end of a sentence: ` by network interface eni-1 (...); ...`. Empty when nobody is known. */
export function byHolders(holders: readonly Holder[]): string {
  if (holders.length === 0) return '';
  const names = holders.map(({ kind, id, description }) => `${kind} ${id}${description && ` (${description})`}`);
  return ` by ${shortened(names, HOLDERS_SHOWN)}; it goes on when they let go`;
}

/** A role that may delete but not look who holds on is as good, it just tells less. */
export function unnamed(pass: Pass): (error: unknown) => readonly Holder[] {
  return (error) => {
    if (!isAccessDenied(error)) throw error;
    pass.log.info({ code: error.code }, 'AWS does not let us see what holds on');
    return [];
  };
}
