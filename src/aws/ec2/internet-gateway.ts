import type { Tags } from '../tags.ts';

/** Where an internet gateway is; AWS allows one VPC. */
export interface InternetGatewayAttachment {
  readonly vpcId: string;
  /** `attaching`, `attached`, `detaching`, `detached`; of an internet gateway AWS says `available` when it is attached. */
  readonly state: string;
}

/** The way of a VPC to the internet. */
export interface InternetGateway {
  readonly id: string;
  readonly attachments: readonly InternetGatewayAttachment[];
  readonly ownerId: string | undefined;
  readonly tags: Tags;
}

/** An internet gateway to be made; it is attached to nothing. */
export interface CreateInternetGatewayRequest {
  readonly tags: Tags;
}

export interface InternetGatewayOperations {
  /** Describes one gateway; batched. *Throws* `NotFoundError` when it is absent. */
  describeInternetGateway(id: string): Promise<InternetGateway>;
  /** Finds gateways that have all of the tags, with these values exactly; batched. *Throws* when there are no tags to find by. */
  findInternetGatewaysByTags(tags: Tags): Promise<readonly InternetGateway[]>;
  /** Lists the gateways at a VPC; batched. Empty also when the VPC is absent. */
  describeInternetGatewaysOf(vpcId: string): Promise<readonly InternetGateway[]>;
  createInternetGateway(request: CreateInternetGatewayRequest): Promise<InternetGateway>;
  /**
   * *Throws* kind `already-exists` (`Resource.AlreadyAssociated`) when it is attached already, be it to this VPC,
   * kind `invalid-input` (`InvalidParameterValue`) when the VPC has another, `NotFoundError` when the gateway is absent.
   */
  attachInternetGateway(id: string, vpcId: string): Promise<void>;
  /**
   * *Throws* kind `in-use` while the VPC has mapped public addresses, kind `not-found` (`Gateway.NotAttached`) when it is
   * not attached there, `NotFoundError` when the gateway is absent.
   */
  detachInternetGateway(id: string, vpcId: string): Promise<void>;
  /** *Throws* `NotFoundError` when absent, kind `in-use` while it is attached. */
  deleteInternetGateway(id: string): Promise<void>;
}
