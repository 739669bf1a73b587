import { Counter, Histogram, type Registry } from 'prom-client';
import type { CallListener } from '../aws/index.ts';

/** From an answer out of a cache of AWS to a request that was waited for until its end. */
const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15];

/** Counts every request to AWS, retries and STS included, also those that got no answer. */
export function createAwsMetrics(registry: Registry): CallListener {
  const registers = [registry];
  const calls = new Counter({
    name: 'cloud_manager_aws_calls_total',
    help: 'Requests to AWS; result is ok or the code of the error.',
    labelNames: ['service', 'operation', 'account', 'region', 'result'],
    registers,
  });
  const durations = new Histogram({
    name: 'cloud_manager_aws_call_duration_seconds',
    help: 'How long requests to AWS took.',
    labelNames: ['service', 'operation'],
    buckets: SECONDS,
    registers,
  });
  return ({ service, operation, accountId, region, result, durationMs }) => {
    calls.inc({ service, operation, account: accountId, region, result });
    durations.observe({ service, operation }, durationMs / 1000);
  };
}
