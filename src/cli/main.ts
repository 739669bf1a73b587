import { endQuietlyWithOutput } from './closed-output.ts';
import { type CommandFactory, runCommandLine } from './command-line.ts';
import { checkCommand } from './commands/check.ts';
import { crdsCommand } from './commands/crds.ts';
import { demoCommand } from './commands/demo.ts';
import { iamPolicyCommand } from './commands/iam-policy.ts';
import { installManifestsCommand } from './commands/install-manifests.ts';
import { runCommand } from './commands/run.ts';
import { sandboxCommand } from './commands/sandbox.ts';
import { userClusterAccessCommand } from './commands/user-cluster-access.ts';
import { versionCommand } from './commands/version.ts';
import type { ExitCode } from './exit.ts';

const COMMANDS: readonly CommandFactory[] = [
  runCommand,
  sandboxCommand,
  demoCommand,
  checkCommand,
  crdsCommand,
  installManifestsCommand,
  userClusterAccessCommand,
  iamPolicyCommand,
  versionCommand,
];

/** Runs the command line and gives the exit code. */
export function main(args: readonly string[]): Promise<ExitCode> {
  endQuietlyWithOutput();
  return runCommandLine(COMMANDS, args);
}
