import { Command } from 'commander';
import { camelCase, optionFlags } from '../../operator/option-fields.ts';
import { wholeNumberKind } from '../../operator/option-kinds.ts';
import { loadOptions } from '../../operator/options.ts';
import { INSTALL_OPTIONS } from '../../operator/install/install-options.ts';
import { installObjects, yamlOf } from '../../operator/install/manifests.ts';
import { isWithoutLeases } from '../../operator/install/settings.ts';
import { refuseNoRole } from '../role-arn.ts';
import { UsageError } from '../usage-error.ts';
import { version } from '../../operator/version.ts';

interface OwnFlags {
  readonly name: string;
  readonly namespace: string;
  readonly image: string;
  readonly replicas: string;
  readonly roleArn?: string;
  readonly credentialsSecret?: string;
}

export const installManifestsCommand = (): Command => {
  const command = new Command('install-manifests')
    .description('Print what an installation consists of as YAML, for those who do without Helm.')
    .option('--name <name>', 'of the objects', 'cloud-manager')
    .option('--namespace <namespace>', 'where the operator runs', 'cloud-manager')
    .option('--image <image>', 'of the operator', `cloud-manager:${version()}`)
    .option('--replicas <number>', 'of the operator', '2')
    .option('--role-arn <arn>', 'IAM role for the service account (IRSA); Pod Identity needs none')
    .option('--credentials-secret <name>', 'Secret with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY')
    .addHelpText('after', '\nInstall with: cloud-manager install-manifests ... | kubectl apply --server-side -f -');
  const names = INSTALL_OPTIONS.map(({ flag }) => camelCase(flag));
  for (const { term, help, name } of optionFlags()) if (names.includes(name)) command.option(term, help);
  return command.action((flags: OwnFlags & Readonly<Record<string, string>>) => {
    if (flags.roleArn !== undefined) refuseNoRole('--role-arn', flags.roleArn);
    const replicas = replicasFrom(flags.replicas);
    const options = installedOptions(flags);
    if (replicas > 1 && isWithoutLeases({ options }))
      throw new UsageError('--leases off takes --replicas 1: nothing else keeps two apart');
    const { name, namespace, image, roleArn, credentialsSecret } = flags;
    const settings = { name, namespace, image, replicas, roleArn, credentialsSecret, options };
    process.stdout.write(yamlOf(installObjects(settings)));
  });
};

/** More than `--shards` may be have nothing to do. */
const REPLICAS = wholeNumberKind(0, 1000);

function replicasFrom(text: string): number {
  const replicas = REPLICAS.parse(text);
  if (replicas === undefined)
    throw new UsageError(`${JSON.stringify(text)} from --replicas is not ${REPLICAS.expected}`);
  return replicas;
}

/** The options of the operator among `flags`. *Throws* `ConfigurationError` for what `run` would refuse. */
function installedOptions(flags: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  // Files and credentials are those of the pod, and not to be found here.
  const { roleArn, credentialsSecret } = flags;
  const key = { AWS_ACCESS_KEY_ID: 'of the Secret', AWS_SECRET_ACCESS_KEY: 'of the Secret' };
  const token = { AWS_WEB_IDENTITY_TOKEN_FILE: 'of the service account', AWS_ROLE_ARN: roleArn };
  const env = { ...(credentialsSecret && key), ...(roleArn && token) };
  loadOptions({ flags, env, readFile: () => 'a file of the pod' });
  return Object.fromEntries(
    INSTALL_OPTIONS.flatMap(({ flag }) => {
      const value = flags[camelCase(flag)];
      return value === undefined ? [] : [[flag, value]];
    }),
  );
}
