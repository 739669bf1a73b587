import { randomBytes } from 'node:crypto';
import { sharedKubeIfAny } from './shared-kube.ts';

/** Where a file's objects are; in a server that files share, each has a namespace of its own. */
export const NAMESPACE = sharedKubeIfAny() ? `kcp-${randomBytes(4).toString('hex')}` : 'kcp-system';
