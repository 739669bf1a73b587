import { mapOf, object, optional, text, type Rule } from '../../schema.ts';

/** The Secret in which a Redis publishes how to connect. */

const DNS_LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${DNS_LABEL}([.]${DNS_LABEL})*`;
/** The name in a label's or annotation's key, which has 63 characters at the most, and also a label's value. */
const QUALIFIED = '[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?';
const MOST_ENTRIES = 64;

/** Kubernetes would refuse the Secret as a whole, later and to somebody else. */
function metadataKeyRule(what: string): Rule {
  return {
    rule: `self.all(key, key.matches('^(${SUBDOMAIN}/)?${QUALIFIED}$'))`,
    message: `${what} must have keys that Kubernetes takes, such as team or example.com/team.`,
  };
}

const labels = mapOf(
  text({
    maxLength: 63,
    rules: [
      {
        rule: `self.matches('^(${QUALIFIED})?$')`,
        message:
          'labels must have values of letters, digits and - _ . that begin and end with a letter or a digit, at most 63 of them.',
      },
    ],
  }),
  {
    maxProperties: MOST_ENTRIES,
    description: 'Labels beside those of Cloud Manager.',
    rules: [metadataKeyRule('labels')],
  },
);

const annotations = mapOf(text({ maxLength: 16_384 }), {
  maxProperties: MOST_ENTRIES,
  description: 'Annotations beside those that it has anyway.',
  rules: [metadataKeyRule('annotations')],
});

const extraData = mapOf(text({ maxLength: 16_384 }), {
  maxProperties: MOST_ENTRIES,
  description:
    'More keys of the Secret. A value is a template over the keys that it has anyway, such as redis://{{ .host }}:{{ .port }}; it cannot take the place of one of these, but for url.',
  rules: [
    {
      rule: "self.all(key, key.matches('^[-._a-zA-Z0-9]{1,253}$'))",
      message: 'extraData must have keys of letters, digits and - _ . as Secrets have, at most 253 of them.',
    },
  ],
});

export const authSecretSchema = object(
  {
    name: optional(
      text({
        maxLength: 253,
        description:
          'Its name; when absent or empty that of the object. It is settled when the Secret is first written.',
        rules: [
          {
            rule: `self == '' || self.matches('^${SUBDOMAIN}$')`,
            message: 'name must be the name of a Secret: lower-case letters, digits, hyphens and dots.',
          },
        ],
      }),
    ),
    labels: optional(labels),
    annotations: optional(annotations),
    extraData: optional(extraData),
  },
  { description: 'The Secret of this namespace that says how to connect.' },
);

const nameIn = (spec: string): string =>
  `(has(${spec}.authSecret) && has(${spec}.authSecret.name) ? ${spec}.authSecret.name : '')`;

/** Nothing was published under the name, and nothing can be. */
const IS_NAME_TAKEN = [
  'has(oldSelf.status)',
  '!has(oldSelf.status.authSecret)',
  'has(oldSelf.status.conditions)',
  "oldSelf.status.conditions.exists(condition, condition.type == 'Ready' && condition.reason == 'NameTaken')",
].join(' && ');

/** On the whole object: what was published is in its status, and a rule on what is taken away is not asked. */
export const authSecretNameRule: Rule = {
  rule: `${nameIn('oldSelf.spec')} == '' || ${nameIn('self.spec')} == ${nameIn('oldSelf.spec')} || (${IS_NAME_TAKEN})`,
  message: 'authSecret.name is immutable once it is set, unless a Secret of somebody else has it (NameTaken).',
  fieldPath: '.spec.authSecret.name',
};

/** The name of the Secret, in a status. */
export const authSecretStatus = optional(
  object(
    { name: text({ maxLength: 253, description: 'The name of the Secret.' }) },
    { description: 'The Secret of this namespace that says how to connect.' },
  ),
);
