import { LONGEST_CONDITION_MESSAGE } from '../../../kube/conditions.ts';
import { STATES } from '../../conditions.ts';
import type { PrinterColumn } from '../../kind.ts';
import {
  choice,
  generationNumber,
  instant,
  list,
  object,
  optional,
  text,
  type Rule,
  type TextOptions,
} from '../../schema.ts';

const CLOUD_CONTROL_GROUP = 'cloud-control.kyma-project.io';
const CLOUD_CONTROL_VERSION = 'v1beta1';

/** What every kind of the group has in common. */
export const cloudControlKind = {
  group: CLOUD_CONTROL_GROUP,
  version: CLOUD_CONTROL_VERSION,
  namespaced: true,
  categories: ['cloud-manager'],
} as const;

const LONGEST_NAMESPACE = 63;
const LONGEST_NAME = 253;
/** AWS: a tag's value has at most 256 characters. */
const LONGEST_TAG_VALUE = 256;

export function immutable(what: string): Rule {
  return { rule: 'self == oldSelf', message: `${what} is immutable.` };
}

/** Immutability of a field that may be absent: neither set later, nor changed, nor taken away. */
export function immutableOptional(field: string, what: string): Rule {
  return {
    rule: `has(self.${field}) == has(oldSelf.${field}) && (!has(self.${field}) || self.${field} == oldSelf.${field})`,
    message: `${what} is immutable.`,
    fieldPath: `.${field}`,
  };
}

/** The name of an object; `what` is the subject of messages. */
export function nameText(
  what: string,
  { maxLength = LONGEST_NAME, description = 'Its name.', rules = [] }: Partial<TextOptions> = {},
) {
  return text({
    maxLength,
    description,
    rules: [{ rule: 'size(self) > 0', message: `${what} must not be empty.` }, ...rules],
  });
}

/**
 * What every AWS service takes as the value of a tag; some of them take letters of other scripts too, which names in
 * Kubernetes do not have. What is let in here would otherwise be refused by AWS at the first resource.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html
 */
export function tagValueRule(what: string): Rule {
  return {
    rule: "self.matches('^[A-Za-z0-9 _.:/=+@-]*$')",
    message: `${what} must consist of letters a to z, digits, spaces and _ . : / = + - @, because it stands in an AWS tag, which takes no other characters.`,
  };
}

const mayBe = (isEmpty: boolean): string => (isEmpty ? "self == '' || " : '');

interface IdOptions {
  /** Whether empty text, as other writers leave it, stands for absence. */
  readonly mayBeEmpty?: boolean;
  readonly description?: string;
}

/** An AWS account id; `field` is its name in messages. */
export function accountIdText(
  field: string,
  { mayBeEmpty = false, description = 'The AWS account.' }: IdOptions = {},
  rules: readonly Rule[] = [],
) {
  return text({
    maxLength: 64,
    description,
    rules: [
      {
        rule: `${mayBe(mayBeEmpty)}self.matches('^[0-9]{12}$')`,
        message: `${field} must be an AWS account id: 12 digits.`,
      },
      ...rules,
    ],
  });
}

/** An AWS region; `field` is its name in messages. */
export function regionText(field: string, description: string, rules: readonly Rule[] = []) {
  return text({
    maxLength: 64,
    description,
    rules: [
      {
        rule: "self.matches('^[a-z]{2,4}(-[a-z]+)+-[0-9]+$')",
        message: `${field} must be an AWS region such as eu-central-1.`,
      },
      ...rules,
    ],
  });
}

/** The id of a VPC; `field` is its name in messages. */
export function vpcIdText(
  field: string,
  { mayBeEmpty = false, description = 'The VPC.' }: IdOptions = {},
  rules: readonly Rule[] = [],
) {
  return text({
    maxLength: 64,
    description,
    rules: [
      {
        rule: `${mayBe(mayBeEmpty)}self.matches('^vpc-[0-9a-f]{8,17}$')`,
        message: `${field} must be a VPC id: vpc-...`,
      },
      ...rules,
    ],
  });
}

