import { inspect } from 'node:util';

const HIDDEN = '[secret]';

/**
 * A value that must not be seen: text, JSON, templates and `console.log` show `[secret]` in its place. Only
 * {@link Secret.reveal} gives it, so that a search for that word finds every place that handles it.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself: to be handed to the one who needs it, and to nobody else. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}
