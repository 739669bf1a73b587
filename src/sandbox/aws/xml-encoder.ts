import type { Member, Scalar, Shape } from './shape.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
};

/** Characters that XML 1.0 cannot carry at all, not even escaped. */
// oxlint-disable-next-line no-control-regex -- exactly those control characters are meant
const NOT_IN_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g;

export function escapeXml(text: string): string {
  return text.replace(NOT_IN_XML, '\uFFFD').replace(/[&<>"\r]/g, (character) => ESCAPES[character] ?? character);
}

export function element(name: string, content: string, attributes = ''): string {
  return `<${name}${attributes}>${content}</${name}>`;
}

// Casts rest on the types of the handlers, which are those of the schemas that are encoded by here.

function scalarText(kind: Scalar, value: unknown): string {
  switch (kind) {
    case 'timestamp':
      // AWS shows milliseconds only when there are some, and clients of every language read both.
      return value instanceof Date ? value.toISOString().replace('.000Z', 'Z') : String(value);
    case 'blob':
      return Buffer.from(value as Uint8Array).toString('base64');
    case 'string':
    case 'number':
    case 'boolean':
    case 'document':
      return escapeXml(String(value));
  }
}

function listContent(item: Member, value: unknown): string {
  const name = item.traits.xmlName ?? 'member';
  return asList(value)
    .map((entry) => element(name, contentOf(item.shape(), entry)))
    .join('');
}

function mapContent(key: Member, valueMember: Member, value: unknown): string {
  return Object.entries(value as Record<string, unknown>)
    .map(([entryKey, entryValue]) => {
      const keyElement = element(key.traits.xmlName ?? 'key', escapeXml(entryKey));
      const valueElement = element(valueMember.traits.xmlName ?? 'value', contentOf(valueMember.shape(), entryValue));
      return element('entry', keyElement + valueElement);
    })
    .join('');
}

function memberElement(member: Member, value: unknown): string {
  const name = member.traits.xmlName ?? member.name;
  const shape = member.shape();
  if (shape.kind === 'list' && member.traits.xmlFlattened !== undefined) {
    return asList(value)
      .map((entry) => element(name, contentOf(shape.item.shape(), entry)))
      .join('');
  }
  return element(name, contentOf(shape, value));
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The content of the element of `value`: the members of a struct that are present, in the order of the schema. */
export function contentOf(shape: Shape, value: unknown): string {
  if (value === undefined || value === null) return '';
  switch (shape.kind) {
    case 'struct': {
      const fields = value as Readonly<Record<string, unknown>>;
      return shape.members
        .filter(({ name }) => fields[name] !== undefined && fields[name] !== null)
        .map((member) => memberElement(member, fields[member.name]))
        .join('');
    }
    case 'list':
      return listContent(shape.item, value);
    case 'map':
      return mapContent(shape.key, shape.value, value);
    case 'unit':
      return '';
    default:
      return scalarText(shape.kind, value);
  }
}