/** For kinds whose `<namespace>/<name>` is the value of a tag: 63 + 1 + 192. */
export const tagNameRules: readonly Rule[] = [
  {
    rule: 'size(self.metadata.name) <= 192',
    message: 'metadata.name must have at most 192 characters, because it stands with its namespace in an AWS tag.',
  },
];

/** The object of the user's cluster on whose behalf this one exists. */
export const remoteRefSchema = object(
  {
    namespace: text({
      maxLength: LONGEST_NAMESPACE,
      description: 'Its namespace; empty when its kind is of the whole cluster.',
      rules: [tagValueRule('RemoteRef namespace')],
    }),
    name: nameText('RemoteRef name', { rules: [tagValueRule('RemoteRef name')] }),
  },
  {
    description: 'The object in the remote cluster on whose behalf this one exists.',
    rules: [
      immutable('RemoteRef'),
      {
        // Both stand in one tag: <namespace>--<name>. The word namespace is reserved in CEL, hence its underscores.
        rule: `size(self.__namespace__) + size(self.name) <= ${LONGEST_TAG_VALUE - 2}`,
        message: `RemoteRef namespace and name together must have at most ${LONGEST_TAG_VALUE - 2} characters, because they stand in an AWS tag.`,
      },
    ],
  },
);

export const scopeRefSchema = object(
  {
    name: text({
      maxLength: LONGEST_NAME,
      description: 'Its name.',
      rules: [{ rule: 'size(self) > 0', message: 'Scope is required.' }],
    }),
  },
  { description: 'The Scope: account, region and network.', rules: [immutable('Scope')] },
);

export const ipRangeRefSchema = object(
  { name: nameText('IpRange name') },
  { description: 'The IpRange in whose subnets the nodes stand.' },
);

/** A name of an object of the same namespace; `field` is its name in messages. */
export function localRefSchema(field: string, description: string) {
  return object({ name: nameText(`${field} name`) }, { description });
}

const conditionSchema = object({
  type: text({ minLength: 1, maxLength: 316, description: 'What the condition is about.' }),
  status: choice(['True', 'False', 'Unknown'], { description: 'Whether it holds.' }),
  reason: text({ minLength: 1, maxLength: 1024, description: 'Why, in one word for programs.' }),
  message: text({ maxLength: LONGEST_CONDITION_MESSAGE, description: 'Why, in a sentence for people.' }),
  lastTransitionTime: instant({ description: 'When the status last changed.' }),
  observedGeneration: optional(generationNumber('The generation that the condition is about.')),
});

/** `status.state`, `status.conditions` and `status.observedGeneration`, which every kind has. */
export const commonStatus = {
  state: optional(choice(STATES, { description: 'One word for people; programs read the conditions.' })),
  conditions: optional(
    list(conditionSchema, { maxItems: 16, mapKey: 'type', description: 'What holds and what does not, for programs.' }),
  ),
  observedGeneration: optional(generationNumber('The generation of the specification that the status is about.')),
};

/** Length and characters that AWS takes in `cm-<name>` as the id of a replication group. */
export const redisNameRules: readonly Rule[] = [
  {
    rule: 'size(self.metadata.name) <= 36',
    message:
      'metadata.name must have at most 36 characters, because cm-<name> is the AWS id, which has at most 40 characters.',
  },
  {
    rule: "self.metadata.name.matches('^[a-z0-9]+(-[a-z0-9]+)*$')",
    message:
      'metadata.name must consist of lower-case letters, digits and single hyphens, and not end in a hyphen, because AWS takes no other id.',
  },
];

/** The last columns of every kind; `state` is where its word stands. */
export function stateColumns(state = '.status.state'): readonly PrinterColumn[] {
  return [
    { name: 'State', type: 'string', jsonPath: state },
    { name: 'Message', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].message', priority: 1 },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  ];
}
