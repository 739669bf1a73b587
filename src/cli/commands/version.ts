import { Command } from 'commander';
import { version } from '../../operator/version.ts';

export const versionCommand = (): Command =>
  new Command('version').description('Print the version.').action(() => {
    process.stdout.write(`cloud-manager ${version()} (Node.js ${process.versions.node})\n`);
  });
