import { createAws } from '../../aws/index.ts';
import type { AwsSimulator, Sandbox } from '../../sandbox/index.ts';
import { abortableWait } from '../../util/abort.ts';
import type { Call } from '../../util/call.ts';

export function simulatorOf({ aws }: Sandbox): AwsSimulator {
  if (!aws) throw new Error('The demo needs the AWS simulator');
  return aws;
}

/** AWS as somebody at a console sees it: with the sandbox's own key, not with the operator's role. */
export function awsOf({ info }: Sandbox, call: Call) {
  const { accessKeyId, secretAccessKey, region, accountId, roleName } = info;
  const aws = createAws(
    { credentials: { kind: 'static', accessKeyId, secretAccessKey }, region, endpoint: info.awsEndpoint },
    { clock: call.clock, log: call.log },
  );
  return {
    ec2: aws.ec2({ accountId, region, roleArn: undefined }, call),
    peering: aws.peering({ accountId, region, roleArn: undefined }, call),
    peeringIn: (account: string, where: string) =>
      aws.peering({ accountId: account, region: where, roleArn: `arn:aws:iam::${account}:role/${roleName}` }, call),
    close: () => aws.close(),
  };
}

/** Resolves when `holds` is true after some call to AWS. *Throws* `signal`'s reason. */
export function untilCall(aws: AwsSimulator, holds: () => boolean, signal: AbortSignal): Promise<void> {
  return abortableWait(signal, (resolve) => {
    const check = (): void => {
      if (!holds()) return;
      stopListening();
      resolve();
    };
    const stopListening = aws.journal.onCall(check);
    check();
    return stopListening;
  });
}
