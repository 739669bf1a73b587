import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  DeleteVpcCommand,
  DescribeVpcsCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import { CreateSecretCommand, DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterEach, describe, expect, it } from 'vitest';
import { startTestAws, type TestAws, type TestCredentials } from '../../../test/support/aws-simulator.ts';
import type { ActionRule } from './world-options-schema.ts';

const ACCOUNT = '222222222222';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/Guest`;
const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/Guest/test`;

let aws: TestAws;

interface Rules {
  readonly deniedActions?: ActionRule[];
  readonly allowedActions?: ActionRule[];
}

/** A role of a second account that the first one's base key may assume. */
async function start(rules: Rules): Promise<{ ec2: EC2Client; credentials: TestCredentials }> {
  const role = { name: 'Guest', trusts: [{ principal: 'arn:aws:iam::123456789012:root' }], ...rules };
  const guest = { id: ACCOUNT, roles: [role], defaultVpc: false };
  aws = await startTestAws({ world: { accounts: [{ id: '123456789012' }, guest] } });
  const { Credentials } = await aws.sts().send(new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: 'test' }));
  const credentials = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
  return { ec2: aws.ec2({ credentials }), credentials };
}

afterEach(async () => aws.stop());

async function createVpc(ec2: EC2Client, CidrBlock: string, tags: Readonly<Record<string, string>> = {}) {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const TagSpecifications = [{ ResourceType: 'vpc' as const, Tags }];
  return (await ec2.send(new CreateVpcCommand({ CidrBlock, TagSpecifications }))).Vpc?.VpcId ?? '';
}

const refusal = (action: string, why: string, resource = '') => ({
  name: 'UnauthorizedOperation',
  message: `You are not authorized to perform this operation. User: ${SESSION} is not authorized to perform: ${action}${resource && ` on resource: arn:aws:ec2:eu-central-1:${ACCOUNT}:${resource}`} ${why}`,
  $metadata: expect.objectContaining({ httpStatusCode: 403 }),
});
const DENIED = 'with an explicit deny in an identity-based policy';
const notAllowed = (action: string) => `because no identity-based policy allows the ${action} action`;

describe('a role without rules', () => {
  it('may do everything in its account', async () => {
    const { ec2 } = await start({});
    await createVpc(ec2, '10.1.0.0/16');
    expect((await ec2.send(new DescribeVpcsCommand({}))).Vpcs).toHaveLength(1);
  });
});

describe('what is denied', () => {
  const deleteVpc = (ec2: EC2Client, VpcId: string) => ec2.send(new DeleteVpcCommand({ VpcId }));

  it('to all resources is refused, even when it is allowed', async () => {
    const { ec2 } = await start({ allowedActions: ['*'], deniedActions: ['ec2:CreateVpc'] });
    await expect(createVpc(ec2, '10.1.0.0/16')).rejects.toMatchObject(refusal('ec2:CreateVpc', DENIED));
  });

  it.each([
    ['by the value of a tag', { key: 'stage', value: 'live' }],
    ['by a tag of any value', { key: 'stage' }],
  ])('%s is refused for what has it', async (_how, resourceTag) => {
    const { ec2 } = await start({ deniedActions: [{ actions: ['ec2:Delete*'], resourceTag }] });
    const id = await createVpc(ec2, '10.1.0.0/16', { stage: 'live' });
    await expect(deleteVpc(ec2, id)).rejects.toMatchObject(refusal('ec2:DeleteVpc', DENIED, `vpc/${id}`));
    await deleteVpc(ec2, await createVpc(ec2, '10.2.0.0/16', { Name: 'live' }));
    await ec2.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'other', Value: 'x' }] }));
  });

  it('by another value of a tag is allowed', async () => {
    const resourceTag = { key: 'stage', value: 'live' };
    const { ec2 } = await start({ deniedActions: [{ actions: ['ec2:*'], resourceTag }] });
    const id = await createVpc(ec2, '10.1.0.0/16', { stage: 'test' });
    expect(await deleteVpc(ec2, id)).toMatchObject({ $metadata: { httpStatusCode: 200 } });
  });

  it('by id or ARN is refused for that one, from the moment that it is denied', async () => {
    const { ec2 } = await start({});
    const [byId, byArn, free] = [
      await createVpc(ec2, '10.1.0.0/16'),
      await createVpc(ec2, '10.2.0.0/16'),
      await createVpc(ec2, '10.3.0.0/16'),
    ];
    const deniedActions = [byId, `arn:aws:ec2:*:*:vpc/${byArn}`].map((resource) => ({ actions: ['ec2:*'], resource }));
    aws.world.changeRules({ deniedActions: { [ROLE]: deniedActions } });
    for (const id of [byId, byArn]) {
      await expect(deleteVpc(ec2, id)).rejects.toMatchObject(refusal('ec2:DeleteVpc', DENIED, `vpc/${id}`));
    }
    await deleteVpc(ec2, free);
    aws.world.changeRules({ deniedActions: { [ROLE]: [] } });
    await deleteVpc(ec2, byId);
  });

  it('of a resource does not hide it: descriptions know no resources', async () => {
    const { ec2 } = await start({ deniedActions: [{ actions: ['ec2:*'], resource: 'vpc-*' }] });
    const id = await createVpc(ec2, '10.1.0.0/16');
    expect((await ec2.send(new DescribeVpcsCommand({ VpcIds: [id] }))).Vpcs).toHaveLength(1);
  });

  it('holds in other services in their own words', async () => {
    const { credentials } = await start({
      deniedActions: [{ actions: ['secretsmanager:DescribeSecret'], resourceTag: { key: 'secret' } }],
    });
    const secrets = aws.secretsManager({ credentials });
    const { ARN } = await secrets.send(new CreateSecretCommand({ Name: 's', Tags: [{ Key: 'secret', Value: '' }] }));
    await expect(secrets.send(new DescribeSecretCommand({ SecretId: ARN ?? '' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: `User: ${SESSION} is not authorized to perform: secretsmanager:DescribeSecret on resource: ${ARN} ${DENIED}`,
    });
  });
});

