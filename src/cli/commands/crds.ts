import { Command, Option } from 'commander';
import { CONTROL_PLANE_KINDS, crdYaml, CUSTOM_KINDS, type CustomKind, USER_KINDS } from '../../api/index.ts';

const KINDS: Readonly<Record<string, readonly CustomKind[]>> = {
  all: CUSTOM_KINDS,
  'control-plane': CONTROL_PLANE_KINDS,
  user: USER_KINDS,
};

export const crdsCommand = (): Command =>
  new Command('crds')
    .description('Print the CustomResourceDefinitions of all kinds as YAML.')
    .addOption(
      new Option('--kinds <which>', 'those of the control plane, those that users of a cluster write, or all')
        .choices(Object.keys(KINDS))
        .default('all'),
    )
    .addHelpText('after', '\nInstall them with: cloud-manager crds | kubectl apply --server-side -f -')
    .action(({ kinds }: { readonly kinds: string }) => void process.stdout.write(crdYaml(KINDS[kinds])));
