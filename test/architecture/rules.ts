/** The rules of ARCHITECTURE.md as data: what may import what. */

/** Each layer with those below it that it may import. Its own files it may always import. */
export const LAYERS: Readonly<Record<string, readonly string[]>> = {
  util: [],
  composed: ['util'],
  kube: ['util'],
  runtime: ['kube', 'composed', 'util'],
  api: ['kube', 'util'],
  // Knows no Kubernetes.
  aws: ['composed', 'util'],
  reconcilers: ['runtime', 'aws', 'api', 'kube', 'composed', 'util'],
  operator: ['reconcilers', 'runtime', 'aws', 'api', 'kube', 'composed', 'util'],
  // A product of its own: nothing that it is there to test.
  sandbox: ['util'],
  cli: ['operator', 'sandbox', 'reconcilers', 'runtime', 'aws', 'api', 'kube', 'composed', 'util'],
};

/** Something that few may touch, so that there is one place to look at. */
export interface Door {
  readonly what: string;
  readonly specifier: RegExp;
  readonly allowed: readonly RegExp[];
  /** Types alone, which are gone at run time, may be taken here as well. */
  readonly typesAllowed?: readonly RegExp[];
}

export const DOORS: readonly Door[] = [
  {
    what: 'AWS SDK clients',
    specifier: /^@(aws-sdk|smithy|aws)\//,
    // The simulator takes the wire schemas in one file, and the shapes of requests as types.
    allowed: [/^src\/aws\//, /^src\/sandbox\/aws\/codec\.ts$/],
    typesAllowed: [/^src\/sandbox\/aws\//],
  },
  {
    what: 'HTTP/2',
    specifier: /^node:http2$/,
    allowed: [/^src\/kube\/transport\//, /^src\/sandbox\//],
  },
  {
    what: 'HTTP and TLS',
    specifier: /^node:(http|https|tls|net)$/,
    allowed: [
      /^src\/kube\/transport\//,
      /^src\/aws\/transport\.ts$/,
      /^src\/sandbox\//,
      // Serves metrics and health.
      /^src\/runtime\/(http|server|metrics|health)/,
      // The demo pings Redis as a client of the user would.
      /^src\/cli\/demo\/redis-ping\.ts$/,
    ],
    typesAllowed: [/^src\/kube\//, /^src\/util\/listen\.ts$/],
  },
  {
    what: 'a web framework',
    specifier: /^(hono|@hono\/)/,
    allowed: [/^src\/runtime\//, /^src\/sandbox\//],
  },
  {
    what: 'other programs',
    specifier: /^node:child_process$/,
    allowed: [/^src\/kube\/config\/exec\.ts$/, /^src\/sandbox\/redis\//, /^src\/cli\//],
  },
  {
    what: 'the command line',
    specifier: /^commander$/,
    allowed: [/^src\/cli\//],
  },
  {
    what: 'what is there for tests only',
    specifier: /^(vitest|fast-check|@kubernetes\/client-node|oxc-parser)/,
    allowed: [],
  },
  {
    what: 'a Redis client',
    specifier: /^ioredis$/,
    // Loaded when the demo's application is asked for: who installs the program need not have it.
    allowed: [/^src\/cli\/demo\/application\//],
  },
  {
    what: 'a real API server',
    specifier: /^@pixelbitsltd\/envtest-js$/,
    // Loaded when it is asked for: who installs the program need not have it.
    allowed: [/^src\/cli\/demo\/kubernetes\.ts$/],
  },
];

/** Files that may ask the machine for the time, each with its reason. */
export const TIME_EXEMPTIONS: Readonly<Record<string, string>> = {
  'src/util/clock.ts': 'is the clock',
  'src/util/others-turn.ts': 'waits for no time, but for what is due already',
  'src/aws/connection.ts': 'takes the time of the machine away from the offset that the SDK adds it to',
};

/** Folders whose `index.ts` stands behind a subpath of the package. */
export const PUBLIC_FOLDERS: readonly string[] = ['composed', 'runtime', 'kube', 'aws', 'api', 'sandbox'];
