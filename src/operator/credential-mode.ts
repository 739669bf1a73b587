import type { ConfigurationProblem } from './configuration-error.ts';
import type { OptionValues } from './options-schema.ts';

export type Credentials = OptionValues['aws']['credentials'];
type Mode = NonNullable<Credentials['mode']>;

/** What was asked for, or else what the values at hand are enough for. */
export function modeOf(credentials: Credentials): Mode {
  if (credentials.mode !== undefined) return credentials.mode;
  if (credentials.accessKeyId !== undefined) return 'static';
  return credentials.webIdentityTokenFile !== undefined ? 'web-identity' : 'default';
}

const NEEDED: Readonly<Record<Mode, readonly (keyof Credentials)[]>> = {
  static: ['accessKeyId', 'secretAccessKey'],
  'web-identity': ['webIdentityTokenFile', 'webIdentityRoleArn'],
  default: [],
};

/** Which values a mode needs and does not find. Half a key pair is an error, not a fall-back to somebody else's. */
export function credentialProblems({ aws }: Pick<OptionValues, 'aws'>): ConfigurationProblem[] {
  const { credentials } = aws;
  const mode = modeOf(credentials);
  const halfPair = mode === 'default' && credentials.secretAccessKey !== undefined;
  const reason = halfPair ? 'aws.credentials.secretAccessKey is given without it' : `${mode} credentials need it`;
  return NEEDED[halfPair ? 'static' : mode]
    .filter((name) => credentials[name] === undefined)
    .map((name) => ({ key: `aws.credentials.${name}`, problem: `missing: ${reason}` }));
}
