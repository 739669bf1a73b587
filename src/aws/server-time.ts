import type { AwsOptions } from './options.ts';

/** Where STS answers for a region. China has a domain of its own. */
function stsEndpoint({ endpoint, region }: AwsOptions): string {
  if (endpoint !== undefined) return endpoint;
  return `https://sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

/**
 * The time that AWS's servers have, as the header `Date` of an answer to a request without credentials. Undefined when
 * the answer does not tell. *Throws* when nothing answers, or `signal` aborts.
 */
export async function awsServerDate(options: AwsOptions, signal: AbortSignal): Promise<string | undefined> {
  const response = await fetch(stsEndpoint(options), { method: 'HEAD', redirect: 'manual', signal });
  return response.headers.get('date') ?? undefined;
}
