import type { RequestReport } from '../../kube/index.ts';

const CREDENTIALS = 'credentials';
/** How all that is followed is asked for. What single writes meet is told on their objects. */
const FOLLOWING: ReadonlySet<string> = new Set(['list', 'watch']);

/**
 * What the API server of a user's cluster refuses to those who have to follow it, heard from its answers as they come. The
 * words are our own: a server that repeats credentials in its answers must not have them shown.
 */
export class Refusals {
  readonly #present = new Map<string, string>();

  /** The first that still holds. */
  get problem(): string | undefined {
    const [first] = this.#present.values();
    return first;
  }

  hear({ verb, resource, code, reason }: RequestReport): void {
    const what = `${verb} ${resource}`;
    if (FOLLOWING.has(verb) && reason === 'AnswerTooLarge') {
      const remedy = 'delete objects, or see what answers at its address';
      this.#note(what, `what its API server answers to ${what} is longer than is taken: ${remedy}`);
    }
    // Without an answer nothing is known.
    if (code === 0) return;
    this.#note(CREDENTIALS, code === 401 ? 'its API server does not take the credentials (401)' : undefined);
    if (!FOLLOWING.has(verb)) return;
    this.#note(what, code === 403 ? `its API server does not permit ${what} (403)` : undefined);
  }

  #note(what: string, problem: string | undefined): void {
    if (problem === undefined) this.#present.delete(what);
    else this.#present.set(what, problem);
  }
}
