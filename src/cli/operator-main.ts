/**
 * The program of the container image: the same commands as `cloud-manager`, without the sandbox and without what only the
 * sandbox needs. It is what the bundle is made from.
 */
import { runCommandLine } from './command-line.ts';
import { checkCommand } from './commands/check.ts';
import { crdsCommand } from './commands/crds.ts';
import { iamPolicyCommand } from './commands/iam-policy.ts';
import { installManifestsCommand } from './commands/install-manifests.ts';
import { runCommand } from './commands/run.ts';
import { userClusterAccessCommand } from './commands/user-cluster-access.ts';
import { versionCommand } from './commands/version.ts';

const COMMANDS = [
  runCommand,
  checkCommand,
  crdsCommand,
  installManifestsCommand,
  userClusterAccessCommand,
  iamPolicyCommand,
  versionCommand,
];

process.exitCode = await runCommandLine(COMMANDS, process.argv.slice(2));
