import type { Rule } from '../../schema.ts';

/** `255.255.255.255/32` has 18 characters. */
export const LONGEST_CIDR = 18;

/** Ranges for private use: RFC 1918 and RFC 6598. */
const PRIVATE_RANGES = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'];

/**
 * What every rule below asks first. A rule about a value that is no IPv4 CIDR at all stays quiet, so that one mistake
 * gives one message, and so that `cidr()`, which fails on nonsense, is never asked.
 */
const isIpv4Cidr = 'isCIDR(self) && cidr(self).ip().family() == 4';

function whenIpv4Cidr(rule: string): string {
  return `!isCIDR(self) || cidr(self).ip().family() != 4 || (${rule})`;
}

/** An IPv4 network by its first address; empty text stands for absence where `mayBeEmpty`. */
export function ipv4NetworkRules(what: string, mayBeEmpty: boolean): readonly Rule[] {
  const orEmpty = mayBeEmpty ? "self == '' || " : '';
  return [
    {
      rule: `${orEmpty}(${isIpv4Cidr})`,
      message: `${what} must be an IPv4 CIDR such as 10.250.4.0/22.`,
    },
    {
      // Two spellings of one network would be two networks to everything that compares text, AWS among it.
      rule: whenIpv4Cidr('cidr(self).masked() == cidr(self)'),
      message: `${what} must begin at the first address of its network, without host bits.`,
    },
  ];
}

/** A network of a cluster: all of it may reach what is made, so that a slip such as 0.0.0.0/0 must not pass for one. */
export function clusterNetworkRules(what: string): readonly Rule[] {
  return [
    ...ipv4NetworkRules(what, true),
    {
      rule: whenIpv4Cidr('cidr(self).prefixLength() >= 8'),
      message: `${what} must have a prefix length of at least /8, because all of it is let in.`,
    },
  ];
}

/** A range that a user asks for. Whether AWS takes it, and where, is for the control plane to say. */
export function userRangeRules(what: string): readonly Rule[] {
  return [
    ...ipv4NetworkRules(what, true),
    {
      rule: whenIpv4Cidr('cidr(self).prefixLength() >= 16 && cidr(self).prefixLength() <= 30'),
      message: `${what} must have a prefix length from /16 to /30.`,
    },
  ];
}

function blockSizeRule(what: string): Rule {
  return {
    rule: whenIpv4Cidr('cidr(self).prefixLength() >= 16 && cidr(self).prefixLength() <= 28'),
    message: `${what} must have a prefix length from /16 to /28, because AWS takes no other block.`,
  };
}

/** A block of a VPC as people write it: of any range, and with host bits, which are taken off. */
export function writtenVpcBlockRules(what: string): readonly Rule[] {
  return [
    { rule: isIpv4Cidr, message: `${what} must be a list of valid CIDRs of IPv4, such as 10.20.0.0/16.` },
    blockSizeRule(what),
  ];
}

/** What AWS takes as a CIDR block of a VPC, within the private ranges. */
export function vpcBlockRules(what: string): readonly Rule[] {
  const isPrivate = PRIVATE_RANGES.map((range) => `cidr('${range}').containsCIDR(cidr(self))`).join(' || ');
  return [
    blockSizeRule(what),
    {
      rule: whenIpv4Cidr(isPrivate),
      message: `${what} must lie within a private range: ${PRIVATE_RANGES.join(', ')}.`,
    },
  ];
}
