import { Command } from 'commander';
import { optionFlags } from '../../operator/option-fields.ts';
import { loadOptions } from '../../operator/options.ts';
import { runOperator } from '../../operator/run.ts';
import { listenForInterrupts } from '../signals.ts';

export const runCommand = (): Command => {
  const command = new Command('run')
    .description('Run the operator against a Kubernetes cluster and AWS.')
    .addHelpText(
      'after',
      '\nFlags come before the environment, the environment before the file, the file before defaults.\n' +
        'Secrets are taken from the environment or the file only, and are never printed.',
    );
  for (const { term, help } of optionFlags()) command.option(term, help);
  return command.action(async (flags: Readonly<Record<string, string>>) => {
    const options = loadOptions({ flags, env: process.env });
    const interrupts = listenForInterrupts();
    try {
      await runOperator(options, interrupts.signal);
    } finally {
      interrupts.release();
    }
  });
};
