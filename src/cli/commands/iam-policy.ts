import { Command, Option } from 'commander';
import { assumeRolePolicy, iamPolicy, type TargetRole } from '../../aws/index.ts';
import { refuseNoRole } from '../role-arn.ts';

interface Flags {
  readonly access: 'read' | 'read-write';
  readonly role: TargetRole;
  readonly assume?: readonly string[];
}

export const iamPolicyCommand = (): Command =>
  new Command('iam-policy')
    .description('Print the least IAM policy: what the operator does in the account of a Scope, and nothing else.')
    .addOption(
      new Option('--access <access>', 'read suffices to look, and changes nothing')
        .choices(['read', 'read-write'])
        .default('read-write'),
    )
    .addOption(
      new Option('--role <role>', 'account: of the account of a Scope; peering: that peers VPCs, on either side')
        .choices(['account', 'peering'])
        .default('account'),
    )
    .option('--assume <arn...>', "instead: the policy of the operator's own identity, to take on these roles")
    .action(({ access, role, assume }: Flags) => {
      for (const arn of assume ?? []) refuseNoRole('--assume', arn);
      const policy = assume === undefined ? iamPolicy(access, role) : assumeRolePolicy(assume);
      process.stdout.write(`${JSON.stringify(policy, null, 2)}\n`);
    });
