import type { RateClass } from './rate-limits.ts';
import type { SendOptions, Transport } from './transport.ts';

/** The name of a service as it stands in signatures and metrics. */
export type ServiceName = 'sts' | 'ec2' | 'elasticache' | 'secretsmanager' | 'tagging';

export type Access = 'read' | 'write';

/** What the SDK's command classes have in common, as far as types go. */
interface SdkCommand<I, O> {
  readonly input: I;
  resolveMiddleware(...args: never[]): (args: never) => Promise<{ readonly output: O }>;
}

export type CommandClass<I, O> = new (input: never) => SdkCommand<I, O>;

/** One AWS operation that we use. */
export interface Operation<I, O> {
  readonly command: CommandClass<I, O>;
  readonly access: Access;
  readonly rateClass: RateClass;
}

/** Any operation, for tables of them. */
export type AnyOperation = Operation<unknown, unknown>;

/**
 * The operations that a client may use: nothing else can be called, the door knows from it which calls are writes, and
 * the IAM policy is printed from it.
 */
export type Operations = Readonly<Record<string, AnyOperation>>;

export type InputOf<T extends AnyOperation> = T extends Operation<infer I, unknown> ? I : never;
export type OutputOf<T extends AnyOperation> = T extends Operation<unknown, infer O> ? O : never;

export function read<I, O>(command: CommandClass<I, O>, rateClass: RateClass): Operation<I, O> {
  return { command, access: 'read', rateClass };
}

export function write<I, O>(command: CommandClass<I, O>, rateClass: RateClass): Operation<I, O> {
  return { command, access: 'write', rateClass };
}

/** A service as the connections know it. */
export interface Service<Ops extends Operations> {
  readonly name: ServiceName;
  /** The prefix of its actions in IAM policies. */
  readonly iamPrefix: string;
  readonly operations: Ops;
  /** Actions that AWS asks for on top, as `iam:CreateServiceLinkedRole`. */
  readonly impliedActions: readonly string[];
  readonly createSdkClient: (config: SdkConfig) => SdkClient;
}

/** What every SDK client is made with; see connection.ts. */
export interface SdkConfig {
  readonly region: string;
  readonly endpoint?: string;
  readonly maxAttempts: number;
  readonly defaultsMode: 'standard';
  readonly credentials: () => Promise<Credentials>;
  readonly requestHandler: Transport;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Undefined: they do not expire. */
  readonly expiration?: Date;
}

/** What the SDK's clients have in common; `send` is narrowed by the tables of operations. */
export interface SdkClient {
  readonly config: object;
  readonly middlewareStack: { remove(name: string): boolean };
  send(command: never, options: SendOptions): Promise<unknown>;
}
