import { randomUUID } from 'node:crypto';
import type { Cancel, Clock } from '../../util/clock.ts';
import type { Logger } from '../../util/log.ts';
import { Rbac } from './access/rbac.ts';
import { ServiceAccountTokens } from './access/tokens.ts';
import { aggregationChore } from './background/aggregation.ts';
import { bootstrap } from './background/bootstrap.ts';
import { definitionChore } from './background/definitions.ts';
import { createGarbageChore } from './background/garbage.ts';
import { startChores } from './background/loop.ts';
import { namespaceChore } from './background/namespaces.ts';
import { FaultPlan } from './faults.ts';
import { createAuthenticator } from './http/authenticate.ts';
import type { HandlerDeps } from './http/context.ts';
import { HOST, type Identity } from './identity.ts';
import { Journal } from './journal.ts';
import { Registry } from './registry.ts';
import { HISTORY_LENGTH, type Kept, MemoryStore } from './store.ts';

export interface CoreOptions {
  readonly clock: Clock;
  /** Ends watches, and lets them tell where they are. */
  readonly wireClock: Clock;
  readonly log: Logger;
  readonly identity: Pick<Identity, 'token' | 'tokenKeyPem'>;
  readonly state: Kept | undefined;
  /** Of new objects. Default: random ones. */
  readonly newUid?: () => string;
}

/** Everything of a server but the socket it listens on. */
export interface Core {
  readonly store: MemoryStore;
  /** What requests are handled with; `signal` comes from who listens. */
  readonly deps: Omit<HandlerDeps, 'signal'>;
  /** Ends all open watches. */
  readonly closeWatches: () => void;
}

/** Makes a server that nobody reaches yet, with the namespaces that every cluster has, and with what was kept. */
export function createCore(options: CoreOptions): Core {
  const { clock, wireClock, log, identity, state, newUid = randomUUID } = options;
  const store = new MemoryStore(HISTORY_LENGTH, state);
  const api = { store, registry: new Registry(store), clock, wireClock, newUid };
  startChores(api, [definitionChore, namespaceChore, aggregationChore, createGarbageChore(store)], log);
  store.restore();
  bootstrap(api);
  const streams = new Set<Cancel>();
  const tokens = new ServiceAccountTokens(store, clock, identity.tokenKeyPem);
  const access = { rbac: new Rbac(store), tokens, clock };
  const authenticator = createAuthenticator(identity.token, tokens);
  const faults = new FaultPlan();
  const journal = new Journal();
  return {
    store,
    deps: { api, log, authenticator, access, faults, journal, address: HOST, streams },
    closeWatches: () => {
      for (const close of streams) close();
    },
  };
}
