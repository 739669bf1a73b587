import {
  AcceptVpcPeeringConnectionCommand,
  AssociateDhcpOptionsCommand,
  AssociateVpcCidrBlockCommand,
  AttachInternetGatewayCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateDhcpOptionsCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  CreateVpcPeeringConnectionCommand,
  DeleteDhcpOptionsCommand,
  DeleteInternetGatewayCommand,
  DeleteRouteCommand,
  DeleteSecurityGroupCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DeleteVpcPeeringConnectionCommand,
  DescribeAvailabilityZonesCommand,
  DescribeDhcpOptionsCommand,
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcPeeringConnectionsCommand,
  DescribeVpcsCommand,
  DetachInternetGatewayCommand,
  DisassociateVpcCidrBlockCommand,
  EC2Client,
  ModifyVpcAttributeCommand,
  ModifyVpcPeeringConnectionOptionsCommand,
  ReplaceRouteCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import { type Operations, read, type Service, write } from '../operations.ts';
import { Ec2QueryProtocol } from '../query-protocols.ts';

/** What the role of an account has to permit. */
export const ec2Operations = {
  AssociateDhcpOptions: write(AssociateDhcpOptionsCommand, 'ec2-write'),
  AssociateVpcCidrBlock: write(AssociateVpcCidrBlockCommand, 'ec2-write'),
  AttachInternetGateway: write(AttachInternetGatewayCommand, 'ec2-write'),
  AuthorizeSecurityGroupIngress: write(AuthorizeSecurityGroupIngressCommand, 'ec2-resource-intensive'),
  CreateDhcpOptions: write(CreateDhcpOptionsCommand, 'ec2-write'),
  CreateInternetGateway: write(CreateInternetGatewayCommand, 'ec2-write'),
  CreateSecurityGroup: write(CreateSecurityGroupCommand, 'ec2-write'),
  CreateSubnet: write(CreateSubnetCommand, 'ec2-write'),
  CreateTags: write(CreateTagsCommand, 'ec2-tags'),
  CreateVpc: write(CreateVpcCommand, 'ec2-write'),
  DeleteDhcpOptions: write(DeleteDhcpOptionsCommand, 'ec2-write'),
  DeleteInternetGateway: write(DeleteInternetGatewayCommand, 'ec2-write'),
  DeleteSecurityGroup: write(DeleteSecurityGroupCommand, 'ec2-write'),
  DeleteSubnet: write(DeleteSubnetCommand, 'ec2-write'),
  DeleteVpc: write(DeleteVpcCommand, 'ec2-write'),
  DescribeAvailabilityZones: read(DescribeAvailabilityZonesCommand, 'ec2-read'),
  DescribeDhcpOptions: read(DescribeDhcpOptionsCommand, 'ec2-read'),
  DescribeInternetGateways: read(DescribeInternetGatewaysCommand, 'ec2-read'),
  DescribeNatGateways: read(DescribeNatGatewaysCommand, 'ec2-read'),
  DescribeNetworkInterfaces: read(DescribeNetworkInterfacesCommand, 'ec2-read'),
  DescribeRouteTables: read(DescribeRouteTablesCommand, 'ec2-read'),
  DescribeSecurityGroups: read(DescribeSecurityGroupsCommand, 'ec2-read'),
  DescribeSubnets: read(DescribeSubnetsCommand, 'ec2-read'),
  DescribeVpcAttribute: read(DescribeVpcAttributeCommand, 'ec2-read'),
  DescribeVpcPeeringConnections: read(DescribeVpcPeeringConnectionsCommand, 'ec2-read'),
  DescribeVpcs: read(DescribeVpcsCommand, 'ec2-read'),
  DetachInternetGateway: write(DetachInternetGatewayCommand, 'ec2-write'),
  DisassociateVpcCidrBlock: write(DisassociateVpcCidrBlockCommand, 'ec2-write'),
  ModifyVpcAttribute: write(ModifyVpcAttributeCommand, 'ec2-write'),
  RevokeSecurityGroupIngress: write(RevokeSecurityGroupIngressCommand, 'ec2-resource-intensive'),
} satisfies Operations;

/** What the role that peers VPCs has to permit, in the accounts of both. */
export const peeringOperations = {
  AcceptVpcPeeringConnection: write(AcceptVpcPeeringConnectionCommand, 'ec2-resource-intensive'),
  CreateRoute: write(CreateRouteCommand, 'ec2-write'),
  CreateTags: write(CreateTagsCommand, 'ec2-tags'),
  CreateVpcPeeringConnection: write(CreateVpcPeeringConnectionCommand, 'ec2-resource-intensive'),
  DeleteRoute: write(DeleteRouteCommand, 'ec2-write'),
  DeleteVpcPeeringConnection: write(DeleteVpcPeeringConnectionCommand, 'ec2-resource-intensive'),
  DescribeRouteTables: read(DescribeRouteTablesCommand, 'ec2-read'),
  DescribeVpcPeeringConnections: read(DescribeVpcPeeringConnectionsCommand, 'ec2-read'),
  DescribeVpcs: read(DescribeVpcsCommand, 'ec2-read'),
  ModifyVpcPeeringConnectionOptions: write(ModifyVpcPeeringConnectionOptionsCommand, 'ec2-write'),
  ReplaceRoute: write(ReplaceRouteCommand, 'ec2-write'),
} satisfies Operations;

/** EC2 with some of its operations. */
function ec2With<Ops extends Operations>(operations: Ops): Service<Ops> {
  return {
    name: 'ec2',
    iamPrefix: 'ec2',
    operations,
    impliedActions: [],
    createSdkClient: (config) => new EC2Client({ ...config, protocol: Ec2QueryProtocol }),
  };
}

export const ec2Service = ec2With(ec2Operations);
export const peeringService = ec2With(peeringOperations);
