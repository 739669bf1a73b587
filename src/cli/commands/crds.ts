import { Command } from 'commander';
import { crdYaml } from '../../api/index.ts';

export const crdsCommand = (): Command =>
  new Command('crds')
    .description('Print the CustomResourceDefinitions of all kinds as YAML.')
    .addHelpText('after', '\nInstall them with: cloud-manager crds | kubectl apply --server-side -f -')
    .action(() => void process.stdout.write(crdYaml()));
