import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEffort, renderTemplate } from './template.ts';

const SECRET = 'a-token-that-nobody-may-see';
const fields = new Map([
  ['host', 'example.com'],
  ['authString', SECRET],
]);

const word = fc.constantFrom(
  '{{',
  '}}',
  '{{-',
  '-}}',
  ' ',
  '.host',
  '.authString',
  '$',
  '$x',
  ':=',
  '=',
  '|',
  '(',
  ')',
);
const more = fc.constantFrom(
  'if',
  'else',
  'end',
  'with',
  'printf',
  '"%s%s"',
  'html',
  'len',
  'eq',
  'index',
  '/*',
  '*/',
  '\n',
);
/** Often nearly a template. */
const template = fc
  .array(fc.oneof(word, more, fc.string({ maxLength: 3 })), { maxLength: 40 })
  .map((parts) => parts.join(''));

function render(text: string, value = 'example.com'): { text?: string; problem?: string } {
  return renderTemplate(text, new Map([['it', value]]), createEffort(1_000_000));
}

describe('a template, whatever it is,', () => {
  it('ends in a text that is not too long, or in a problem that tells no value', () => {
    fc.assert(
      fc.property(template, (text) => {
        const rendered: { text?: string; problem?: string } = renderTemplate(text, fields, createEffort(1000));
        expect(rendered.text?.length ?? 0).toBeLessThanOrEqual(1000);
        expect(rendered.problem ?? '').not.toContain(SECRET);
        expect(Object.keys(rendered)).toHaveLength(1);
      }),
      { numRuns: 2000 },
    );
  });

  it('stays as it is without an action', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!text.includes('{{'));
        expect(render(text)).toEqual({ text });
      }),
    );
  });
});

describe('functions that quote', () => {
  const value = fc.string({ unit: 'grapheme' });

  it.each([
    ['urlquery', (text: string) => decodeURIComponent(text.replaceAll('+', ' '))],
    ['b64enc', (text: string) => Buffer.from(text, 'base64').toString()],
    ['toJson', (text: string) => JSON.parse(text) as string],
  ])('are turned back by who reads %s', (name, back) => {
    fc.assert(
      fc.property(value, (text) => {
        expect(back(render(`{{ ${name} .it }}`, text).text ?? '')).toBe(text);
      }),
    );
  });

  it('leave nothing in a text that could end its quotes', () => {
    fc.assert(
      fc.property(value, (text) => {
        const inner = (render('{{ printf "%q" .it }}', text).text ?? '').slice(1, -1);
        expect(inner.replace(/\\./g, '')).not.toMatch(/["\n]/);
        expect(render('{{ html .it }}', text).text).not.toMatch(/["'<>]/);
        expect((render('{{ js .it }}', text).text ?? '').replace(/\\./g, '')).not.toMatch(/["'<>&=\n]/);
      }),
    );
  });
});
