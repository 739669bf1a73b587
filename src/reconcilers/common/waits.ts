/** Since when objects wait for something, by uid; a restart may forget it, it only makes the next pauses shorter. */
export interface Waits {
  /** How long the object has waited; asking begins the wait. `nowMs` is monotonic. */
  elapsedMs(uid: string, nowMs: number): number;
  end(uid: string): void;
}

export function createWaits(): Waits {
  const sinceMs = new Map<string, number>();
  return {
    elapsedMs(uid, nowMs) {
      const beganMs = sinceMs.get(uid) ?? nowMs;
      sinceMs.set(uid, beganMs);
      return nowMs - beganMs;
    },
    end: (uid) => void sinceMs.delete(uid),
  };
}
