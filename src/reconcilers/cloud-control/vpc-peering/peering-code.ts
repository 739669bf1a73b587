import type { PeeringCode } from '../../../api/cloud-control/v1beta1/vpc-peering.ts';

/**
 * What AWS's codes of a peering connection ask for next.
 *
 *     (absent) -> initiating-request -> pending-acceptance -> provisioning -> active -> deleting -> deleted
 *                 initiating-request, pending-acceptance -> failed; pending-acceptance -> rejected, expired, deleted
 *
 * @see https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html#vpc-peering-lifecycle
 */

/** `replace`: the connection has ended for good, and only another one can serve. */
export type PeeringStep = 'request' | 'wait' | 'accept' | 'serve' | 'replace';

/** `done`: the connection has ended. */
export type RemovalStep = 'wait' | 'delete' | 'done';

interface Steps {
  readonly peering: PeeringStep;
  readonly removal: RemovalStep;
}

const STEPS: Readonly<Record<PeeringCode, Steps>> = {
  // AWS lets a request be taken back only when it has reached the other side.
  'initiating-request': { peering: 'wait', removal: 'wait' },
  'pending-acceptance': { peering: 'accept', removal: 'delete' },
  provisioning: { peering: 'wait', removal: 'wait' },
  active: { peering: 'serve', removal: 'delete' },
  deleting: { peering: 'wait', removal: 'wait' },
  deleted: { peering: 'replace', removal: 'done' },
  failed: { peering: 'replace', removal: 'done' },
  expired: { peering: 'replace', removal: 'done' },
  rejected: { peering: 'replace', removal: 'done' },
};

/** Undefined for a word of AWS that is not known here. */
export function knownCode(code: string | undefined): PeeringCode | undefined {
  return code !== undefined && Object.hasOwn(STEPS, code) ? (code as PeeringCode) : undefined;
}

/** @param code - Undefined: there is no connection. A code that is not known may lead anywhere, so it is waited for. */
export function peeringStepOf(code: string | undefined): PeeringStep {
  if (code === undefined) return 'request';
  const known = knownCode(code);
  return known === undefined ? 'wait' : STEPS[known].peering;
}

export function removalStepOf(code: string | undefined): RemovalStep {
  if (code === undefined) return 'done';
  const known = knownCode(code);
  return known === undefined ? 'wait' : STEPS[known].removal;
}

export function isEnded(code: string): boolean {
  return peeringStepOf(code) === 'replace';
}

/** Whether a connection has ended, or will without anybody doing anything. */
export function isEnding(code: string): boolean {
  return isEnded(code) || code === 'deleting';
}
