/*
 * Which written objects the watches have not told of yet. With it, a test in virtual time knows when a server that answers in
 * its own time has said all that it has to say: an event is owed to a watch from the answer of the write until it comes.
 */

/** An object as the API writes it, as far as it is looked at here. */
interface Written {
  readonly kind?: string;
  readonly metadata?: {
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
    readonly finalizers?: readonly string[];
  };
  /** Of a Status, which is the answer of some deletions. */
  readonly details?: { readonly uid?: string };
}

interface WatchEvent {
  readonly type: string;
  readonly object: Written;
}

const revisionOf = ({ metadata }: Written): number => Number(metadata?.resourceVersion ?? 0);

/** One watch of a whole kind in the namespace. */
class FollowedWatch {
  readonly #selector: readonly (readonly [string, string])[];
  readonly #known = new Set<string>();
  /** Deletions that were answered and not told; those told, because an event may be faster than the answer. */
  readonly #gone = new Set<string>();
  readonly #toldGone = new Set<string>();
  #toldUpTo: number;
  #owedUpTo: number;

  constructor(query: URLSearchParams, latest: number) {
    const selector = query.get('labelSelector');
    this.#selector = (selector?.split(',') ?? []).map((part) => {
      const [key = '', value = ''] = part.split('=');
      return [key, value] as const;
    });
    this.#toldUpTo = Number(query.get('resourceVersion') ?? 0);
    this.#owedUpTo = selector === null ? latest : 0;
  }

  get isBehind(): boolean {
    return this.#owedUpTo > this.#toldUpTo || this.#gone.size > 0;
  }

  /** A write was answered. */
  owe(answer: Written): void {
    const uid = answer.metadata?.uid ?? answer.details?.uid ?? '';
    if (!this.#follows(answer, uid)) return;
    const { deletionTimestamp, finalizers = [] } = answer.metadata ?? {};
    const isGone = answer.kind === 'Status' || (deletionTimestamp !== undefined && finalizers.length === 0);
    if (isGone && !this.#toldGone.has(uid)) this.#gone.add(uid);
    if (!isGone) this.#owedUpTo = Math.max(this.#owedUpTo, revisionOf(answer));
  }

  tell({ type, object }: WatchEvent): void {
    this.#toldUpTo = Math.max(this.#toldUpTo, revisionOf(object));
    const uid = object.metadata?.uid ?? '';
    if (type !== 'DELETED') this.#known.add(uid);
    else {
      this.#known.delete(uid);
      this.#gone.delete(uid);
      this.#toldGone.add(uid);
    }
  }

  #follows({ metadata }: Written, uid: string): boolean {
    if (this.#selector.length === 0 || this.#known.has(uid)) return true;
    return metadata !== undefined && this.#selector.every(([key, value]) => metadata.labels?.[key] === value);
  }
}

/** The watches of one operator or several, by resource. */
export class WatchLag {
  readonly #watches = new Map<string, Set<FollowedWatch>>();
  readonly #latest = new Map<string, number>();

  /** How many watches have not told everything. */
  get behind(): number {
    return [...this.#watches.values()].flatMap((watches) => [...watches].filter(({ isBehind }) => isBehind)).length;
  }

  written(resource: string, answer: Written): void {
    this.#latest.set(resource, Math.max(this.#latest.get(resource) ?? 0, revisionOf(answer)));
    for (const watch of this.#watches.get(resource) ?? []) watch.owe(answer);
  }

  /** *Returns* what takes the lines of the watch, and what ends it. */
  follow(resource: string, query: URLSearchParams) {
    const watch = new FollowedWatch(query, this.#latest.get(resource) ?? 0);
    const watches = this.#watches.get(resource) ?? new Set();
    this.#watches.set(resource, watches.add(watch));
    return {
      tell: (line: string): void => watch.tell(JSON.parse(line) as WatchEvent),
      end: (): void => void watches.delete(watch),
    };
  }
}
