import { type ChildProcess, spawn } from 'node:child_process';
import { extname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Report } from './report.ts';

/** Beside this file: TypeScript in a clone, JavaScript in the published package. */
const PROGRAM = fileURLToPath(new URL(`./program${extname(import.meta.url)}`, import.meta.url));

const NOTHING: Report = { commands: 0, failures: 0, reloads: 0 };

interface Waiter {
  readonly holds: (report: Report) => boolean;
  readonly resolve: (report: Report) => void;
  readonly reject: (error: Error) => void;
}

/** The application in a process of its own, seen from outside by what it reports. */
export class Application {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #waiters = new Set<Waiter>();
  #report = NOTHING;
  #said = '';

  /** @param folder - Where its Secret is mounted. */
  constructor(folder: string) {
    const child = spawn(process.execPath, [PROGRAM, folder], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child = child;
    this.#ended = new Promise((resolve) => child.once('close', resolve)).then(() => this.#end());
    child.stderr.on('data', (text: Buffer) => (this.#said += text.toString()));
    // A program that is gone takes no more; that it is gone is told by its end.
    child.stdin.on('error', () => {});
    // It is our program that prints there.
    createInterface(child.stdout).on('line', (line) => this.#hear(JSON.parse(line) as Report));
  }

  get report(): Report {
    return this.#report;
  }

  /** Resolves with the first report of which `holds` is true. *Throws* when the program ends before. */
  until(holds: (report: Report) => boolean): Promise<Report> {
    if (holds(this.#report)) return Promise.resolve(this.#report);
    const { promise, resolve, reject } = Promise.withResolvers<Report>();
    if (this.#child.exitCode !== null) reject(this.#problem());
    else this.#waiters.add({ holds, resolve, reject });
    return promise;
  }

  /** Lets it come to its end, and gives its last report. Safe to repeat. */
  async stop(): Promise<Report> {
    this.#child.stdin?.end();
    await this.#ended;
    return this.#report;
  }

  #hear(report: Report): void {
    this.#report = report;
    for (const waiter of this.#waiters) {
      if (!waiter.holds(report)) continue;
      this.#waiters.delete(waiter);
      waiter.resolve(report);
    }
  }

  #end(): void {
    for (const { reject } of this.#waiters) reject(this.#problem());
    this.#waiters.clear();
  }

  #problem(): Error {
    const why = this.#said.split('\n').find((line) => /Error: /.test(line)) ?? `exit code ${this.#child.exitCode}`;
    return new Error(`The application has ended: ${why}`);
  }
}
