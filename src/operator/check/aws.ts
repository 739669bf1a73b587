import { type Aws, AwsError, isRetryable, type Target, type TargetRole, userMessage } from '../../aws/index.ts';
import { meansWrongKey } from '../../aws/error-codes.ts';
import { awsServerDate } from '../../aws/server-time.ts';
import type { KubeClient } from '../../kube/index.ts';
import type { Call } from '../../util/call.ts';
import { messageOf } from '../../util/error-message.ts';
import { awsOptionsFrom, CHECKER } from '../aws-options.ts';
import type { OperatorOptions } from '../options.ts';
import { clockFinding } from './clock.ts';
import { bad, type Finding, findingOf, good } from './finding.ts';
import { findPlaces, type Place } from './places.ts';

const REACH_ADVICE = 'Look whether AWS is reachable from here: NAT gateway or VPC endpoints, NetworkPolicy, proxy';

/** Who the operator is in AWS: by itself, and in each account that objects name. */
export async function checkAws(
  options: OperatorOptions,
  aws: Aws,
  client: KubeClient,
  call: Call,
): Promise<readonly Finding[]> {
  const places = await placesOrFinding(options, client);
  const own: Target = { accountId: '', region: options.aws.region, roleArn: undefined };
  return Promise.all([
    findingOf('clock', REACH_ADVICE, () => clockOfAws(options, call)),
    ownIdentity(aws, own, call),
    ...('area' in places ? [places] : places.map((place) => identityIn(place, aws, call))),
  ]);
}

async function placesOrFinding(options: OperatorOptions, client: KubeClient): Promise<readonly Place[] | Finding> {
  try {
    return await findPlaces(client, options);
  } catch (error) {
    const message = `The objects that name accounts cannot be listed: ${messageOf(error)}`;
    return bad('aws', message, 'See the findings on permissions');
  }
}

async function clockOfAws(options: OperatorOptions, call: Call): Promise<Finding> {
  const date = await awsServerDate(awsOptionsFrom(options, CHECKER), call);
  return clockFinding('AWS', date, call.clock.now());
}

const OWN_ADVICE =
  'Give the pod credentials: a Pod Identity association, serviceAccount.roleArn (IRSA), or a Secret with a key';

function ownIdentity(aws: Aws, target: Target, call: Call): Promise<Finding> {
  return identityFinding('The operator itself', OWN_ADVICE, async () => {
    const { arn } = await aws.sts(target, call).getCallerIdentity();
    return good('aws', `The operator itself is ${arn}`);
  });
}

function identityIn(place: Place, aws: Aws, call: Call): Promise<Finding> {
  const { accountId, region, role, roleArn } = place;
  const whose = `In the account of ${place.whose} (${accountId}, ${region})`;
  return identityFinding(whose, adviceOn(place), async () => {
    const identity = await aws.sts({ accountId, region, roleArn }, call).getCallerIdentity();
    if (identity.accountId === accountId) return good('aws', `${whose} it is ${identity.arn}`);
    const message = `${whose}: the credentials are those of account ${identity.accountId}`;
    return bad('aws', message, ROLE_ADVICE[role]);
  });
}

const ROLE_ADVICE: Readonly<Record<TargetRole, string>> = {
  account: 'Set --aws-role-name to a role that is there in the account of each Scope and Subscription',
  peering: 'Set --aws-peering-role-name to a role that is there in the accounts of both VPCs',
};

const POLICIES: Readonly<Record<TargetRole, string>> = {
  account: 'cloud-manager iam-policy',
  peering: 'cloud-manager iam-policy --role peering',
};

function adviceOn({ roleArn, role }: Place): string {
  if (roleArn === undefined) return OWN_ADVICE;
  const trust = "let its trust policy name the operator's own role";
  const assume = `give that role the policy of cloud-manager iam-policy --assume ${roleArn}`;
  return `Make ${roleArn} with the policy of ${POLICIES[role]}, ${trust}, and ${assume}`;
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
