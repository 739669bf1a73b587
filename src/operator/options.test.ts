import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { awsOptionsFrom, roleArnIn } from './aws-options.ts';
import { ConfigurationError } from './configuration-error.ts';
import { OPTION_FIELDS, optionFlags } from './option-fields.ts';
import { loadOptions, type OptionInput } from './options.ts';

const region = { AWS_REGION: 'eu-central-1' };

/** Files by name; any other does not exist. */
function filesFrom(files: Readonly<Record<string, string>>): (file: string) => string {
  return (file) => {
    const text = files[file];
    if (text === undefined) throw Object.assign(new Error(`no such file: ${file}`), { code: 'ENOENT' });
    return text;
  };
}

function withFile(text: string, rest: OptionInput = {}): OptionInput {
  return { ...rest, flags: { ...rest.flags, config: 'c.yaml' }, readFile: filesFrom({ 'c.yaml': text }) };
}

function problemsOf(input: OptionInput): Record<string, string> {
  try {
    loadOptions(input);
  } catch (error) {
    if (error instanceof ConfigurationError) {
      return Object.fromEntries(error.problems.map(({ key, problem }) => [key, problem]));
    }
    throw error;
  }
  return {};
}

describe('an option of many parts', () => {
  it('is told by what is wrong in it, and where it was read', () => {
    const file = 'aws: {region: eu-west-3}\nredis: {tiers: {S1: cache.t4g.micro, P1: "cache.m7g.large:2"}}';
    expect(problemsOf(withFile(file))).toEqual({
      'redis.tiers': 'P1 can have 0 read replicas or 1, not 2; read from c.yaml: redis.tiers',
    });
    expect(problemsOf({ env: { ...region, CLOUD_MANAGER_REDIS_TIERS: 'S1' } })).toEqual({
      'redis.tiers':
        'S1 has no node type such as cache.m7g.large, but ""; read from the environment variable CLOUD_MANAGER_REDIS_TIERS',
    });
  });
});

describe('the precedence of options', () => {
  const file = 'timing: {lookInterval: 3m, fullCheckInterval: 3h}\nkubernetes: {workers: 3}\naws: {region: eu-west-3}';
  const input = withFile(file, {
    env: { AWS_REGION: 'eu-west-2', CLOUD_MANAGER_LOOK_INTERVAL: '2m', CLOUD_MANAGER_FULL_CHECK_INTERVAL: '2h' },
    flags: { lookInterval: '1m' },
  });
  const options = loadOptions(input);

  it('lets a flag win over the environment', () => {
    expect(options.timing.lookIntervalMs).toBe(60_000);
  });

  it('lets the environment win over the file', () => {
    expect(options.timing.fullCheckIntervalMs).toBe(2 * 3_600_000);
    expect(options.aws.region).toBe('eu-west-2');
  });

  it('lets the file win over the default', () => {
    expect(options.kubernetes.workers).toBe(3);
  });

  it('ends with the default', () => {
    expect(options.timing.waitScale).toBe(1);
    expect(options.aws.partition).toBe('aws');
    expect(options.server.healthAddress).toEqual({ host: '0.0.0.0', port: 8081 });
  });

  it('takes an empty environment variable for an absent one', () => {
    expect(loadOptions({ env: { ...region, AWS_PARTITION: '' } }).aws.partition).toBe('aws');
  });

  it('takes the first of several variables that is set', () => {
    expect(loadOptions({ env: { AWS_DEFAULT_REGION: 'us-east-1' } }).aws.region).toBe('us-east-1');
    expect(loadOptions({ env: { ...region, AWS_DEFAULT_REGION: 'us-east-1' } }).aws.region).toBe('eu-central-1');
  });

  it('reads the file that the environment names, also as JSON', () => {
    const readFile = filesFrom({
      '/etc/c.json': '{"aws": {"region": "eu-north-1"}, "kubernetes": {"namespaces": ["a"]}}',
    });
    const options = loadOptions({ env: { CLOUD_MANAGER_CONFIG: '/etc/c.json' }, readFile });
    expect(options.aws.region).toBe('eu-north-1');
    expect(options.kubernetes.namespaces).toEqual(['a']);
  });

  it('takes an empty file for one without options', () => {
    expect(loadOptions(withFile('', { env: region })).aws.region).toBe('eu-central-1');
    expect(loadOptions(withFile('aws:\n', { env: region })).aws.region).toBe('eu-central-1');
  });
});

