import { describe, expect, it } from 'vitest';
import { readPlainXml } from './plain-xml.ts';

describe('readPlainXml', () => {
  it('reads an answer of AWS: prolog, namespace, lists, empty elements, indentation', () => {
    const answer = `<?xml version="1.0" encoding="UTF-8"?>
<DescribeResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
  <groups>
    <item><id>one</id><tags/></item>
    <item><id>two words</id><note></note></item>
  </groups>
  <requestId>r-1</requestId>
</DescribeResponse>`;
    expect(readPlainXml(answer)).toEqual({
      groups: {
        item: [
          { id: 'one', tags: '' },
          { id: 'two words', note: '' },
        ],
      },
      requestId: 'r-1',
    });
  });

  it.each([
    ['an entity', '<r><a>x &amp; y</a></r>'],
    ['a comment', '<r><!-- c --><a>x</a></r>'],
    ['a document type', '<!DOCTYPE html><r><a>x</a></r>'],
    ['CDATA', '<r><a><![CDATA[x]]></a></r>'],
    ['an attribute below the root', '<r><a b="c">x</a></r>'],
    ['a text beside elements', '<r>x<a>y</a></r>'],
    ['carriage returns', '<r>\r\n<a>y</a></r>'],
    ['a document that is cut off', '<r><a>x</a>'],
    ['tags that do not match', '<r><a>x</b></r>'],
    ['a name that is special in JavaScript', '<r><__proto__><a>x</a></__proto__></r>'],
    ['nothing but a text', '<r>x</r>'],
    ['no XML', 'Bad Gateway'],
    ['nothing', ''],
  ])('leaves %s to the SDK', (_, xml) => {
    expect(readPlainXml(xml)).toBeUndefined();
  });
});
