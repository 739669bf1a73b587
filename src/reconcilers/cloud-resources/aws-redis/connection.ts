import { type KubeSecret, secretKind } from '../../../kube/index.ts';
import type { ClusterReader } from '../../common/cluster.ts';
import { decoded, isOwnedBy } from '../../common/owned-secret.ts';
import type { RedisCounterpart } from './aws-redis-kind.ts';

/** How clients connect, as the control plane has published it. */
export interface RedisConnection {
  readonly host: string;
  readonly port: string;
  /** Empty where nobody has to authenticate. */
  readonly authString: string;
  /** PEM of the authority to trust; empty where the public ones do. */
  readonly ca: string;
}

/**
 * Reads the Secret that the control plane has published for a counterpart; undefined while there is none. One that does not
 * belong to the counterpart is not looked at: it may be that of another user.
 */
export function connectionOf(
  counterpart: RedisCounterpart,
  controlPlane: Pick<ClusterReader, 'get'>,
): RedisConnection | undefined {
  const { authSecret } = counterpart.status ?? {};
  if (authSecret === undefined) return undefined;
  const secret = controlPlane.get(secretKind, counterpart.metadata.namespace ?? '', authSecret.name);
  return secret !== undefined && isOwnedBy(secret, counterpart) ? connectionIn(secret) : undefined;
}

function connectionIn(secret: KubeSecret): RedisConnection | undefined {
  const { host = '', port = '', authString = '', 'ca.crt': ca = '' } = decoded(secret);
  return host === '' || port === '' ? undefined : { host, port, authString, ca };
}
