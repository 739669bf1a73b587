import { AwsFault } from './fault.ts';
import type { Member, Scalar, Shape, StructShape } from './shape.ts';

/** Parameters as a tree: `Filter.1.Value.2=x` stands at Filter, 1, Value, 2. */
interface Node {
  readonly children: Map<string, Node>;
  text: string | undefined;
}

/** What differs between awsQuery and ec2Query. */
export interface QueryDialect {
  readonly flattensLists: boolean;
  readonly nameOf: (member: Member) => string;
  readonly missing: (path: string) => AwsFault;
  readonly malformed: (path: string, text: string) => AwsFault;
  /** Undefined: unknown parameters are ignored. */
  readonly unknown: ((path: string) => AwsFault) | undefined;
}

function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

export const awsQueryDialect: QueryDialect = {
  flattensLists: false,
  nameOf: (member) => member.traits.xmlName ?? member.name,
  missing: (path) =>
    new AwsFault('InvalidParameterValue', `The parameter ${path} must be provided and must not be blank.`),
  malformed: (path) => new AwsFault('MalformedInput', `The value of the parameter ${path} has the wrong type.`),
  unknown: undefined,
};

export const stsDialect: QueryDialect = {
  ...awsQueryDialect,
  missing: (path) =>
    new AwsFault(
      'ValidationError',
      `1 validation error detected: Value null at '${path.charAt(0).toLowerCase()}${path.slice(1)}' failed to satisfy constraint: Member must not be null`,
    ),
};

export const ec2QueryDialect: QueryDialect = {
  flattensLists: true,
  nameOf: ({ name, traits }) => traits.ec2QueryName ?? capitalised(traits.xmlName ?? name),
  missing: (path) => new AwsFault('MissingParameter', `The request must contain the parameter ${path}`),
  malformed: (path, text) => new AwsFault('InvalidParameterValue', `Value (${text}) for parameter ${path} is invalid.`),
  unknown: (path) => new AwsFault('UnknownParameter', `The parameter ${path} is not recognized`),
};

/** Not parameters of an operation, but of the protocol or of a signature in the query. */
const PROTOCOL_PARAMETER = /^(Action|Version|X-Amz-.*)$/;

function childOf(node: Node, name: string): Node {
  let child = node.children.get(name);
  if (!child) node.children.set(name, (child = { children: new Map(), text: undefined }));
  return child;
}

function treeOf(parameters: URLSearchParams): Node {
  const root: Node = { children: new Map(), text: undefined };
  for (const [key, value] of parameters) {
    if (PROTOCOL_PARAMETER.test(key)) continue;
    let node = root;
    for (const part of key.split('.')) node = childOf(node, part);
    node.text = value;
  }
  return root;
}

function numberedChildren(node: Node): Node[] {
  return [...node.children]
    .filter(([name]) => /^\d+$/.test(name))
    .sort(([left], [right]) => Number(left) - Number(right))
    .map(([, child]) => child);
}

class QueryDecoder {
  readonly #dialect: QueryDialect;

  constructor(dialect: QueryDialect) {
    this.#dialect = dialect;
  }

  struct(shape: StructShape, node: Node, path: string): Record<string, unknown> {
    const value: Record<string, unknown> = {};
    for (const member of shape.members) {
      const name = this.#dialect.nameOf(member);
      const memberPath = path ? `${path}.${name}` : name;
      const child = node.children.get(name);
      if (child) value[member.name] = this.#value(member.shape(), child, memberPath);
      else if (member.required) throw this.#dialect.missing(memberPath);
    }
    return value;
  }

  #value(shape: Shape, node: Node, path: string): unknown {
    switch (shape.kind) {
      case 'struct':
        return this.struct(shape, node, path);
      case 'list':
        return this.#items(shape.item, node).map((item, index) =>
          this.#value(shape.item.shape(), item, `${path}.${index + 1}`),
        );
      case 'map':
        return this.#map(shape.key, shape.value, node, path);
      case 'unit':
        return {};
      default:
        return this.#scalar(shape.kind, node.text ?? '', path);
    }
  }

  /** Clients put `member` or the item's own name between a list and its numbers; AWS takes both, and neither too. */
  #items(item: Member, node: Node): Node[] {
    if (this.#dialect.flattensLists) return numberedChildren(node);
    const wrapper = node.children.get(item.traits.xmlName ?? 'member') ?? node.children.get('member') ?? node;
    return numberedChildren(wrapper);
  }

  #map(key: Member, value: Member, node: Node, path: string): Record<string, unknown> {
    const entries = numberedChildren(node.children.get('entry') ?? node).map((entry): [string, unknown] => {
      const valueNode = childOf(entry, value.traits.xmlName ?? 'value');
      return [childOf(entry, key.traits.xmlName ?? 'key').text ?? '', this.#value(value.shape(), valueNode, path)];
    });
    return Object.fromEntries(entries);
  }

  #scalar(kind: Scalar, text: string, path: string): unknown {
    const value = scalarFrom(kind, text);
    if (value === undefined) throw this.#dialect.malformed(path, text);
    return value;
  }
}

function scalarFrom(kind: Scalar, text: string): unknown {
  switch (kind) {
    case 'string':
    case 'document':
      return text;
    case 'number':
      return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined;
    case 'boolean':
      return { true: true, false: false }[text.toLowerCase()];
    case 'timestamp':
      return timestampFrom(text);
    case 'blob':
      return new Uint8Array(Buffer.from(text, 'base64'));
  }
}

function timestampFrom(text: string): Date | undefined {
  const date = new Date(/^-?\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : text);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function refuseUnknown(shape: StructShape, tree: Node, dialect: QueryDialect): void {
  if (!dialect.unknown) return;
  const names = new Set(shape.members.map((member) => dialect.nameOf(member)));
  for (const name of tree.children.keys()) if (!names.has(name)) throw dialect.unknown(name);
}

/**
 * Reads the parameters of a query protocol into the input of an operation.
 *
 * *Throws* {@link AwsFault} for what is missing, of the wrong type or (EC2) unknown.
 */
export function inputFromQuery(
  shape: Shape,
  parameters: URLSearchParams,
  dialect: QueryDialect,
): Record<string, unknown> {
  if (shape.kind !== 'struct') return {};
  const tree = treeOf(parameters);
  refuseUnknown(shape, tree, dialect);
  return new QueryDecoder(dialect).struct(shape, tree, '');
}
