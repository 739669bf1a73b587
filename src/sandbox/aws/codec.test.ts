import {
  DescribeVpcsCommand,
  DeleteVpcCommand,
  AuthorizeSecurityGroupIngressCommand,
  EC2ServiceException,
} from '@aws-sdk/client-ec2';
import type { DescribeVpcsResult } from '@aws-sdk/client-ec2';
import {
  CacheClusterNotFoundFault,
  CreateReplicationGroupCommand,
  DescribeCacheClustersCommand,
  DescribeReplicationGroupsCommand,
} from '@aws-sdk/client-elasticache';
import type { CacheClusterMessage } from '@aws-sdk/client-elasticache';
import { CreateSecretCommand, GetSecretValueCommand, ResourceNotFoundException } from '@aws-sdk/client-secrets-manager';
import type { GetSecretValueResponse } from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, it } from 'vitest';
import { startTestAws, type TestAws } from '../../../test/support/aws-simulator.ts';
import { AwsFault } from './fault.ts';
import type { Operation, ServiceDefinition, ServiceName, WireProtocol } from './service.ts';

let aws: TestAws | undefined;

afterEach(async () => aws?.stop());

interface Stub {
  readonly name: ServiceName;
  readonly protocol: WireProtocol;
  readonly apiVersion: string;
  readonly targetPrefix?: string;
}

const EC2: Stub = { name: 'ec2', protocol: 'ec2Query', apiVersion: '2016-11-15' };
const ELASTICACHE: Stub = { name: 'elasticache', protocol: 'awsQuery', apiVersion: '2015-02-02' };
const SECRETS: Stub = {
  name: 'secretsmanager',
  protocol: 'awsJson1_1',
  apiVersion: '2017-10-17',
  targetPrefix: 'secretsmanager',
};

function serviceWith(stub: Stub, operations: Record<string, Operation<never, unknown>>): ServiceDefinition {
  const bucketOf = (): { name: string; burst: number; perSecond: number } => ({
    name: 'all',
    burst: 1e6,
    perSecond: 1e6,
  });
  return { ...stub, operations, throttling: { code: 'Throttling', message: '', bucketOf }, slots: [] };
}

/** Starts a simulator whose one operation notes its input and gives `output`. */
async function echoing(stub: Stub, operation: string, output: unknown): Promise<{ aws: TestAws; inputs: unknown[] }> {
  const inputs: unknown[] = [];
  const echo: Operation<unknown, unknown> = (input) => {
    inputs.push(input);
    if (output instanceof Error) throw output;
    return output;
  };
  aws = await startTestAws({ services: [serviceWith(stub, { [operation]: echo })] });
  return { aws, inputs };
}

/** Answers of the SDK without what it adds. */
function withoutMetadata(answer: { readonly $metadata: unknown }): object {
  return Object.fromEntries(Object.entries(answer).filter(([name]) => name !== '$metadata'));
}

const NASTY = 'Zürich <&> "quoted" \'single\' +%20 a=b&c=d\nnext\ttab \u{1F600}';

