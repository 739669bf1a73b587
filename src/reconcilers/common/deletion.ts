import { isInUse, isInvalidState, isNotFound } from '../../aws/errors.ts';

/** Whether something keeps it from being deleted, in the words of EC2. */
type IsHeld = (error: unknown) => boolean;

/** As ElastiCache says it, which calls what is used a wrong state too. */
export const isHeldOrBusy: IsHeld = (error) => isInUse(error) || isInvalidState(error);

/**
 * Whether what `deletion` is about is gone, be it since before; not while something uses it.
 *
 * @param isHeld - Which errors mean that. Default: those of kind `in-use`.
 */
export async function isGoneAfter(deletion: Promise<unknown>, isHeld: IsHeld = isInUse): Promise<boolean> {
  try {
    await deletion;
  } catch (error) {
    if (isHeld(error)) return false;
    if (!isNotFound(error)) throw error;
  }
  return true;
}

/** Waits for a deletion; what was gone before is as good. *Throws* also while something uses it. */
export async function orGone(deletion: Promise<unknown>): Promise<void> {
  await isGoneAfter(deletion, () => false);
}
