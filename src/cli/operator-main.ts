/**
 * The program of the container image: the same commands as `cloud-manager`, without the sandbox and without what only the
 * sandbox needs. It is what the bundle is made from.
 */
import { runCommandLine } from './command-line.ts';
import { crdsCommand } from './commands/crds.ts';
import { runCommand } from './commands/run.ts';
import { versionCommand } from './commands/version.ts';

process.exitCode = await runCommandLine([runCommand, crdsCommand, versionCommand], process.argv.slice(2));