describe('a configuration that cannot be used', () => {
  it('is told at once with every wrong key, where it was read from and what is expected', () => {
    const input = withFile('log: {level: loud}\nredis: {caFile: /nowhere.pem}', {
      env: { AWS_REGION: 'europe' },
      flags: { workers: 'many' },
    });
    expect(problemsOf(input)).toEqual({
      'aws.region': expect.stringMatching(/"europe" from the environment variable AWS_REGION .* such as eu-central-1/),
      'kubernetes.workers': expect.stringMatching(/"many" from --workers is not a whole number from 1 to 2000/),
      'log.level': expect.stringMatching(/"loud" from c\.yaml: log\.level is not one of debug, info/),
      'redis.caFile': '/nowhere.pem from c.yaml: redis.caFile cannot be read: ENOENT',
    });
  });

  it('has one readable message, a line a key', () => {
    expect(() => loadOptions({ env: { CLOUD_MANAGER_WORKERS: '0' } })).toThrow(
      /^The configuration cannot be used:\n {2}aws\.region: missing: .*\n {2}kubernetes\.workers: "0" .*$/,
    );
  });

  it('says of a missing value all the places where it may be given', () => {
    const problem = problemsOf({})['aws.region'];
    for (const place of ['--aws-region', 'AWS_REGION', 'AWS_DEFAULT_REGION', 'aws.region in the file']) {
      expect(problem).toContain(place);
    }
  });

  it.each([
    ['a key of the file that is no option', 'aws: {regoin: eu-central-1}', 'aws.regoin', 'no option has this name'],
    ['a group that is none', 'gcp: {project: x}', 'gcp', 'no option has this name'],
    ['a value in the place of a group', 'log: debug', 'log', 'is a group of options'],
    ['a list in the place of a group', 'log: [debug]', 'log', 'is a group of options'],
    ['a group in the place of a value', 'log: {level: {of: debug}}', 'log.level', 'the group from'],
    ['text in the place of everything', 'debug', 'c.yaml', 'holds no keys'],
    ['what is neither YAML nor JSON', 'aws: {region', 'c.yaml', 'line 1'],
    ['a key twice', 'log: {level: info}\nlog: {level: warn}', 'c.yaml', 'DUPLICATE_KEY at line 2'],
    ['a list with an odd member', 'kubernetes: {namespaces: [a, B]}', 'kubernetes.namespaces', 'the list from'],
  ])('%s is one', (_reason, text, key, says) => {
    expect(problemsOf(withFile(text, { env: region }))[key]).toContain(says);
  });

  it('names a file that cannot be read', () => {
    expect(problemsOf({ flags: { config: 'x.yaml' }, readFile: filesFrom({}) })).toEqual({
      'x.yaml': 'cannot be read: ENOENT',
    });
  });

  it('holds a mistyped variable of ours for an error, and leaves those of others alone', () => {
    const env = { ...region, CLOUD_MANAGER_WORKER: '3', AWS_PROFILE: 'x', HOME: '/root', LANDSCAPE: 'dev' };
    expect(Object.keys(problemsOf({ env }))).toEqual(['CLOUD_MANAGER_WORKER']);
  });

  it('is not what Kubernetes says of Services of our name, but is what only looks like that', () => {
    const ofServices = [
      'CLOUD_MANAGER_SERVICE_HOST',
      'CLOUD_MANAGER_SERVICE_PORT',
      'CLOUD_MANAGER_METRICS_SERVICE_PORT_HTTP_METRICS',
      'CLOUD_MANAGER_PORT',
      'CLOUD_MANAGER_METRICS_PORT_8080_TCP',
      'CLOUD_MANAGER_METRICS_PORT_8080_TCP_PROTO',
      'CLOUD_MANAGER_METRICS_PORT_8080_TCP_PORT',
      'CLOUD_MANAGER_METRICS_PORT_53_UDP_ADDR',
    ];
    const others = ['CLOUD_MANAGER_SERVICE_HOSTS', 'CLOUD_MANAGER_METRICS_PORTS', 'CLOUD_MANAGER_PORT_TCP'];
    const env = Object.fromEntries([...ofServices, ...others].map((name) => [name, 'tcp://10.0.0.1:8080']));
    expect(Object.keys(problemsOf({ env: { ...env, ...region } }))).toEqual(others);
  });

  it('names a file that is empty', () => {
    const env = { ...region, CLOUD_MANAGER_REDIS_CA_FILE: '/ca.crt' };
    expect(problemsOf({ env, readFile: filesFrom({ '/ca.crt': '\n' }) })).toEqual({
      'redis.caFile': '/ca.crt from the environment variable CLOUD_MANAGER_REDIS_CA_FILE is empty',
    });
  });

  it.each([
    ['aws-endpoint-url', 'localhost:4566'],
    ['aws-endpoint-url', 'ftp://host'],
    ['aws-role-name', 'a role'],
    ['aws-external-id', 'x'],
    ['aws-web-identity-role-arn', 'arn:aws:iam::1:role/x'],
    ['look-interval', '10'],
    ['look-interval', '0s'],
    ['look-interval', '-5m'],
    ['full-check-interval', '8d'],
    ['full-check-interval', '999h'],
    ['wait-scale', '0'],
    ['wait-scale', 'NaN'],
    ['workers', '1.5'],
    ['workers', '2001'],
    ['metrics-address', '8080'],
    ['metrics-address', ':65536'],
    ['health-address', 'a b:80'],
    ['namespaces', 'a,B'],
    ['log-level', 'INFO'],
    ['aws-credentials', 'magic'],
  ])('--%s %s is one', (flag, value) => {
    const name = optionFlags().find(({ term }) => term.startsWith(`--${flag} `))?.name ?? '';
    const problems = problemsOf({ env: region, flags: { [name]: value } });
    expect(Object.values(problems)).toEqual([expect.stringContaining(`--${flag}`)]);
  });
});

