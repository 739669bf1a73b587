import { describe, expect, it } from 'vitest';
import { cidrOf } from '../../../util/cidr.ts';
import { assertAssociable, vpcBlockFrom } from './vpc-cidr-rules.ts';

const associate = (asked: string, primary: string, ...others: readonly string[]): void =>
  assertAssociable(cidrOf(asked), cidrOf(primary), [primary, ...others].map(cidrOf));

describe('a block of a VPC', () => {
  it.each(['10.0.0.0/15', '10.0.0.0/29', '169.254.1.0/24'])('is refused when it is %s', (text) => {
    expect(() => vpcBlockFrom(text)).toThrow(expect.objectContaining({ code: 'InvalidVpc.Range' }));
  });

  it('is refused when it is no block', () => {
    expect(() => vpcBlockFrom('10.0.0/24')).toThrow(expect.objectContaining({ code: 'InvalidParameterValue' }));
  });

  it('is cut to its prefix', () => {
    expect(vpcBlockFrom('10.0.7.9/16')).toEqual(cidrOf('10.0.0.0/16'));
  });
});

describe('a further block', () => {
  it.each([
    ['the same', '10.250.0.0/22', '10.250.0.0/22'],
    ['inside', '10.250.1.0/24', '10.250.0.0/22'],
    ['around', '10.250.0.0/16', '10.250.0.0/22'],
    ['of another private range', '192.168.0.0/16', '10.250.0.0/22'],
    ['of the benchmark range', '198.19.0.0/24', '10.250.0.0/22'],
    ['from 10/8 on a 172.16/12 VPC', '10.0.0.0/16', '172.20.0.0/16'],
    ["of AWS's own part of 172.16/12", '172.31.0.0/24', '172.20.0.0/16'],
    ['private on a public VPC', '10.0.0.0/16', '100.64.0.0/16'],
  ])('is refused when it is %s', (_reason, asked, primary) => {
    expect(() => associate(asked, primary)).toThrow(expect.objectContaining({ code: 'InvalidVpc.Range' }));
  });

  it.each([
    ['of the same private range', '10.251.0.0/22', '10.250.0.0/22'],
    ['shared address space', '100.64.0.0/16', '10.250.0.0/22'],
    ['public', '52.1.0.0/16', '192.168.0.0/24'],
  ])('is taken when it is %s', (_reason, asked, primary) => {
    expect(() => associate(asked, primary)).not.toThrow();
  });

  it('is refused from 10.0.0.0/16 as soon as anything lies in 10.0.0.0/15', () => {
    expect(() => associate('10.0.0.0/24', '10.5.0.0/16')).not.toThrow();
    expect(() => associate('10.0.0.0/24', '10.5.0.0/16', '10.1.0.0/24')).toThrow('restricted');
  });
});
