import {
  DescribeDhcpOptionsCommand,
  DescribeInternetGatewaysCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  type EC2Client,
  type Tag,
} from '@aws-sdk/client-ec2';

/** A network as AWS has it, in short. */
export interface VpcParts {
  readonly vpcs: readonly string[];
  /** Of the VPCs, as `10.20.0.0/16`; those that take up addresses. */
  readonly blocks: readonly string[];
  readonly gateways: readonly string[];
  /** VPCs that the gateways are attached to. */
  readonly attachedTo: readonly string[];
  readonly dhcpOptions: readonly string[];
  /** DHCP options that the VPCs have. */
  readonly usedDhcpOptions: readonly string[];
  readonly groups: readonly string[];
}

const PRESENT: readonly unknown[] = ['associating', 'associated', 'disassociating'];

/** All there is in the account and region, by its ids; with `name` what has that Name tag. */
export async function vpcPartsIn(ec2: EC2Client, name?: string): Promise<VpcParts> {
  const isMeant = ({ Tags = [] }: { readonly Tags?: readonly Tag[] | undefined }): boolean =>
    name === undefined || Tags.some(({ Key, Value }) => Key === 'Name' && Value === name);
  const vpcs = ((await ec2.send(new DescribeVpcsCommand({}))).Vpcs ?? []).filter(isMeant);
  const gateways = (await ec2.send(new DescribeInternetGatewaysCommand({}))).InternetGateways ?? [];
  const options = (await ec2.send(new DescribeDhcpOptionsCommand({}))).DhcpOptions ?? [];
  const groups = (await ec2.send(new DescribeSecurityGroupsCommand({}))).SecurityGroups ?? [];
  const meant = gateways.filter(isMeant);
  return {
    vpcs: ids(vpcs.map(({ VpcId }) => VpcId)),
    blocks: ids(
      vpcs
        .flatMap(({ CidrBlockAssociationSet = [] }) => CidrBlockAssociationSet)
        .filter(({ CidrBlockState }) => PRESENT.includes(CidrBlockState?.State))
        .map(({ CidrBlock }) => CidrBlock),
    ),
    gateways: ids(meant.map(({ InternetGatewayId }) => InternetGatewayId)),
    attachedTo: ids(meant.flatMap(({ Attachments = [] }) => Attachments.map(({ VpcId }) => VpcId))),
    dhcpOptions: ids(options.filter(isMeant).map(({ DhcpOptionsId }) => DhcpOptionsId)),
    usedDhcpOptions: ids(vpcs.map(({ DhcpOptionsId }) => DhcpOptionsId)),
    groups: ids(groups.filter(isMeant).map(({ GroupId }) => GroupId)),
  };
}

/** All subnets of the account and region, as `10.20.1.0/24 eu-central-1a`. */
export async function subnetsIn(ec2: EC2Client): Promise<readonly string[]> {
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}));
  return Subnets.map(({ CidrBlock = '', AvailabilityZone = '' }) => `${CidrBlock} ${AvailabilityZone}`).sort();
}

/** What may not change in the account and region from test to test, where tests make subnets. */
export async function networkPartsOf({ aws }: { readonly aws: { ec2(): EC2Client } }): Promise<unknown> {
  return [await vpcPartsIn(aws.ec2()), await subnetsIn(aws.ec2())];
}

export async function isDnsOn(ec2: EC2Client, vpcId: string): Promise<boolean> {
  const ask = (Attribute: 'enableDnsSupport' | 'enableDnsHostnames') =>
    ec2.send(new DescribeVpcAttributeCommand({ VpcId: vpcId, Attribute }));
  const { EnableDnsSupport: support } = await ask('enableDnsSupport');
  const { EnableDnsHostnames: hostnames } = await ask('enableDnsHostnames');
  return support?.Value === true && hostnames?.Value === true;
}

function ids(values: readonly (string | undefined)[]): string[] {
  return values.flatMap((value) => value ?? []).sort();
}
