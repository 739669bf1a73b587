import { XmlShapeDeserializer } from '@aws-sdk/core/protocols';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readPlainXml } from './plain-xml.ts';

class SdkReader extends XmlShapeDeserializer {
  constructor() {
    super({
      xmlNamespace: '',
      serviceNamespace: '',
      httpBindings: false,
      timestampFormat: { useTrait: true, default: 5 },
    });
  }

  parse(xml: string): unknown {
    return this.parseXml(xml);
  }
}

const sdk = new SdkReader();

/** Mostly what AWS writes; the law has to hold for documents that it never wrote too. */
const mostly = (usual: fc.Arbitrary<string>, ...others: readonly string[]) =>
  fc.oneof({ weight: 15, arbitrary: usual }, fc.constantFrom(...others));

const name = mostly(fc.constantFrom('member', 'item', 'Status', 'ARN', 'a.b'), '__proto__');
const attributes = mostly(fc.constant(''), ' a="1"', ' ');
const gap = mostly(fc.constantFrom('', '\n', '\n  '), ' ', 'x');
const text = mostly(
  fc.stringMatching(/^[\w :./-]{0,12}$/),
  ' ',
  '\n',
  '\r\n',
  '&amp;',
  '&#65;',
  '<!-- c -->',
  '<![CDATA[x]]>',
  '</member>',
  '<',
  '>',
);
const { element } = fc.letrec<{ element: string; content: string; children: string }>((tie) => ({
  element: fc
    .tuple(name, attributes, tie('content'))
    .map(([tag, behind, content]) => (content === '' ? `<${tag}${behind}/>` : `<${tag}${behind}>${content}</${tag}>`)),
  content: fc.oneof({ maxDepth: 4 }, text, tie('children')),
  children: fc.array(fc.tuple(gap, tie('element')), { maxLength: 4 }).map((parts) => parts.flat().join('')),
}));

it('reads what the SDK reads, or leaves it to the SDK', () => {
  const prolog = mostly(fc.constantFrom('', '<?xml version="1.0"?>'), ' ', 'x');
  const document = fc.tuple(prolog, element, gap);
  let read = 0;
  fc.assert(
    fc.property(document, (parts) => {
      const xml = parts.join('');
      const found = readPlainXml(xml);
      if (found === undefined) return;
      read += 1;
      const { a, ...expected } = sdk.parse(xml) as Record<string, unknown>; // an element with children is an object
      expect({ ...found }).toEqual(expected);
      expect([undefined, '1']).toContain(a);
    }),
    { numRuns: 2_000 },
  );
  expect(read).toBeGreaterThan(100);
});