describe('ec2Query', () => {
  it('reads filters, ids and numbers', async () => {
    const { aws, inputs } = await echoing(EC2, 'DescribeVpcs', {});
    const input = {
      Filters: [
        { Name: 'tag:Name', Values: [NASTY, 'two'] },
        { Name: 'state', Values: ['available'] },
      ],
      VpcIds: ['vpc-1'],
      MaxResults: 7,
      DryRun: false,
    };
    await aws.ec2().send(new DescribeVpcsCommand(input));
    expect(inputs).toEqual([input]);
  });

  it('reads lists within lists', async () => {
    const { aws, inputs } = await echoing(EC2, 'AuthorizeSecurityGroupIngress', {});
    const ranges = [{ CidrIp: '10.0.0.0/8', Description: 'a' }, { CidrIp: '10.1.0.0/16' }];
    const input = {
      GroupId: 'sg-1',
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: 6379, ToPort: 6379, IpRanges: ranges }],
      TagSpecifications: [{ ResourceType: 'security-group-rule' as const, Tags: [{ Key: 'k', Value: NASTY }] }],
    };
    await aws.ec2().send(new AuthorizeSecurityGroupIngressCommand(input));
    expect(inputs).toEqual([input]);
  });

  it('reads more than nine items in their order', async () => {
    const { aws, inputs } = await echoing(EC2, 'DescribeVpcs', {});
    const VpcIds = Array.from({ length: 12 }, (_, index) => `vpc-${index}`);
    await aws.ec2().send(new DescribeVpcsCommand({ VpcIds }));
    expect(inputs).toEqual([{ VpcIds }]);
  });

  it('writes nested lists, booleans, empty lists and awkward text', async () => {
    const output: DescribeVpcsResult = {
      NextToken: 'more',
      Vpcs: [
        {
          VpcId: 'vpc-1',
          IsDefault: false,
          CidrBlockAssociationSet: [
            { CidrBlock: '10.0.0.0/16', AssociationId: 'a-1', CidrBlockState: { State: 'associated' } },
          ],
          Tags: [{ Key: 'Name', Value: NASTY }],
        },
        { VpcId: 'vpc-2', Tags: [] },
      ],
    };
    const { aws } = await echoing(EC2, 'DescribeVpcs', output);
    expect(withoutMetadata(await aws.ec2().send(new DescribeVpcsCommand({})))).toEqual(output);
  });

  it('answers an operation without a result', async () => {
    const { aws } = await echoing(EC2, 'DeleteVpc', undefined);
    const answer = await aws.ec2().send(new DeleteVpcCommand({ VpcId: 'vpc-1' }));
    expect(answer.$metadata).toMatchObject({ httpStatusCode: 200 });
    expect(answer.$metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('writes a fault with its code, message and status', async () => {
    const { aws } = await echoing(EC2, 'DescribeVpcs', new AwsFault('InvalidVpcID.NotFound', `The vpc ID '<1>' &`));
    const error: unknown = await aws
      .ec2()
      .send(new DescribeVpcsCommand({}))
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EC2ServiceException);
    expect(error).toMatchObject({ name: 'InvalidVpcID.NotFound', message: "The vpc ID '<1>' &" });
    expect(error).toMatchObject({ $metadata: { httpStatusCode: 400 } });
  });

  it('refuses a malformed and a missing parameter before the operation sees them', async () => {
    const { aws, inputs } = await echoing(EC2, 'DeleteVpc', {});
    const sent = aws.ec2().send(new DeleteVpcCommand({ VpcId: undefined }));
    await expect(sent).rejects.toMatchObject({ name: 'MissingParameter' });
    expect(inputs).toEqual([]);
  });
});

