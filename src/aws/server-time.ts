import type { Call } from '../util/call.ts';
import type { AwsOptions } from './options.ts';

/** Where STS answers for a region. China has a domain of its own. */
function stsEndpoint({ endpoint, region }: AwsOptions): string {
  if (endpoint !== undefined) return endpoint;
  return `https://sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

/**
 * The time that AWS's servers have, as the header `Date` of an answer to a request without credentials, which therefore
 * does not pass the door. Undefined when the answer does not tell. *Throws* when nothing answers by the call's deadline,
 * and the reason of its signal.
 */
export async function awsServerDate(
  options: AwsOptions,
  { clock, deadlineMs, signal }: Pick<Call, 'clock' | 'deadlineMs' | 'signal'>,
): Promise<string | undefined> {
  const late = new AbortController();
  const leftMs = deadlineMs - clock.monotonicMs();
  const cancel = clock.schedule(leftMs, () => late.abort(new Error('AWS does not answer in time')));
  try {
    const either = AbortSignal.any([signal, late.signal]);
    const response = await fetch(stsEndpoint(options), { method: 'HEAD', redirect: 'manual', signal: either });
    return response.headers.get('date') ?? undefined;
  } finally {
    cancel();
  }
}