describe('secrets', () => {
  const secrets = {
    AWS_ACCESS_KEY_ID: 'AKIAHUSHHUSHHUSH',
    AWS_SECRET_ACCESS_KEY: 'hush-1',
    AWS_SESSION_TOKEN: 'hush-2',
  };
  const hush = /hush/i;

  it('do not show when the options are printed or logged', () => {
    const options = loadOptions({ env: { ...region, ...secrets } });
    expect(inspect(options, { depth: 9 })).not.toMatch(hush);
    expect(JSON.stringify(options)).not.toMatch(hush);
  });

  it.each([
    ['of the wrong shape', 'aws: {credentials: {secretAccessKey: [hush]}}'],
    ['in the place of a group', 'aws: {credentials: hush}'],
    ['below another option', 'aws: {partition: {secretAccessKey: hush}}'],
    ['in a file that is not YAML', 'aws: {credentials: {secretAccessKey: hush'],
    ['in an alias that is not resolved', 'aws: {credentials: {secretAccessKey: *hush}}'],
    ['in the user part of a URL', 'aws: {endpointUrl: "ftp://root:hush@host"}'],
  ])('do not show in messages when they stand %s', (_where, text) => {
    const problems = problemsOf(withFile(text, { env: region }));
    expect(Object.keys(problems)).not.toEqual([]);
    expect(JSON.stringify(problems)).not.toMatch(hush);
  });

  it('have no flag, and no default to be printed in --help', () => {
    const fields = OPTION_FIELDS.filter(({ meta }) => meta.kind.secret);
    expect(fields.map(({ path }) => path)).toContain('aws.credentials.secretAccessKey');
    expect(fields.filter(({ meta }) => meta.flag !== undefined || meta.default !== undefined)).toEqual([]);
  });
});

describe('AWS credentials', () => {
  const keys = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'key' };
  const readFile = filesFrom({ '/token': 'jwt' });
  const identity = { AWS_WEB_IDENTITY_TOKEN_FILE: '/token', AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/x' };

  it('are static when keys are given', () => {
    const options = loadOptions({ env: { ...region, ...keys, AWS_SESSION_TOKEN: 'token' } });
    expect(awsOptionsFrom(options, 'pod_1').credentials).toEqual({
      kind: 'static',
      accessKeyId: 'AKIA',
      secretAccessKey: 'key',
      sessionToken: 'token',
    });
  });

  it('come by web identity when a token file is given', () => {
    const options = loadOptions({ env: { ...region, ...identity }, readFile });
    expect(awsOptionsFrom(options, 'pod_1').credentials).toEqual({
      kind: 'web-identity',
      tokenFile: '/token',
      roleArn: 'arn:aws:iam::123456789012:role/x',
    });
  });

  it('come from the default chain when nothing is given, or when it is asked for', () => {
    expect(awsOptionsFrom(loadOptions({ env: region }), 'pod_1').credentials).toEqual({ kind: 'default-chain' });
    const asked = loadOptions({ env: { ...region, ...keys }, flags: { awsCredentials: 'default' } });
    expect(awsOptionsFrom(asked, 'pod_1').credentials).toEqual({ kind: 'default-chain' });
  });

  it('are refused by halves', () => {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = keys;
    expect(problemsOf({ env: { ...region, AWS_ACCESS_KEY_ID } })).toEqual({
      'aws.credentials.secretAccessKey': 'missing: static credentials need it',
    });
    expect(problemsOf({ env: { ...region, AWS_SECRET_ACCESS_KEY } })).toEqual({
      'aws.credentials.accessKeyId': 'missing: aws.credentials.secretAccessKey is given without it',
    });
    expect(problemsOf({ env: { ...region, AWS_WEB_IDENTITY_TOKEN_FILE: '/token' }, readFile })).toEqual({
      'aws.credentials.webIdentityRoleArn': 'missing: web-identity credentials need it',
    });
  });
});

