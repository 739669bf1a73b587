import type { ClusterAccess } from '../../src/reconcilers/common/cluster.ts';
import type { ConnectionSecrets } from '../../src/reconcilers/redis/connection-secret.ts';
import type { TestAws } from './aws-simulator.ts';

/** The moment of a death: before or after the n-th call to AWS, or write to Kubernetes, counted from 0 from now on. */
export interface Death {
  readonly at: number;
  readonly of: 'aws' | 'kubernetes';
  readonly when: 'before' | 'after';
}

/** Lets the process that runs passes die once. What it asked for may have its effect; it does not learn of it. */
export interface Mortality {
  dieAt(death: Death): void;
  /** Lets another death come. */
  revive(): void;
  /** Whether the death has come. */
  readonly isDead: boolean;
  /** How many writes to Kubernetes there were. */
  readonly writes: number;
  /** Begins a pass; its signal aborts with the process. */
  begin(): AbortSignal;
  write<T>(write: () => Promise<T>): Promise<T>;
  clusterOf(cluster: ClusterAccess): ClusterAccess;
  secretsOf(secrets: ConnectionSecrets): ConnectionSecrets;
}

export function createMortality(aws: TestAws): Mortality {
  let death: Death | undefined;
  let process = new AbortController();
  let isDead = false;
  let calls = 0;
  let writes = 0;
  const die = (): void => {
    isDead = true;
    process.abort(new Error('The process is dead'));
  };
  const armCall = (): void => {
    if (death?.of !== 'aws' || death.at !== calls || isDead) return;
    aws.faults.add({ service: '*', operation: '*', drop: true, when: death.when });
  };
  aws.journal.onCall(({ code }) => {
    if (code === 'Dropped') die();
    calls += 1;
    armCall();
  });
  const dieHere = (index: number, when: Death['when']): void => {
    if (death?.of !== 'kubernetes' || death.at !== index || death.when !== when || isDead) return;
    die();
    throw process.signal.reason;
  };
  async function write<T>(action: () => Promise<T>): Promise<T> {
    const index = writes;
    writes += 1;
    dieHere(index, 'before');
    const result = await action();
    dieHere(index, 'after');
    return result;
  }
  return {
    dieAt: (moment) => {
      death = { ...moment, at: moment.at + (moment.of === 'aws' ? calls : writes) };
      armCall();
    },
    revive: () => {
      isDead = false;
      death = undefined;
    },
    get isDead() {
      return isDead;
    },
    get writes() {
      return writes;
    },
    begin: () => {
      process = new AbortController();
      return process.signal;
    },
    write,
    clusterOf: (cluster) => ({
      ...cluster,
      addFinalizer: (...args) => write(() => cluster.addFinalizer(...args)),
      merge: (...args) => write(() => cluster.merge(...args)),
      removeFinalizers: (...args) => write(() => cluster.removeFinalizers(...args)),
      recordStatus: (...args) => write(() => cluster.recordStatus(...args)),
      create: (...args) => write(() => cluster.create(...args)),
      delete: (...args) => write(() => cluster.delete(...args)),
    }),
    secretsOf: (secrets) => ({
      ...secrets,
      ensure: (...args) => write(() => secrets.ensure(...args)),
      delete: (...args) => write(() => secrets.delete(...args)),
    }),
  };
}
