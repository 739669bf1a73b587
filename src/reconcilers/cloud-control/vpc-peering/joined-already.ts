import type { VpcPeering as PeeringConnection } from '../../../aws/index.ts';
import { awaitAll } from '../../../util/settled.ts';
import { failed, type Finding } from '../../common/finding.ts';
import { TAG_KEYS } from '../../common/tags.ts';
import { isEnding } from './peering-code.ts';
import type { Side } from './state.ts';

/** The two VPCs, by their ids. */
export interface Pair {
  readonly local: string;
  readonly remote: string;
}

/** What joins two VPCs, or is about to, whoever asked for it and from whichever side. */
export async function livingConnections({ client }: Side, pair: Pair): Promise<readonly PeeringConnection[]> {
  const found = await awaitAll([
    client.findVpcPeerings({ requesterVpcId: pair.local, accepterVpcId: pair.remote }),
    client.findVpcPeerings({ requesterVpcId: pair.remote, accepterVpcId: pair.local }),
  ]);
  return found.flat().filter(({ status }) => !isEnding(status.code));
}

export function takenProblem({ local, remote }: Pair, { id, tags }: PeeringConnection): Finding {
  const owner = tags[TAG_KEYS.name];
  const whose = owner === undefined ? 'which somebody else made' : `of VpcPeering ${owner}`;
  const message = `The VPCs ${local} and ${remote} are joined already by ${id}, ${whose}; it has to go before this one can be`;
  return failed('FailedCreatingVpcPeeringConnection', message);
}
