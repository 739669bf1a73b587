import type { Sandbox } from '../sandbox/index.ts';
import type { Terminal } from './terminal.ts';

/** Says how kubectl, the AWS CLI and the operator reach the sandbox. */
export function describeSandbox({ info, kube, userClusters, aws, dataPlane }: Sandbox, terminal: Terminal): void {
  terminal.line(terminal.bold('The sandbox is up.'));
  terminal.paragraph('It is a stand-in for development, reachable from this machine only.');
  if (kube) {
    terminal.line(`\nKubernetes API at ${kube.url}:`);
    terminal.line(`  export KUBECONFIG=${info.kubeconfig}`);
  }
  for (const [name, { url }] of userClusters) {
    terminal.line(`\nKubernetes API of the user cluster ${name} at ${url}:`);
    terminal.line(`  kubectl --kubeconfig ${info.userClusters[name] ?? ''} ...`);
  }
  if (aws) {
    terminal.line();
    terminal.paragraph(
      `AWS at ${info.awsEndpoint}, account ${info.accountId}; behind the endpoints of caches: ${dataPlane}`,
    );
    // The CLI and boto3 read the second name of the region, the SDKs of other languages the first.
    terminal.line(`  export AWS_ENDPOINT_URL=${info.awsEndpoint}`);
    terminal.line(`  export AWS_REGION=${info.region} AWS_DEFAULT_REGION=${info.region}`);
    // A well-known key that opens nothing but this simulator; printing it is what this command is for.
    terminal.line(`  export AWS_ACCESS_KEY_ID=${info.accessKeyId}`);
    terminal.line(`  export AWS_SECRET_ACCESS_KEY=${info.secretAccessKey}`);
    // Read by `run` and `check` alone.
    if (info.roleName !== '') terminal.line(`  export AWS_ROLE_NAME=${info.roleName}`);
    terminal.line(`  redis-cli --tls --cacert ${info.caFile} ...`);
    terminal.line(`\nControl: ${info.awsEndpoint}/_sandbox/{state,calls,faults,rules,clock,reset}`);
  }
}
