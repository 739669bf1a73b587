import { type Scope, scopeKind } from '../../api/index.ts';
import { type Aws, AwsError, isRetryable, type Target, userMessage } from '../../aws/index.ts';
import { meansWrongKey } from '../../aws/error-codes.ts';
import { awsServerDate } from '../../aws/server-time.ts';
import { isNotFound, type KubeClient } from '../../kube/index.ts';
import type { Call } from '../../util/call.ts';
import { messageOf } from '../../util/error-message.ts';
import { awsOptionsFrom, CHECKER, roleArnIn } from '../aws-options.ts';
import type { OperatorOptions } from '../options.ts';
import { clockFinding } from './clock.ts';
import { bad, type Finding, findingOf, good } from './finding.ts';

const REACH_ADVICE = 'Look whether AWS is reachable from here: NAT gateway or VPC endpoints, NetworkPolicy, proxy';

/** Who the operator is in AWS: by itself, and in the account of each Scope. */
export async function checkAws(
  options: OperatorOptions,
  aws: Aws,
  client: KubeClient,
  call: Call,
): Promise<readonly Finding[]> {
  const scopes = await findScopes(client);
  const own: Target = { accountId: '', region: options.aws.region, roleArn: undefined };
  return Promise.all([
    findingOf('clock', REACH_ADVICE, () => clockOfAws(options, call)),
    ownIdentity(aws, own, call),
    ...('area' in scopes ? [scopes] : oneEach(scopes, options).map((scope) => identityIn(scope, options, aws, call))),
  ]);
}

async function clockOfAws(options: OperatorOptions, call: Call): Promise<Finding> {
  const date = await awsServerDate(awsOptionsFrom(options, CHECKER), call);
  return clockFinding('AWS', date, call.clock.now());
}

/** The Scopes, or why they cannot be read. Where there is no such kind there are none; that is another check's finding. */
async function findScopes(client: KubeClient): Promise<readonly Scope[] | Finding> {
  try {
    return (await client.list(scopeKind)).items;
  } catch (error) {
    if (isNotFound(error)) return [];
    return bad('aws', `Scopes cannot be listed: ${messageOf(error)}`, 'See the findings on permissions');
  }
}

/** One Scope of each account and region. */
function oneEach(scopes: readonly Scope[], { kubernetes }: OperatorOptions): readonly Scope[] {
  const served = scopes.filter(
    ({ metadata }) => kubernetes.namespaces.length === 0 || kubernetes.namespaces.includes(metadata.namespace ?? ''),
  );
  return [
    ...new Map(served.map((scope) => [`${scope.spec.scope.aws.accountId}/${scope.spec.region}`, scope])).values(),
  ];
}

const OWN_ADVICE =
  'Give the pod credentials: a Pod Identity association, serviceAccount.roleArn (IRSA), or a Secret with a key';

function ownIdentity(aws: Aws, target: Target, call: Call): Promise<Finding> {
  return identityFinding('The operator itself', OWN_ADVICE, async () => {
    const { arn } = await aws.sts(target, call).getCallerIdentity();
    return good('aws', `The operator itself is ${arn}`);
  });
}

function identityIn(scope: Scope, options: OperatorOptions, aws: Aws, call: Call): Promise<Finding> {
  const { accountId } = scope.spec.scope.aws;
  const { region } = scope.spec;
  const { namespace = '', name } = scope.metadata;
  const roleArn = roleArnIn(options, accountId);
  const whose = `In the account of Scope ${namespace}/${name} (${accountId}, ${region})`;
  return identityFinding(whose, adviceOn(roleArn), async () => {
    const identity = await aws.sts({ accountId, region, roleArn }, call).getCallerIdentity();
    if (identity.accountId === accountId) return good('aws', `${whose} it is ${identity.arn}`);
    const message = `${whose}: the credentials are those of account ${identity.accountId}`;
    return bad('aws', message, 'Set --aws-role-name to a role that is there in the account of each Scope');
  });
}

function adviceOn(roleArn: string | undefined): string {
  if (roleArn === undefined) return OWN_ADVICE;
  const trust = "let its trust policy name the operator's own role";
  const assume = `give that role the policy of cloud-manager iam-policy --assume ${roleArn}`;
  return `Make ${roleArn} with the policy of cloud-manager iam-policy, ${trust}, and ${assume}`;
}

/** What `look` finds; an AWS that is not reached or refuses is a finding with its own advice. */
async function identityFinding(whose: string, advice: string, look: () => Promise<Finding>): Promise<Finding> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof AwsError)) return bad('aws', `${whose}: ${messageOf(error)}`, advice);
    return bad('aws', `${whose}: ${userMessage(error)}`, adviceAfter(error) ?? advice);
  }
}

const KEY_ADVICE =
  'The access key or its secret is wrong: compare AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY with those that IAM gave out, and see the finding on the clock';

/** What the error alone is enough to advise; undefined where it depends on whose identity it is. */
function adviceAfter(error: AwsError): string | undefined {
  if (meansWrongKey(error.code)) return KEY_ADVICE;
  return isRetryable(error) ? REACH_ADVICE : undefined;
}
