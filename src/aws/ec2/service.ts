import {
  AssociateVpcCidrBlockCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateTagsCommand,
  DeleteSecurityGroupCommand,
  DeleteSubnetCommand,
  DescribeAvailabilityZonesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  DisassociateVpcCidrBlockCommand,
  EC2Client,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import { type Operations, read, type Service, write } from '../operations.ts';
import { Ec2QueryProtocol } from '../query-protocols.ts';

export const ec2Operations = {
  AssociateVpcCidrBlock: write(AssociateVpcCidrBlockCommand, 'ec2-write'),
  AuthorizeSecurityGroupIngress: write(AuthorizeSecurityGroupIngressCommand, 'ec2-resource-intensive'),
  CreateSecurityGroup: write(CreateSecurityGroupCommand, 'ec2-write'),
  CreateSubnet: write(CreateSubnetCommand, 'ec2-write'),
  CreateTags: write(CreateTagsCommand, 'ec2-tags'),
  DeleteSecurityGroup: write(DeleteSecurityGroupCommand, 'ec2-write'),
  DeleteSubnet: write(DeleteSubnetCommand, 'ec2-write'),
  DescribeAvailabilityZones: read(DescribeAvailabilityZonesCommand, 'ec2-read'),
  DescribeNetworkInterfaces: read(DescribeNetworkInterfacesCommand, 'ec2-read'),
  DescribeSecurityGroups: read(DescribeSecurityGroupsCommand, 'ec2-read'),
  DescribeSubnets: read(DescribeSubnetsCommand, 'ec2-read'),
  DescribeVpcs: read(DescribeVpcsCommand, 'ec2-read'),
  DisassociateVpcCidrBlock: write(DisassociateVpcCidrBlockCommand, 'ec2-write'),
  RevokeSecurityGroupIngress: write(RevokeSecurityGroupIngressCommand, 'ec2-resource-intensive'),
} satisfies Operations;

export const ec2Service: Service<typeof ec2Operations> = {
  name: 'ec2',
  iamPrefix: 'ec2',
  operations: ec2Operations,
  impliedActions: [],
  createSdkClient: (config) => new EC2Client({ ...config, protocol: Ec2QueryProtocol }),
};
