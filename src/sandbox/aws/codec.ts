/**
 * The wire formats, driven by the SDK's own schemas: bytes to the typed input of an operation, its result or fault back
 * to bytes. The only file of the sandbox that touches the SDK. A bug that the SDK and this codec would share is looked
 * for with clients in other languages.
 */
import { remembered } from '../../util/remembered.ts';
import type { AwsFault } from './fault.ts';
import { inputFromJson, jsonOf } from './json-codec.ts';
import { awsQueryDialect, ec2QueryDialect, inputFromQuery, stsDialect } from './query-decoder.ts';
import type { ServiceDefinition, ServiceName } from './service.ts';
import { isErrorSchema, isOperationSchema, shapeFrom, type Shape, type StructShape } from './shape.ts';
import { contentOf, element, escapeXml } from './xml-encoder.ts';

interface OperationModel {
  readonly input: Shape;
  readonly output: Shape;
}

interface ErrorModel {
  readonly httpStatus: number;
  readonly shape: StructShape;
}

/** What the SDK knows of a service. */
export interface WireModel {
  readonly operations: ReadonlyMap<string, OperationModel>;
  /** By the code on the wire. */
  readonly errors: ReadonlyMap<string, ErrorModel>;
}

export interface WireRequest {
  readonly parameters: URLSearchParams;
  readonly body: string;
}

export interface WireResponse {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** Loaded when a service starts, because EC2's schemas alone take a third of a second. */
const PACKAGES: Readonly<Record<ServiceName, () => Promise<object>>> = {
  sts: () => import('@aws-sdk/client-sts'),
  ec2: () => import('@aws-sdk/client-ec2'),
  elasticache: () => import('@aws-sdk/client-elasticache'),
  secretsmanager: () => import('@aws-sdk/client-secrets-manager'),
  tagging: () => import('@aws-sdk/client-resource-groups-tagging-api'),
};

/** The XML namespaces stand in no schema. */
const XML_NAMESPACES: Readonly<Partial<Record<ServiceName, string>>> = {
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
  ec2: 'http://ec2.amazonaws.com/doc/2016-11-15/',
  elasticache: 'http://elasticache.amazonaws.com/doc/2015-02-02/',
};

function errorEntry(schema: readonly unknown[]): [string, ErrorModel] | undefined {
  const shape = shapeFrom(schema);
  if (shape.kind !== 'struct') return undefined;
  const { awsQueryError, httpError } = shape.traits;
  return [awsQueryError?.[0] ?? shape.name, { httpStatus: awsQueryError?.[1] ?? httpError ?? 400, shape }];
}

/** The SDK's model of a service. Read once in a process: it never changes, and tests start hundreds of simulators. */
export const loadWireModel = remembered(Object.keys(PACKAGES).length, readWireModel);

async function readWireModel(service: ServiceName): Promise<WireModel> {
  const schemas = Object.values(await PACKAGES[service]());
  const operations = schemas
    .filter(isOperationSchema)
    .map(([, , name, , input, output]): [string, OperationModel] => [name, lazyOperation(input, output)]);
  const errors = schemas.filter(isErrorSchema).flatMap((schema) => {
    const entry = errorEntry(schema);
    return entry ? [entry] : [];
  });
  return { operations: new Map(operations), errors: new Map(errors) };
}

function lazyOperation(input: unknown, output: unknown): OperationModel {
  return {
    get input() {
      return shapeFrom(input);
    },
    get output() {
      return shapeFrom(output);
    },
  };
}

/** The codec of one service. */
export class Codec {
  readonly #service: ServiceDefinition;
  readonly #model: WireModel;

  constructor(service: ServiceDefinition, model: WireModel) {
    this.#service = service;
    this.#model = model;
    const unknown = Object.keys(service.operations).find((name) => !model.operations.has(name));
    if (unknown) throw new Error(`${service.name} has no operation ${unknown} in the SDK's model`);
  }

  /** *Throws* {@link AwsFault} for input that the service would refuse before looking at its meaning. */
  decode(operation: string, request: WireRequest): Record<string, unknown> {
    const { input } = this.#operation(operation);
    switch (this.#service.protocol) {
      case 'awsQuery':
        return inputFromQuery(input, request.parameters, this.#service.name === 'sts' ? stsDialect : awsQueryDialect);
      case 'ec2Query':
        return inputFromQuery(input, request.parameters, ec2QueryDialect);
      case 'awsJson1_1':
        return inputFromJson(input, request.body);
    }
  }

  encode(operation: string, output: unknown, requestId: string): WireResponse {
    const shape = this.#operation(operation).output;
    switch (this.#service.protocol) {
      case 'awsQuery':
        return xml(200, this.#awsQueryAnswer(operation, shape, output, requestId));
      case 'ec2Query':
        return xml(200, this.#ec2Answer(operation, shape, output, requestId));
      case 'awsJson1_1':
        return json(200, shape.kind === 'unit' ? {} : (jsonOf(shape, output ?? {}) ?? {}));
    }
  }

  encodeFault(fault: AwsFault, requestId: string): WireResponse {
    const status = fault.httpStatus ?? this.#model.errors.get(fault.code)?.httpStatus ?? 400;
    const code = element('Code', escapeXml(fault.code)) + element('Message', escapeXml(fault.message));
    switch (this.#service.protocol) {
      case 'awsQuery': {
        const type = element('Type', status >= 500 ? 'Receiver' : 'Sender');
        const content = element('Error', type + code) + element('RequestId', requestId);
        return xml(status, element('ErrorResponse', content, this.#namespace()));
      }
      case 'ec2Query': {
        const errors = element('Errors', element('Error', code));
        return xml(status, element('Response', errors + element('RequestID', requestId)));
      }
      case 'awsJson1_1':
        return json(status, { __type: fault.code, [this.#messageField(fault.code)]: fault.message });
    }
  }

  #awsQueryAnswer(operation: string, shape: Shape, output: unknown, requestId: string): string {
    const result = shape.kind === 'unit' ? '' : element(`${operation}Result`, contentOf(shape, output));
    const metadata = element('ResponseMetadata', element('RequestId', requestId));
    return element(`${operation}Response`, result + metadata, this.#namespace());
  }

  /** Operations without a result answer `<return>true</return>`, which the SDK's model leaves out. */
  #ec2Answer(operation: string, shape: Shape, output: unknown, requestId: string): string {
    const content = shape.kind === 'unit' ? element('return', 'true') : contentOf(shape, output);
    return element(`${operation}Response`, element('requestId', requestId) + content, this.#namespace());
  }

  #namespace(): string {
    const namespace = XML_NAMESPACES[this.#service.name];
    return namespace ? ` xmlns="${namespace}"` : '';
  }

  /** JSON services write `message` or `Message`, as the error's schema says; faults without a schema `message`. */
  #messageField(code: string): string {
    const members = this.#model.errors.get(code)?.shape.members ?? [];
    return members.find(({ name }) => name.toLowerCase() === 'message')?.name ?? 'message';
  }

  #operation(name: string): OperationModel {
    const operation = this.#model.operations.get(name);
    if (!operation) throw new Error(`${this.#service.name} has no operation ${name} in the SDK's model`);
    return operation;
  }
}

function xml(status: number, document: string): WireResponse {
  return { status, contentType: 'text/xml;charset=UTF-8', body: `<?xml version="1.0" encoding="UTF-8"?>\n${document}` };
}

function json(status: number, document: unknown): WireResponse {
  return { status, contentType: 'application/x-amz-json-1.1', body: JSON.stringify(document) };
}
