import { Command, Option } from 'commander';
import { checkEnvironment } from '../../operator/check/check.ts';
import type { Finding } from '../../operator/check/finding.ts';
import { optionFlags } from '../../operator/option-fields.ts';
import { loadOptions } from '../../operator/options.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { listenForInterrupts } from '../signals.ts';
import { createTerminal } from '../terminal.ts';

interface OwnFlags {
  readonly output: 'text' | 'json';
  readonly ownNamespace?: string;
}

export const checkCommand = (done: (code: ExitCode) => void): Command => {
  const command = new Command('check')
    .description('Look whether the operator could work here: Kubernetes, kinds, permissions, AWS, clocks.')
    .addOption(new Option('--output <format>', 'how to tell').choices(['text', 'json']).default('text'))
    .option(
      '--own-namespace <namespace>',
      'where the operator is installed (default: --lease-namespace, in a pod its own namespace, else cloud-manager)',
    )
    .addHelpText('after', '\nTakes the options of run. Changes nothing. Exits with 1 when something is wrong.');
  for (const { term, help } of optionFlags()) command.option(term, help);
  return command.action(async ({ output, ownNamespace, ...flags }: OwnFlags & Readonly<Record<string, string>>) => {
    const options = loadOptions({ flags, env: process.env });
    const interrupts = listenForInterrupts();
    try {
      const findings = await checkEnvironment(options, interrupts.signal, {
        ...(ownNamespace !== undefined && { ownNamespace }),
      });
      if (output === 'json') process.stdout.write(`${JSON.stringify(findings, null, 2)}\n`);
      else tell(findings);
      done(findings.every(({ isGood }) => isGood) ? EXIT.ok : EXIT.failed);
    } finally {
      interrupts.release();
    }
  });
};

function tell(findings: readonly Finding[]): void {
  const terminal = createTerminal(process.stdout);
  for (const [index, { area, isGood, message, advice }] of findings.entries()) {
    terminal.line(`${isGood ? terminal.good('ok    ') : terminal.bad('WRONG ')} ${area.padEnd(11)} ${message}`);
    // What helps against several in a row is said once, after the last of them.
    const isSaidNext = findings[index + 1]?.advice === advice;
    if (advice !== undefined && !isSaidNext) terminal.line(`${' '.repeat(19)}${advice}.`);
  }
  const wrong = findings.filter(({ isGood }) => !isGood).length;
  terminal.line(
    wrong === 0 ? '\nAll is as it should be' : `\n${wrong} of ${findings.length} need somebody's attention`,
  );
}
