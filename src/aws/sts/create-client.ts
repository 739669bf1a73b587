import type { Call } from '../../util/call.ts';
import { answered } from '../answers.ts';
import type { Connection } from '../connection.ts';
import type { StsClient } from './client.ts';
import { stsService } from './service.ts';

/** Gives the client of STS of one connection, for one call. */
export function createStsClient(connection: Connection, call: Call): StsClient {
  const aws = connection.requester(stsService, call);
  return {
    getCallerIdentity: async () => {
      const { Account, Arn, UserId } = await aws.send('GetCallerIdentity', {});
      const accountId = answered(Account, { service: 'sts', operation: 'GetCallerIdentity', isRead: true });
      return { accountId, arn: Arn ?? '', userId: UserId ?? '' };
    },
  };
}
