/**
 * What a process remembers of objects, by uid; an object that is made again under its name begins anew. So does one that
 * somebody else had the authority over in between: what was remembered is from before that.
 */
export interface TenureMemory<T> {
  /** @param tenure - What says that the authority of the pass has ended; undefined: it never ends. */
  of(uid: string, tenure?: AbortSignal): T;
  forget(uid: string): void;
}

/** @param begin - Makes what is remembered first; `isKnown`: the object was met before, under another tenure. */
export function createTenureMemory<T>(begin: (isKnown: boolean) => T): TenureMemory<T> {
  const memories = new Map<string, { readonly memory: T; readonly tenure: AbortSignal | undefined }>();
  return {
    of(uid, tenure) {
      const known = memories.get(uid);
      if (known !== undefined && known.tenure === tenure) return known.memory;
      const memory = begin(known !== undefined);
      memories.set(uid, { memory, tenure });
      return memory;
    },
    forget: (uid) => void memories.delete(uid),
  };
}
