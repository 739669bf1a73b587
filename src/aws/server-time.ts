import type { Call } from '../util/call.ts';
import { messageOf } from '../util/error-message.ts';
import type { AwsOptions } from './options.ts';

/** Where STS answers for a region. China has a domain of its own. */
function stsEndpoint({ endpoint, region }: AwsOptions): string {
  if (endpoint !== undefined) return endpoint;
  return `https://sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

/**
 * The time that AWS's servers have, as the header `Date` of an answer to a request without credentials, which therefore
 * does not pass the door. Undefined when the answer does not tell. *Throws* when nothing answers by the call's deadline or
 * AWS is not reached, naming its address, and the reason of its signal.
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
    const address = stsEndpoint(options);
    const response = await fetch(address, { method: 'HEAD', redirect: 'manual', signal: either }).catch(
      (error: unknown) => {
        throw either.aborted
          ? error
          : new Error(`AWS at ${hostOf(address)} is not reached: ${whyNot(error)}`, { cause: error });
      },
    );
    return response.headers.get('date') ?? undefined;
  } finally {
    cancel();
  }
}

/** Without a password that the address may have. */
function hostOf(address: string): string {
  return new URL(address).host;
}

/** `fetch` itself says no more than that it failed; the system's code and address are in its cause. */
function whyNot(error: unknown): string {
  const { cause } = error instanceof Error ? error : {};
  if (!(cause instanceof Error)) return messageOf(error);
  // Of several addresses that were tried the cause has no message, but a code.
  if (cause.message !== '') return cause.message;
  return 'code' in cause ? String(cause.code) : messageOf(error);
}
