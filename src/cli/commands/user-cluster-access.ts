import { Command } from 'commander';
import { yamlOf } from '../../operator/install/manifests.ts';
import { userClusterObjects } from '../../operator/install/user-cluster-access.ts';
import { operatorPermissionsInUserClusters } from '../../operator/permissions.ts';

export const userClusterAccessCommand = (): Command =>
  new Command('user-cluster-access')
    .description('Print who the operator is in a cluster of users, and what it may do there, as YAML.')
    .option('--name <name>', 'of the service account and its role', 'cloud-manager')
    .option('--namespace <namespace>', 'of the service account', 'kyma-system')
    .addHelpText(
      'after',
      '\nApply it there: cloud-manager user-cluster-access | kubectl apply --server-side -f -\n' +
        'The kubeconfig of the cluster, a Secret of the control plane, then holds a token of that service account.',
    )
    .action((identity: { readonly name: string; readonly namespace: string }) => {
      process.stdout.write(yamlOf(userClusterObjects(identity, operatorPermissionsInUserClusters())));
    });
