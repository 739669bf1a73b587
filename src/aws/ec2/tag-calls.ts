/** Tags of any resource on the SDK. */
import { sdkFromTags } from '../tags.ts';
import type { Ec2Client } from './client.ts';
import type { Tagger } from './context.ts';

export function tagCalls(aws: Tagger): Pick<Ec2Client, 'createTags'> {
  return {
    createTags: async (resourceIds, tags) => {
      await aws.send('CreateTags', { Resources: [...resourceIds], Tags: sdkFromTags(tags) });
    },
  };
}
