import { AwsEc2QueryProtocol, AwsQueryProtocol, XmlShapeDeserializer } from '@aws-sdk/core/protocols';
import { readPlainXml } from './plain-xml.ts';

/** The SDK's reader of answers, with a faster one for the XML that AWS writes as a rule. */
class Deserializer extends XmlShapeDeserializer {
  protected override parseXml(xml: string): unknown {
    return readPlainXml(xml) ?? super.parseXml(xml);
  }
}

type Settings = ConstructorParameters<typeof AwsQueryProtocol>[0];

/** The protocol of ElastiCache, for its client's `protocol`. */
export class QueryProtocol extends AwsQueryProtocol {
  constructor(settings: Settings) {
    super(settings);
    this.deserializer = new Deserializer(this.deserializer.settings);
  }
}

/** The protocol of EC2, for its client's `protocol`. */
export class Ec2QueryProtocol extends AwsEc2QueryProtocol {
  constructor(settings: Settings) {
    super(settings);
    this.deserializer = new Deserializer(this.deserializer.settings);
  }
}