describe('clusters of users', () => {
  it('are the same as that of the control plane unless something else is said', () => {
    const { clusters } = loadOptions({ env: region });
    expect(clusters).toMatchObject({ mode: 'single', namespace: 'kcp-system', orphanGraceMs: 600_000 });
    expect(clusters.scope).toBeUndefined();
  });

  it('that are others have Scopes of their own, in a namespace that is served', () => {
    const flags = { clusters: 'remote', clustersScope: 'demo', namespaces: 'elsewhere' };
    expect(problemsOf({ env: region, flags })).toEqual({
      'clusters.scope': 'is for a single cluster; with clusters.mode remote each cluster has its own Scope',
      'clusters.namespace': 'kcp-system is not among kubernetes.namespaces, so that nothing in it is served',
    });
    expect(problemsOf({ env: region, flags: { clusters: 'remote', namespaces: 'a,kcp-system' } })).toEqual({});
    expect(problemsOf({ env: region, flags: { clustersScope: 'demo', namespaces: 'elsewhere' } })).toEqual({});
  });
});

describe('the times of leases', () => {
  const problems = (flags: Readonly<Record<string, string>>) => problemsOf({ env: region, flags });

  it('have the relations of client-go, or are refused with what to do', () => {
    expect(problems({ leaseDuration: '2500ms', leaseRenewDeadline: '2s', leaseRetryPeriod: '500ms' })).toEqual({
      'leases.duration': 'must be whole seconds: a Lease of Kubernetes has no others',
    });
    expect(problems({ leaseRenewDeadline: '15s' })).toEqual({
      'leases.renewDeadline': 'must be shorter than leases.duration: a holder stops before others begin',
    });
    expect(problems({ leaseRenewDeadline: '2400ms' })).toEqual({
      'leases.retryPeriod': 'times 1.2 must be shorter than leases.renewDeadline: a renewal is tried again',
    });
  });
});

describe('what the AWS side gets', () => {
  it('has the identity of the replica in the names of sessions when there may be several', () => {
    const { sessionName } = awsOptionsFrom(loadOptions({ env: region }), 'pod_1');
    expect(sessionName).toBe('cloud-manager@pod_1');
  });

  it('has endpoint, external id and times as configured, and nothing where nothing is', () => {
    const flags = { awsEndpointUrl: 'http://127.0.0.1:4566', awsExternalId: 'ours', awsRequestTimeout: '5s' };
    expect(awsOptionsFrom(loadOptions({ env: region, flags: { ...flags, leases: 'off' } }), 'pod_1')).toEqual({
      credentials: { kind: 'default-chain' },
      region: 'eu-central-1',
      endpoint: 'http://127.0.0.1:4566',
      externalId: 'ours',
      sessionName: 'cloud-manager',
      requestTimeoutMs: 5000,
      maxSockets: 50,
    });
    expect(awsOptionsFrom(loadOptions({ env: region }), 'pod_1')).not.toHaveProperty('endpoint');
  });

  it('is the role of the account in the partition, or none', () => {
    const withRole = loadOptions({ env: { ...region, AWS_ROLE_NAME: 'Access', AWS_PARTITION: 'aws-cn' } });
    expect(roleArnIn(withRole, '123456789012')).toBe('arn:aws-cn:iam::123456789012:role/Access');
    expect(roleArnIn(loadOptions({ env: region }), '123456789012')).toBeUndefined();
  });
});

describe('the schema of options', () => {
  it('gives each place, flag and variable to one option alone', () => {
    for (const names of [
      OPTION_FIELDS.map(({ path }) => path),
      optionFlags().map(({ name }) => name),
      OPTION_FIELDS.flatMap(({ meta }) => meta.env ?? []),
    ]) {
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it('has defaults that its own kinds take', () => {
    const wrong = OPTION_FIELDS.filter(
      ({ meta }) => meta.default !== undefined && meta.kind.parse(meta.default) === undefined,
    );
    expect(wrong).toEqual([]);
  });

  it('tells the command line flag, kind, default and variable', () => {
    const flag = optionFlags().find(({ name }) => name === 'lookInterval');
    expect(flag?.term).toBe('--look-interval <duration>');
    expect(flag?.help).toMatch(/\(default: 10m; environment: CLOUD_MANAGER_LOOK_INTERVAL\)$/);
  });
});
