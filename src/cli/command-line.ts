import { Command, CommanderError } from 'commander';
import { EXIT, type ExitCode } from './exit.ts';
import { UsageError } from './usage-error.ts';
import { version } from '../operator/version.ts';

/** A sub-command; its action tells the exit code through `done`. */
export type CommandFactory = (done: (code: ExitCode) => void) => Command;

function program(commands: readonly CommandFactory[], done: (code: ExitCode) => void): Command {
  const root = new Command('cloud-manager')
    .description('Keeps AWS resources in the state that Kubernetes custom resources ask for.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .showHelpAfterError('(--help says what there is)');
  for (const create of commands) root.addCommand(create(done));
  for (const command of [root, ...root.commands]) command.exitOverride();
  return root;
}

/**
 * Runs a command line of these commands and gives the exit code: 0 done, 1 it did not succeed, 2 wrong use or
 * configuration, 130 interrupted.
 */
export async function runCommandLine(commands: readonly CommandFactory[], args: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  try {
    await program(commands, (exitCode) => (code = exitCode)).parseAsync(args, { from: 'user' });
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
