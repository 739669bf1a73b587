import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { messageOf } from '../../util/error-message.ts';
import type { KubeObject } from './json.ts';
import { type Change, keyOf, type Kept } from './store.ts';

/**
 * What the embedded API knows, in one SQLite file.
 *
 * *States*: closed → open (the file is this process's alone until `close` or the end of the process, however it ends) →
 * closed. *Guarantees*: a change is in the file before anybody hears of it, so a process that is killed loses nothing that
 * it has acknowledged; nor is a change half there. A machine that loses its power may lose the last moments: the file is
 * handed to the operating system at each change and not forced onto the disk, which would cost a write some milliseconds.
 */
export class StateFile implements Kept {
  readonly #folder: string;
  #database: DatabaseSync | undefined;
  #statements: Statements | undefined;

  /** Opens the file in `folder`, which is made where it is missing. *Throws* {@link DataFolderError}. */
  constructor(folder: string) {
    this.#folder = folder;
    this.open();
  }

  /** *Throws* {@link DataFolderError} when another process has the file, or it is none of ours. */
  open(): void {
    if (this.#database) return;
    try {
      // It holds Secrets, so it is its owner's alone, whatever the folder is; what SQLite puts beside it follows it.
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      const file = join(this.#folder, 'state.sqlite');
      closeSync(openSync(file, 'a', 0o600));
      this.#database = new DatabaseSync(file);
      prepareFile(this.#database);
      this.#statements = statementsOf(this.#database);
    } catch (error) {
      this.close();
      throw folderError(this.#folder, error);
    }
  }

  close(): void {
    this.#database?.close();
    this.#database = undefined;
    this.#statements = undefined;
  }

  keep({ resource, revision, type, object }: Change): void {
    const { put, remove, putFact } = this.#open;
    const { namespace, name } = keyOf(object);
    if (type !== 'DELETED') {
      put.run(resource, namespace, name, revision, JSON.stringify(object));
      return;
    }
    this.#atOnce(() => {
      remove.run(resource, namespace, name);
      // No object has the revision of a removal.
      putFact.run(REVISION, String(revision));
    });
  }

  /** All of it or nothing: what fails must not leave a transaction open, in which later changes would be lost. */
  #atOnce(change: () => void): void {
    this.#database?.exec('BEGIN');
    try {
      change();
      this.#database?.exec('COMMIT');
    } catch (error) {
      if (this.#database?.isTransaction === true) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  load(): { readonly revision: number; readonly objects: readonly { resource: string; object: KubeObject }[] } {
    const objects = this.#open.all.all().map(({ resource, body, revision }) => ({
      resource: String(resource),
      // As `keep` wrote it.
      object: JSON.parse(String(body)) as KubeObject,
      revision: Number(revision),
    }));
    const last = Number(this.fact(REVISION) ?? 0);
    return { objects, revision: objects.reduce((latest, { revision }) => Math.max(latest, revision), last) };
  }

  /** Something else that is kept, by its name. */
  fact(name: string): string | undefined {
    const row = this.#open.fact.get(name);
    return row && String(row['value']);
  }

  putFact(name: string, value: string): void {
    this.#open.putFact.run(name, value);
  }

  get #open(): Statements {
    if (!this.#statements) throw new Error(`The state in ${this.#folder} is closed`);
    return this.#statements;
  }
}

/** A folder that cannot be used for the state; says why and what to do. */
export class DataFolderError extends Error {
  override readonly name = 'DataFolderError';
}

const REVISION = 'revision';
/** Of the tables below. */
const FORMAT = 1;

function prepareFile(database: DatabaseSync): void {
  // The lock is the process's until it ends, also when it is killed.
  database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  database.exec(`BEGIN EXCLUSIVE;
    CREATE TABLE IF NOT EXISTS objects (resource TEXT, namespace TEXT, name TEXT, revision INTEGER NOT NULL,
      body TEXT NOT NULL, PRIMARY KEY (resource, namespace, name)) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    COMMIT;`);
  const { user_version: format } = database.prepare('PRAGMA user_version').get() ?? {};
  if (format === 0) database.exec(`PRAGMA user_version = ${FORMAT}`);
  else if (format !== FORMAT)
    throw new Error(`its format is ${String(format)}, and this version knows ${FORMAT} alone`);
}

interface Statements {
  readonly put: StatementSync;
  readonly remove: StatementSync;
  readonly all: StatementSync;
  readonly fact: StatementSync;
  readonly putFact: StatementSync;
}

function statementsOf(database: DatabaseSync): Statements {
  return {
    put: database.prepare('INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?)'),
    remove: database.prepare('DELETE FROM objects WHERE resource = ? AND namespace = ? AND name = ?'),
    all: database.prepare('SELECT resource, body, revision FROM objects ORDER BY revision'),
    fact: database.prepare('SELECT value FROM facts WHERE name = ?'),
    putFact: database.prepare('INSERT OR REPLACE INTO facts VALUES (?, ?)'),
  };
}

/** SQLITE_BUSY */
const BUSY = 5;

function folderError(folder: string, error: unknown): DataFolderError {
  const isBusy = error instanceof Error && 'errcode' in error && error.errcode === BUSY;
  const why = isBusy
    ? 'another process uses it; stop that one, or take another folder'
    : `${messageOf(error)}; take another folder, or remove its state.sqlite to begin anew`;
  return new DataFolderError(`The data folder ${folder} cannot be used: ${why}`, { cause: error });
}
