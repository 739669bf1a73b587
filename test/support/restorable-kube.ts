import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KubeApi, type KubeApiOptions, startKubeApi } from '../../src/sandbox/kube-api/server.ts';
import { StateFile } from '../../src/sandbox/kube-api/state-file.ts';

/**
 * What becomes of revisions when etcd is restored: they count on from that of the backup, or, as is recommended
 * (`etcdutl snapshot restore --bump-revision`), from far ahead of all that anybody has seen. Objects keep those that they had.
 */
export type Restoration = 'set back' | 'put forward';

const FAR_AHEAD = 1_000_000;

/** An embedded API server that can be backed up and restored, as by snapshots of its etcd; it is away for a moment then. */
export class RestorableKube {
  readonly #options: KubeApiOptions;
  readonly #folder: string;
  #api: KubeApi;

  private constructor(options: KubeApiOptions, folder: string, api: KubeApi) {
    this.#options = options;
    this.#folder = folder;
    this.#api = api;
  }

  static async start(options: KubeApiOptions): Promise<RestorableKube> {
    const folder = await mkdtemp(join(tmpdir(), 'cloud-manager-kube-'));
    const kept = { ...options, dataDir: folder, keepsState: true };
    return new RestorableKube(kept, folder, await startKubeApi(kept));
  }

  /** Another one after each restoration. */
  get api(): KubeApi {
    return this.#api;
  }

  async backUp(): Promise<void> {
    await this.#api.stop();
    await copyFile(this.#file(), this.#file('backup'));
    await this.#api.start();
  }

  async restore(how: Restoration): Promise<void> {
    const revision = this.#api.resourceVersion();
    await this.#api.stop();
    for (const beside of ['-wal', '-shm']) await rm(`${this.#file()}${beside}`, { force: true });
    await copyFile(this.#file('backup'), this.#file());
    if (how === 'put forward') {
      const state = new StateFile(this.#folder);
      state.putFact('revision', String(revision + FAR_AHEAD));
      state.close();
    }
    this.#api = await startKubeApi(this.#options);
  }

  async stop(): Promise<void> {
    await this.#api.stop();
    await rm(this.#folder, { recursive: true });
  }

  #file(name = 'state'): string {
    return join(this.#folder, `${name}.sqlite`);
  }
}