describe('a list of what is allowed', () => {
  it('leaves nothing else, but who one is', async () => {
    const { ec2, credentials } = await start({ allowedActions: ['ec2:Describe*'] });
    await ec2.send(new DescribeVpcsCommand({}));
    await expect(createVpc(ec2, '10.1.0.0/16')).rejects.toMatchObject(
      refusal('ec2:CreateVpc', notAllowed('ec2:CreateVpc')),
    );
    expect(await aws.sts({ credentials }).send(new GetCallerIdentityCommand({}))).toMatchObject({ Arn: SESSION });
  });

  it('may be for all resources by a star, also where a call is about none', async () => {
    const { ec2 } = await start({
      allowedActions: [{ actions: ['ec2:CreateVpc', 'ec2:DescribeVpcs'], resource: '*' }],
    });
    await createVpc(ec2, '10.1.0.0/16');
    expect((await ec2.send(new DescribeVpcsCommand({}))).Vpcs).toHaveLength(1);
  });

  it('may name the roles that are taken on', async () => {
    const allowedActions = [{ actions: ['sts:AssumeRole'], resource: ROLE }];
    const { credentials } = await start({ allowedActions });
    const assume = (RoleArn: string) =>
      aws.sts({ credentials }).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' }));
    const other = `${ROLE}-other`;
    await expect(assume(other)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: `User: ${SESSION} is not authorized to perform: sts:AssumeRole on resource: ${other} ${notAllowed('sts:AssumeRole')}`,
    });
    await expect(assume(ROLE)).rejects.toMatchObject({ message: expect.not.stringContaining('identity-based') });
  });

  it('may be for resources with a tag alone', async () => {
    const { ec2 } = await start({
      allowedActions: ['ec2:Create*', { actions: ['ec2:Authorize*'], resourceTag: { key: 'open' } }],
    });
    const VpcId = await createVpc(ec2, '10.1.0.0/16');
    const createGroup = async (GroupName: string): Promise<string> => {
      const { GroupId = '' } = await ec2.send(
        new CreateSecurityGroupCommand({ VpcId, GroupName, Description: GroupName }),
      );
      return GroupId;
    };
    const open = (GroupId: string) =>
      ec2.send(
        new AuthorizeSecurityGroupIngressCommand({
          GroupId,
          IpProtocol: 'tcp',
          FromPort: 1,
          ToPort: 1,
          CidrIp: '0.0.0.0/0',
        }),
      );
    const [one, other] = [await createGroup('one'), await createGroup('other')];
    await ec2.send(new CreateTagsCommand({ Resources: [one], Tags: [{ Key: 'open', Value: '' }] }));
    await open(one);
    const action = 'ec2:AuthorizeSecurityGroupIngress';
    await expect(open(other)).rejects.toMatchObject(refusal(action, notAllowed(action), `security-group/${other}`));
  });
});
