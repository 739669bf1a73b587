import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { ipRangeKind } from '../../src/api/cloud-control/v1beta1/ip-range.ts';
import { ENGINE_VERSIONS } from '../../src/api/cloud-control/v1beta1/redis.ts';
import { redisClusterKind } from '../../src/api/cloud-control/v1beta1/redis-cluster.ts';
import { vpcNetworkKind } from '../../src/api/cloud-control/v1beta1/vpc-network.ts';
import { crdFrom } from '../../src/api/crd.ts';
import type { CustomKind } from '../../src/api/kind.ts';
import { brokenRules } from '../../src/sandbox/kube-api/schema/rules.ts';
import type { Schema } from '../../src/sandbox/kube-api/schema/schema.ts';
import {
  aRedisClusterManifest,
  anIpRangeManifest,
  aVpcNetworkManifest,
  changed,
  type Manifest,
} from '../support/manifests.ts';

/** The rules of a kind, asked of a manifest without a server around them. */
function rulesOf(kind: CustomKind): (manifest: Manifest, former?: Manifest) => readonly string[] {
  // Both say the same of a structural schema: one as its author, the other as its reader.
  const schema = crdFrom(kind).spec.versions[0]?.schema.openAPIV3Schema as Schema;
  type Value = Parameters<typeof brokenRules>[0];
  return (manifest, former) => {
    return brokenRules(manifest as unknown as Value, schema, former as unknown as Value).map(({ message }) => message);
  };
}

const octet = fc.integer({ min: 0, max: 255 });
const address = fc.tuple(octet, octet, octet, octet).map((octets) => octets.join('.'));
/** Half of them begin at the first address of their network, as few random ones would. */
const network = fc.tuple(address, fc.integer({ min: 8, max: 32 }), fc.boolean()).map(([text, bits, aligned]) => {
  const cidr = `${text}/${bits}`;
  return aligned ? `${ipaddr.IPv4.networkAddressFromCIDR(cidr).toString()}/${bits}` : cidr;
});
const privateNetwork = fc
  .tuple(fc.constantFrom('10.0.0.0', '172.16.0.0', '192.168.0.0', '100.64.0.0', '172.31.255.0', '100.127.0.0'), octet)
  .map(([text, bits]) => `${text}/${bits % 33}`);
const nonsense = fc.oneof(
  fc.string({ maxLength: 18 }),
  fc.ipV6(),
  address,
  network.map((text) => `0${text}`),
);

const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'].map((range) =>
  ipaddr.IPv4.parseCIDR(range),
);

const IPV4_CIDR = /^(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){3}\/(0|[1-9]\d?)$/;

/** What a block of a VPC may be as people write it, said in TypeScript and without CEL. */
function isWrittenVpcBlock(text: string): boolean {
  if (!IPV4_CIDR.test(text) || !ipaddr.IPv4.isValidCIDR(text)) return false;
  const [, bits] = ipaddr.IPv4.parseCIDR(text);
  return bits >= 16 && bits <= 28;
}

/** What a block of a VPC may be that is added for an IpRange. */
function isPrivateVpcBlock(text: string): boolean {
  if (!isWrittenVpcBlock(text)) return false;
  const [first, bits] = ipaddr.IPv4.parseCIDR(text);
  const isAligned = ipaddr.IPv4.networkAddressFromCIDR(text).toString() === first.toString();
  const isPrivate = PRIVATE.some(([range, rangeBits]) => bits >= rangeBits && first.match(range, rangeBits));
  return isAligned && isPrivate;
}

describe('the rules on a CIDR', () => {
  it.each([
    {
      what: 'the private blocks that a VPC may have for an IpRange',
      rules: rulesOf(ipRangeKind),
      withCidr: (cidr: string) => changed(anIpRangeManifest(), 'spec.cidr', cidr),
      isTaken: isPrivateVpcBlock,
    },
    {
      what: 'the blocks that a VPC may have, with host bits, for a VpcNetwork',
      rules: rulesOf(vpcNetworkKind),
      withCidr: (cidr: string) => changed(aVpcNetworkManifest(), 'spec.cidrBlocks', ['10.20.0.0/16', cidr]),
      isTaken: isWrittenVpcBlock,
    },
  ])('take exactly $what', ({ rules, withCidr, isTaken }) => {
    fc.assert(
      fc.property(fc.oneof(network, privateNetwork, nonsense), (cidr) => {
        expect(rules(withCidr(cidr)).length === 0).toBe(isTaken(cidr));
      }),
      { numRuns: 500 },
    );
  });
});

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const MINUTES_A_WEEK = 7 * 24 * 60;

/** A moment of the week as AWS writes it. */
function momentText(minute: number): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${DAYS[Math.floor(minute / 1440)]}:${two(Math.floor(minute / 60) % 24)}:${two(minute % 60)}`;
}

describe('the rules on a maintenance window', () => {
  const rules = rulesOf(redisClusterKind);
  const brokenBy = (window: string): readonly string[] => {
    return rules(changed(aRedisClusterManifest(), 'spec.instance.aws.preferredMaintenanceWindow', window));
  };

  it('take every window of an hour or more, over any day and the end of the week', () => {
    const start = fc.nat(MINUTES_A_WEEK - 1);
    const length = fc.oneof(fc.integer({ min: 0, max: 120 }), fc.nat(MINUTES_A_WEEK - 1));
    fc.assert(
      fc.property(start, length, fc.boolean(), (start, length, upper) => {
        const window = `${momentText(start)}-${momentText((start + length) % MINUTES_A_WEEK)}`;
        expect(brokenBy(upper ? window.toUpperCase() : window).length === 0).toBe(length >= 60);
      }),
    );
  });
});

describe('the rules on the engine version', () => {
  const rules = rulesOf(redisClusterKind);
  const withVersion = (version: string): Manifest =>
    changed(aRedisClusterManifest(), 'spec.instance.aws.engineVersion', version);
  const oldestFirst = ENGINE_VERSIONS.toReversed();
  const pairs = oldestFirst.flatMap((from) => oldestFirst.map((to) => ({ from, to })));

  it.each(pairs)('from $from to $to: upwards only', ({ from, to }) => {
    const isDowngrade = oldestFirst.indexOf(to) < oldestFirst.indexOf(from);
    const broken = rules(withVersion(to), withVersion(from));
    expect(broken.length).toBe(isDowngrade ? 1 : 0);
    expect(broken.every((message) => message.includes('engineVersion cannot be downgraded.'))).toBe(true);
  });
});
