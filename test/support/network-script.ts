import { changed, type Manifest } from './manifests.ts';
import { apply, deleteEverything, ofKinds, samplesIn, type Script, type Teller } from './script.ts';

async function change({ system, samples }: Teller, kind: string, path: string, value: unknown): Promise<void> {
  const manifests: readonly Manifest[] = ofKinds(samples, kind);
  await Promise.all(manifests.map((manifest) => system.user.apply(changed(manifest, path, value))));
}

/** From a VpcNetwork to a VPC that is peered with one of another account, through changes, to nothing. */
export const NETWORK_SCRIPT: Script = {
  samples: await samplesIn('network/'),
  chapters: [
    { part: 'creation', title: 'a VpcNetwork', ask: apply('Subscription', 'VpcNetwork') },
    { part: 'creation', title: 'a Scope and an IpRange', ask: apply('Scope', 'IpRange') },
    { part: 'creation', title: 'a peering', ask: apply('Network', 'VpcPeering') },
    {
      part: 'change',
      title: 'another block and a zone less',
      ask: async (teller) => {
        await Promise.all([
          change(teller, 'VpcNetwork', 'spec.cidrBlocks', ['10.20.0.0/16', '10.24.0.0/20']),
          change(teller, 'Scope', 'spec.scope.aws.network.zones', [
            { name: 'eu-central-1a' },
            { name: 'eu-central-1b' },
          ]),
        ]);
      },
    },
    {
      part: 'change',
      title: 'the first block alone and a zone more',
      ask: async (teller) => {
        const zones = ['a', 'b', 'c'].map((letter) => ({ name: `eu-central-1${letter}` }));
        await Promise.all([
          change(teller, 'VpcNetwork', 'spec.cidrBlocks', ['10.20.0.0/16']),
          change(teller, 'Scope', 'spec.scope.aws.network.zones', zones),
        ]);
      },
    },
    { part: 'deletion', title: 'everything deleted at once', ask: deleteEverything },
  ],
  // What was just made is not to be seen for a moment, and so may be made twice.
  durationsSeconds: { 'ec2.resource.invisible': 8 },
  lingeringMs: 10 * 60_000,
};
