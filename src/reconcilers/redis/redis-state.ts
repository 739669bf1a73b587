import { type IpRange, ipRangeKind } from '../../api/cloud-control/v1beta1/ip-range.ts';
import { ANNOTATIONS } from '../../api/names.ts';
import type { Aws } from '../../aws/index.ts';
import { entered, named, type Pass, type StateFactory } from '../../composed/index.ts';
import { mergePatchBetween } from '../../kube/index.ts';
import { findDependency } from '../common/dependency.ts';
import type { FocalState } from '../common/focal-state.ts';
import { createObjectState, enriched, type ObjectState } from '../common/object-state.ts';
import type { ClusterAccess } from '../common/cluster.ts';
import { requestIn } from '../common/requests.ts';
import { isReady } from '../common/status.ts';
import { ownershipTags, TAG_KEYS } from '../common/tags.ts';
import { allowedCidrsOf, type AskedReplicationGroup, identityOf, type Requests } from '../replication-group/asked.ts';
import type { Ledger } from '../replication-group/ledger.ts';
import type { Memory } from '../replication-group/memory.ts';
import {
  type Announcement,
  nothingObserved,
  type Observed,
  type ProvideState,
  type ReplicationGroupState,
  type Timing,
} from '../replication-group/state.ts';
import type { ConnectionSecrets } from './connection-secret.ts';
import { ledgerOf, statusOfLedger } from './ledger.ts';
import type { RedisKind, RedisObject } from './redis-kind.ts';

/** What a pass over a Redis object starts with. */
export type RedisState<O extends RedisObject> = ObjectState<O> & {
  readonly redis: RedisKind<O>;
  readonly kubernetes: RedisKubernetes;
  readonly memory: Memory;
  readonly observed: Observed;
  ledger: Ledger;
  /** Name of the Secret that clients read; undefined until there is one. */
  authSecretName: string | undefined;
};

/** Clients of AWS and what else comes from the composition of the program. */
export interface RedisDeps {
  readonly aws: Pick<Aws, 'elastiCache' | 'ec2' | 'secretsManager' | 'tagging'>;
  readonly timing: Timing;
}

/** Where a pass reads and writes in Kubernetes. */
export interface RedisKubernetes {
  readonly cluster: ClusterAccess;
  readonly secrets: ConnectionSecrets;
  /** Tells people what happened, as an Event of the object. */
  readonly announce: (object: RedisObject, announcement: Announcement, pass: Pass) => void;
}

export interface RedisStateParts {
  readonly kubernetes: RedisKubernetes;
  readonly memory: Memory;
  readonly waitScale: number;
}

export function createRedisState<O extends RedisObject>(
  redis: RedisKind<O>,
  object: O,
  { kubernetes, memory, waitScale }: RedisStateParts,
): RedisState<O> {
  const base = createObjectState(redis.kind, object, kubernetes.cluster, waitScale);
  const authSecretName = object.status?.authSecret?.name;
  const observed = nothingObserved();
  return Object.assign(base, { redis, kubernetes, memory, observed, ledger: ledgerOf(object), authSecretName });
}

export type FocalRedisState<O extends RedisObject> = RedisState<O> & FocalState<O>;

/** Loads the IpRange in whose subnets the nodes stand; it has to be ready. */
export function loadIpRange<O extends RedisObject>(): StateFactory<
  FocalRedisState<O>,
  FocalRedisState<O> & { readonly ipRange: IpRange }
> {
  return named('loadIpRange', (state: FocalRedisState<O>) => {
    const found = findDependency(state, ipRangeKind, state.object.spec.ipRange.name);
    return 'stop' in found ? found.stop : enriched(state, { ipRange: found.dependency });
  });
}

/** Enters the engine to make what is asked. */
export function asProvideState<O extends RedisObject>(
  deps: RedisDeps,
): StateFactory<FocalRedisState<O> & { readonly ipRange: IpRange }, ProvideState> {
  return named('asProvideState', (state, pass) => {
    const engine = withEngine(state, pass, deps);
    const publish: ProvideState['publish'] = async (connection, publishPass) => {
      state.authSecretName = await state.kubernetes.secrets.ensure(state.object, connection, publishPass);
    };
    return entered(Object.assign(engine, { asked: askedOf(state, state.ipRange), publish }));
  });
}

/** Enters the engine to take everything down. */
export function asReplicationGroupState<O extends RedisObject>(
  deps: RedisDeps,
): StateFactory<FocalRedisState<O>, ReplicationGroupState> {
  return named('asReplicationGroupState', (state, pass) => entered(withEngine(state, pass, deps)));
}

function withEngine<O extends RedisObject>(
  state: FocalRedisState<O>,
  pass: Pass,
  { aws, timing }: RedisDeps,
): FocalRedisState<O> & ReplicationGroupState {
  const { target } = state;
  return Object.assign(state, {
    identity: identityFor(state),
    clients: {
      elastiCache: aws.elastiCache(target, pass),
      ec2: aws.ec2(target, pass),
      secrets: aws.secretsManager(target, pass),
      tagging: aws.tagging(target, pass),
    },
    timing,
    place: `${target.accountId}/${target.region}`,
    generation: state.object.metadata.generation ?? 0,
    nowMs: pass.clock.now(),
    isReady: isReady(state.object),
    recordLedger: async (ledger: Ledger, recordPass: Pass) => {
      const { status } = state.object;
      const fields = mergePatchBetween(status ?? {}, { ...status, ...statusOfLedger(ledger) });
      if (fields !== undefined) {
        // What differs of a status is a mapping of its fields.
        state.object = await state.cluster.recordStatus(state.kind, state.object, fields as object, recordPass);
      }
      state.ledger = ledger;
    },
    announce: (announcement: Announcement) => void state.news.push(announcement),
  });
}

function identityFor<O extends RedisObject>({ object, scope, kind }: FocalRedisState<O>) {
  const { [TAG_KEYS.name]: name = '', [TAG_KEYS.scope]: scopeName = '', ...informing } = ownershipTags(object);
  const identifying = { [TAG_KEYS.name]: name, [TAG_KEYS.scope]: scopeName, [TAG_KEYS.kind]: kind.kind };
  return identityOf(object.metadata.name, identifying, { ...informing, [TAG_KEYS.shoot]: scope.spec.shootName });
}

function askedOf<O extends RedisObject>(state: FocalRedisState<O>, ipRange: IpRange): AskedReplicationGroup {
  const { aws } = state.object.spec.instance;
  const { network } = state.scope.spec.scope.aws;
  return {
    ...identityFor(state),
    vpcId: ipRange.status?.vpcId ?? '',
    subnetIds: (ipRange.status?.subnets ?? []).map((subnet) => subnet.id),
    allowedCidrs: allowedCidrsOf({
      pods: network.pods,
      nodes: network.nodes,
      vpcCidr: network.vpc?.cidr,
    }),
    nodeType: aws.cacheNodeType,
    engineVersion: aws.engineVersion,
    autoMinorVersionUpgrade: aws.autoMinorVersionUpgrade,
    authEnabled: aws.authEnabled,
    tokenRotationDays: aws.authTokenRotationDays,
    maintenanceWindow: aws.preferredMaintenanceWindow,
    parameters: aws.parameters ?? {},
    topology: state.redis.topologyOf(state.object),
    requests: requestsOf(state.object),
  };
}

function requestsOf(object: RedisObject): Requests {
  return {
    rotateToken: requestIn(object, ANNOTATIONS.rotateAuthToken),
    checkNow: requestIn(object, ANNOTATIONS.reconcileNow),
  };
}
