import type { Tags } from '../tags.ts';

/** What a route leads to; `gateway` is AWS's word for the VPC itself (`local`), internet, private and endpoint gateways. */
export interface RouteTarget {
  readonly kind:
    | 'vpc-peering-connection'
    | 'gateway'
    | 'nat-gateway'
    | 'transit-gateway'
    | 'network-interface'
    | 'egress-only-internet-gateway'
    | 'local-gateway'
    | 'carrier-gateway'
    | 'core-network';
  /** As `pcx-…`, `igw-…`, `local`; of a core network the ARN. */
  readonly id: string;
}

/** A route of a table. In a table a destination has one route at most that somebody wrote. */
export interface Route {
  /** As AWS writes it: a CIDR, or the id of a prefix list. */
  readonly destination: string;
  readonly destinationKind: 'cidr' | 'cidr-ipv6' | 'prefix-list';
  /** Undefined for a target of a kind that is not known here. */
  readonly target: RouteTarget | undefined;
  /** `blackhole`: what it leads to is gone, or does not take anything. Others are passed on as text. */
  readonly state: 'active' | 'blackhole' | (string & {});
  /** Who made it: the table itself, somebody, or a private gateway. Others are passed on as text. */
  readonly origin: 'CreateRouteTable' | 'CreateRoute' | 'EnableVgwRoutePropagation' | (string & {});
}

/** A route table with its routes. */
export interface RouteTable {
  readonly id: string;
  readonly vpcId: string;
  /** For all subnets that have no table of their own. */
  readonly isMain: boolean;
  /** Subnets that it was given to; those that have it as the main one are not among them. */
  readonly subnetIds: readonly string[];
  readonly routes: readonly Route[];
  readonly ownerId: string | undefined;
  readonly tags: Tags;
}

/** What a route can be made to lead to. */
export interface NewRouteTarget {
  readonly kind: 'vpc-peering-connection';
  readonly id: string;
}

/** What finds route tables and changes nothing. */
export interface RouteTableReadOperations {
  /** Lists the route tables of a VPC, batched; empty also when the VPC is absent. */
  describeRouteTables(vpcId: string): Promise<readonly RouteTable[]>;
}

export interface RouteTableOperations extends RouteTableReadOperations {
  /**
   * Adds a route to an IPv4 CIDR. Into a peering that waits for acceptance it is a blackhole, until that is active.
   *
   * *Throws* kind `already-exists` when the table has a route to it (the very same AWS may take again), `limit` when the
   * table is full, `invalid-input` when AWS does not let this table have it (`RouteNotSupported`, or the peering is not one
   * of its VPC's), `not-found` when the peering is absent, and `NotFoundError` when the table is.
   */
  createRoute(routeTableId: string, destination: string, target: NewRouteTarget): Promise<void>;
  /**
   * Leads a route elsewhere, without a gap. *Throws* kind `invalid-input` (`InvalidParameterValue`) when there is none to the
   * destination, otherwise as `createRoute`.
   */
  replaceRoute(routeTableId: string, destination: string, target: NewRouteTarget): Promise<void>;
  /** *Throws* kind `not-found` when there is no route to the IPv4 CIDR, `NotFoundError` when the table is absent. */
  deleteRoute(routeTableId: string, destination: string): Promise<void>;
}
