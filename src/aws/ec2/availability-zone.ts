/** A zone of the region, as this account sees it. */
export interface AvailabilityZone {
  /** As `eu-central-1a`; which physical zone that is differs between accounts. */
  readonly name: string;
  /** As `euc1-az2`; the same in all accounts. */
  readonly id: string;
  /** `available`, `impaired`, `unavailable`, `constrained`... */
  readonly state: string;
}

export interface AvailabilityZoneOperations {
  /** Lists the region's availability zones (no local or wavelength zones), in the order of their names. */
  describeAvailabilityZones(): Promise<readonly AvailabilityZone[]>;
}
