/** Tags of any resource on the SDK. */
import { sdkFromTags } from '../tags.ts';
import type { Ec2Client } from './client.ts';
import type { Ec2Requester, Tagger } from './context.ts';

export function addTagCalls(aws: Tagger): Pick<Ec2Client, 'createTags'> {
  return {
    createTags: async (resourceIds, tags) => {
      await aws.send('CreateTags', { Resources: [...resourceIds], Tags: sdkFromTags(tags) });
    },
  };
}

export function tagCalls(aws: Ec2Requester): Pick<Ec2Client, 'createTags' | 'deleteTags'> {
  return {
    ...addTagCalls(aws),
    deleteTags: async (resourceIds, keys) => {
      // Without a value AWS takes the tag away whatever its value.
      await aws.send('DeleteTags', { Resources: [...resourceIds], Tags: keys.map((Key) => ({ Key })) });
    },
  };
}
