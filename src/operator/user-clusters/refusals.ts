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
  /** Answers to lists that were too long, by resource, since it was followed last. */
  readonly #tooLong = new Map<string, number>();

  /** The first that still holds. */
  get problem(): string | undefined {
    const [first] = this.#present.values();
    return first;
  }

  hear({ verb, resource, code, reason }: RequestReport): void {
    if (verb === 'list') this.#hearLength(resource, reason);
    // Only then was the list whole: each of its pages is an answer.
    if (verb === 'watch' && code !== 0 && code < 300) this.#forgetTooLong(resource);
    // Without an answer nothing is known.
    if (code === 0) return;
    this.#note(CREDENTIALS, code === 401 ? 'its API server does not take the credentials (401)' : undefined);
    if (!FOLLOWING.has(verb)) return;
    const what = `${verb} ${resource}`;
    this.#note(what, code === 403 ? `its API server does not permit ${what} (403)` : undefined);
  }

  #hearLength(resource: string, reason: string | undefined): void {
    if (reason !== 'AnswerTooLarge' && reason !== 'ListTooLarge') return;
    const count = (this.#tooLong.get(resource) ?? 0) + 1;
    this.#tooLong.set(resource, count);
    // After the first answer that is too long, shorter pages are asked.
    if (reason === 'AnswerTooLarge' && count < 2) return;
    const remedy = 'delete objects, or see what answers at its address';
    const problem = `what its API server answers to list ${resource} is longer than is taken: ${remedy}`;
    this.#note(lengthOf(resource), problem);
  }

  #forgetTooLong(resource: string): void {
    this.#tooLong.delete(resource);
    this.#note(lengthOf(resource), undefined);
  }

  #note(what: string, problem: string | undefined): void {
    if (problem === undefined) this.#present.delete(what);
    else this.#present.set(what, problem);
  }
}

function lengthOf(resource: string): string {
  return `length of ${resource}`;
}
