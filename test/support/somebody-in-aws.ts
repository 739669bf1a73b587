/** What somebody else does in an account of AWS while an operator works there. Each gives how to take it away again. */
import {
  AcceptVpcPeeringConnectionCommand,
  AllocateAddressCommand,
  AssociateVpcCidrBlockCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateNatGatewayCommand,
  CreateRouteCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcPeeringConnectionCommand,
  DeleteInternetGatewayCommand,
  DeleteNatGatewayCommand,
  DeleteRouteCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DeleteVpcPeeringConnectionCommand,
  DescribeSubnetsCommand,
  DetachInternetGatewayCommand,
  DisassociateVpcCidrBlockCommand,
  type EC2Client,
  ReleaseAddressCommand,
} from '@aws-sdk/client-ec2';
import { demoNetwork, type DemoNetwork } from './ec2-network.ts';
import type { Environment } from './environment.ts';

export interface Made {
  readonly id: string;
  /** Resolves when AWS is done with it. */
  readonly remove: () => Promise<void>;
}

/** Long enough for whatever AWS does with a peering or a block. */
const STEP_MS = 10_000;
const GATEWAY_MS = 120_000;

export class SomebodyInAws {
  readonly #environment: () => Environment;

  constructor(environment: () => Environment) {
    this.#environment = environment;
  }

  get ec2(): EC2Client {
    return this.#environment().aws.ec2();
  }

  /** What stands there from the beginning. */
  demoNetwork(): Promise<DemoNetwork> {
    return demoNetwork(this.ec2);
  }

  /** One of the subnets that stand there from the beginning. */
  async demoSubnet(): Promise<string> {
    const { Subnets = [] } = await this.ec2.send(new DescribeSubnetsCommand({}));
    return Subnets[0]?.SubnetId ?? '';
  }

  async addVpc(CidrBlock: string, name = 'theirs'): Promise<Made> {
    const TagSpecifications = [{ ResourceType: 'vpc' as const, Tags: [{ Key: 'Name', Value: name }] }];
    const { Vpc } = await this.ec2.send(new CreateVpcCommand({ CidrBlock, TagSpecifications }));
    const VpcId = Vpc?.VpcId ?? '';
    return { id: VpcId, remove: async () => void (await this.ec2.send(new DeleteVpcCommand({ VpcId }))) };
  }

  async addSubnet(VpcId: string, CidrBlock: string): Promise<Made> {
    const { Subnet } = await this.ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock }));
    const SubnetId = Subnet?.SubnetId ?? '';
    return { id: SubnetId, remove: async () => void (await this.ec2.send(new DeleteSubnetCommand({ SubnetId }))) };
  }

  async addBlock(VpcId: string, CidrBlock: string): Promise<Made> {
    const { CidrBlockAssociation } = await this.ec2.send(new AssociateVpcCidrBlockCommand({ VpcId, CidrBlock }));
    const AssociationId = CidrBlockAssociation?.AssociationId ?? '';
    await this.#environment().advance(STEP_MS);
    const remove = async (): Promise<void> => {
      await this.ec2.send(new DisassociateVpcCidrBlockCommand({ AssociationId }));
      await this.#environment().advance(STEP_MS);
    };
    return { id: AssociationId, remove };
  }

  async addInternetGateway(VpcId: string): Promise<Made> {
    const { InternetGateway } = await this.ec2.send(new CreateInternetGatewayCommand({}));
    const InternetGatewayId = InternetGateway?.InternetGatewayId ?? '';
    await this.ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId }));
    return { id: InternetGatewayId, remove: () => this.removeInternetGateway(InternetGatewayId, VpcId) };
  }

  async removeInternetGateway(InternetGatewayId: string, VpcId: string): Promise<void> {
    await this.ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId, VpcId }));
    await this.ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId }));
  }

  /** A NAT gateway: it has a network interface in the subnet, and a public address. */
  async addNatGateway(SubnetId: string): Promise<Made> {
    const { AllocationId } = await this.ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
    const { NatGateway } = await this.ec2.send(new CreateNatGatewayCommand({ SubnetId, AllocationId }));
    const NatGatewayId = NatGateway?.NatGatewayId ?? '';
    await this.#environment().advance(GATEWAY_MS);
    const remove = async (): Promise<void> => {
      await this.ec2.send(new DeleteNatGatewayCommand({ NatGatewayId }));
      await this.#environment().advance(GATEWAY_MS);
      await this.ec2.send(new ReleaseAddressCommand({ AllocationId }));
    };
    return { id: NatGatewayId, remove };
  }

  /** A route of the demo's network, to the internet. */
  async addRoute(DestinationCidrBlock: string): Promise<Made> {
    const { mainTableId: RouteTableId, internetGatewayId: GatewayId } = await this.demoNetwork();
    await this.ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock, GatewayId }));
    const remove = async (): Promise<void> => {
      await this.ec2.send(new DeleteRouteCommand({ RouteTableId, DestinationCidrBlock }));
    };
    return { id: RouteTableId, remove };
  }

  /** A VPC that is joined with that of the demo. */
  async addPeer(cidr: string): Promise<Made> {
    const { vpcId: PeerVpcId } = await this.demoNetwork();
    const { id: VpcId, remove: removeVpc } = await this.addVpc(cidr);
    const { VpcPeeringConnection } = await this.ec2.send(new CreateVpcPeeringConnectionCommand({ VpcId, PeerVpcId }));
    const VpcPeeringConnectionId = VpcPeeringConnection?.VpcPeeringConnectionId;
    await this.#environment().advance(STEP_MS);
    await this.ec2.send(new AcceptVpcPeeringConnectionCommand({ VpcPeeringConnectionId }));
    await this.#environment().advance(STEP_MS);
    const remove = async (): Promise<void> => {
      await this.ec2.send(new DeleteVpcPeeringConnectionCommand({ VpcPeeringConnectionId }));
      await this.#environment().advance(STEP_MS);
      await removeVpc();
    };
    return { id: VpcId, remove };
  }
}
