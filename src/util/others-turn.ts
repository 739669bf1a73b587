/**
 * Lets everybody else have a turn of the event loop: between the parts of long work, so that it holds up nobody. No time has to
 * pass for it, so it asks no clock.
 */
export function othersTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