describe('awsQuery', () => {
  it('reads the nested lists of a replication group, and empty ones', async () => {
    const { aws, inputs } = await echoing(ELASTICACHE, 'CreateReplicationGroup', {});
    const input = {
      ReplicationGroupId: 'group',
      ReplicationGroupDescription: NASTY,
      NodeGroupConfiguration: [
        { NodeGroupId: '0001', ReplicaAvailabilityZones: ['a', 'b'], ReplicaCount: 2 },
        { NodeGroupId: '0002', ReplicaAvailabilityZones: [] },
      ],
      SecurityGroupIds: ['sg-1', 'sg-2'],
      Tags: [{ Key: 'k', Value: 'v' }],
      UserGroupIds: [],
      TransitEncryptionEnabled: true,
      Port: 6379,
    };
    await aws.elastiCache().send(new CreateReplicationGroupCommand(input));
    expect(inputs).toEqual([input]);
  });

  it('writes times, numbers and lists with their own item names', async () => {
    const output: CacheClusterMessage = {
      Marker: 'next',
      CacheClusters: [
        {
          CacheClusterId: 'group-001',
          CacheClusterCreateTime: new Date('2026-01-02T03:04:05.678Z'),
          NumCacheNodes: 1,
          AutoMinorVersionUpgrade: false,
          CacheNodes: [{ CacheNodeId: '0001', Endpoint: { Address: 'host', Port: 6379 } }],
          SecurityGroups: [{ SecurityGroupId: 'sg-1', Status: 'active' }],
        },
      ],
    };
    const { aws } = await echoing(ELASTICACHE, 'DescribeCacheClusters', output);
    expect(withoutMetadata(await aws.elastiCache().send(new DescribeCacheClustersCommand({})))).toEqual(output);
  });

  it("takes a fault's status from the model when the fault has none", async () => {
    const { aws } = await echoing(ELASTICACHE, 'DescribeCacheClusters', new AwsFault('CacheClusterNotFound', 'gone'));
    const sent = aws.elastiCache().send(new DescribeCacheClustersCommand({ CacheClusterId: 'x' }));
    const error: unknown = await sent.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CacheClusterNotFoundFault);
    expect(error).toMatchObject({ message: 'gone', $metadata: { httpStatusCode: 404 } });
  });

  it('turns what an operation throws by mistake into InternalFailure and says nothing of its cause', async () => {
    const { aws } = await echoing(ELASTICACHE, 'DescribeReplicationGroups', new Error('a secret of the simulator'));
    const error: unknown = await aws
      .elastiCache()
      .send(new DescribeReplicationGroupsCommand({}))
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'InternalFailure', $metadata: { httpStatusCode: 500 } });
    expect(String(error)).not.toContain('a secret of the simulator');
  });

  it('refuses a missing member in the words of the service', async () => {
    const { aws, inputs } = await echoing(ELASTICACHE, 'CreateReplicationGroup', {});
    const input = { ReplicationGroupDescription: 'd', ReplicationGroupId: undefined };
    const sent = aws.elastiCache().send(new CreateReplicationGroupCommand(input));
    await expect(sent).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: expect.stringContaining('ReplicationGroupId') as string,
    });
    expect(inputs).toEqual([]);
  });
});

describe('awsJson1_1', () => {
  it('reads bytes, lists and text', async () => {
    const { aws, inputs } = await echoing(SECRETS, 'CreateSecret', {});
    const input = {
      Name: 'n',
      ClientRequestToken: '0123456789012345678901234567890123456789',
      SecretBinary: new Uint8Array([0, 255, 1]),
      Description: NASTY,
      Tags: [{ Key: 'k', Value: 'v' }],
    };
    await aws.secretsManager().send(new CreateSecretCommand(input));
    expect(inputs).toEqual([input]);
  });

  it('writes bytes, times and lists', async () => {
    const output: GetSecretValueResponse = {
      Name: NASTY,
      SecretBinary: new Uint8Array([9, 8, 7]),
      CreatedDate: new Date('2026-01-02T03:04:05.678Z'),
      VersionStages: ['AWSCURRENT'],
    };
    const { aws } = await echoing(SECRETS, 'GetSecretValue', output);
    const answer = await aws.secretsManager().send(new GetSecretValueCommand({ SecretId: 'n' }));
    expect(withoutMetadata(answer)).toEqual(output);
  });

  it('writes a fault as the class that the SDK knows', async () => {
    const { aws } = await echoing(SECRETS, 'GetSecretValue', new AwsFault('ResourceNotFoundException', 'not there'));
    const sent = aws.secretsManager().send(new GetSecretValueCommand({ SecretId: 'n' }));
    const error: unknown = await sent.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ResourceNotFoundException);
    expect(error).toMatchObject({ message: 'not there', $metadata: { httpStatusCode: 400 } });
  });

  it('refuses a missing member and a value of the wrong type', async () => {
    const { aws } = await echoing(SECRETS, 'GetSecretValue', {});
    const client = aws.secretsManager();
    const missing = client.send(new GetSecretValueCommand({ SecretId: undefined }));
    await expect(missing).rejects.toMatchObject({ name: 'ValidationException' });
    // Against its type, as a client in a language without types would send it.
    const wrong = client.send(new GetSecretValueCommand({ SecretId: 5 as unknown as string }));
    await expect(wrong).rejects.toMatchObject({
      name: 'SerializationException',
      message: 'SecretId must be a string.',
    });
  });
});

it('refuses to start a service with an operation that AWS does not have', async () => {
  const service = serviceWith(EC2, { CreateMoon: () => ({}) });
  await expect(startTestAws({ services: [service] })).rejects.toThrow('ec2 has no operation CreateMoon');
});
