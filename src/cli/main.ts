import { Command, CommanderError } from 'commander';
import { crdsCommand } from './commands/crds.ts';
import { demoCommand } from './commands/demo.ts';
import { runCommand } from './commands/run.ts';
import { sandboxCommand } from './commands/sandbox.ts';
import { versionCommand } from './commands/version.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { UsageError } from './usage-error.ts';
import { version } from './version.ts';

/** A sub-command; its action tells the exit code through `done`. */
export type CommandFactory = (done: (code: ExitCode) => void) => Command;

const COMMANDS: readonly CommandFactory[] = [runCommand, sandboxCommand, demoCommand, crdsCommand, versionCommand];

function program(done: (code: ExitCode) => void): Command {
  const root = new Command('cloud-manager')
    .description('Keeps AWS resources in the state that Kubernetes custom resources ask for.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .showHelpAfterError('(--help says what there is)');
  for (const create of COMMANDS) root.addCommand(create(done));
  for (const command of [root, ...root.commands]) command.exitOverride();
  return root;
}

/**
 * Runs the command line and gives the exit code: 0 done, 1 it did not succeed, 2 wrong use or configuration,
 * 130 interrupted.
 */
export async function main(args: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  try {
    await program((exitCode) => (code = exitCode)).parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    const isUsage = error instanceof UsageError || (error instanceof Error && error.name === 'ConfigurationError');
    process.stderr.write(`${isUsage && error instanceof Error ? error.message : describe(error)}\n`);
    return isUsage ? EXIT.usage : EXIT.failed;
  }
}

/** What went wrong in one line; the stack only where somebody asked for it. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return process.env['DEBUG'] ? (error.stack ?? error.message) : `${error.name}: ${error.message}`;
}
