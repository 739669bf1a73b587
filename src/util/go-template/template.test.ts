import { describe, expect, it } from 'vitest';
import { createEffort, renderTemplate } from './template.ts';

const fields = new Map([
  ['host', 'h.example.com'],
  ['port', '6379'],
  ['authString', `a b/+&"'<é>`],
  ['empty', ''],
  ['ca.crt', 'PEM'],
]);

function render(template: string): unknown {
  return renderTemplate(template, fields, createEffort(100_000));
}

/** Every result is that of `text/template` of Go 1.26. */
describe('a template', () => {
  it.each([
    ['plain }} text', 'plain }} text'],
    ['redis://{{ .host }}:{{.port}}', 'redis://h.example.com:6379'],
    ['{{ .nothing }}', '<no value>'],
    ['{{ .empty }}', ''],
    ['{{ .nothing.more }}', '<no value>'],
    ['{{ $.host }}', 'h.example.com'],
    ['{{ . }}', `map[authString:a b/+&"'<é> ca.crt:PEM empty: host:h.example.com port:6379]`],
    ['{{ index . "ca.crt" }}|{{ index . "nothing" }}', 'PEM|'],
    ['{{ (index . "host") | len }}', '13'],
    ['{{ "te\\"x\\u00e9\\t" }}{{ `ra\\w` }}', 'te"xé\tra\\w'],
    ['{{ 42 }}{{ -3 }}{{ true }}', '42-3true'],
  ])('puts fields and constants in their places: %s', (template, text) => {
    expect(render(template)).toEqual({ text });
  });

  it.each([
    ['a {{- .port -}} \n b', 'a6379b'],
    ['a {{- /* why */ -}} b', 'ab'],
    ['a {{/* why }} */}} b', 'a  b'],
    ['a{{/*/}}*/}}b', 'ab'],
    ['{{.port -}}\n\n{{- .port}}', '63796379'],
    ['{{\n.port\n}}', '6379'],
    ['{{-3}}', '-3'],
  ])('takes white space away where it is asked to, and comments: %j', (template, text) => {
    expect(render(template)).toEqual({ text });
  });

  it.each([
    ['{{ if .empty }}a{{ else }}b{{ end }}', 'b'],
    ['{{ if .host }}a{{ else }}b{{ end }}', 'a'],
    ['{{ if .nothing }}a{{ end }}', ''],
    ['{{ if .empty }}a{{ else if .port }}b{{ else }}c{{ end }}', 'b'],
    ['{{ if .empty }}a{{ else if .nothing }}b{{ else }}c{{ end }}', 'c'],
    ['{{ with .port }}{{ . }}{{ $.host }}{{ end }}', '6379h.example.com'],
    ['{{ with .empty }}a{{ else }}{{ .port }}{{ end }}', '6379'],
    ['{{ with .empty }}a{{ else with .port }}{{ . }}{{ end }}', '6379'],
    ['{{ if eq .port "6379" "6380" }}known{{ end }}', 'known'],
    ['{{ if 0 }}a{{ else }}b{{ end }}', 'b'],
  ])('has one part or another: %s', (template, text) => {
    expect(render(template)).toEqual({ text });
  });

  it.each([
    ['{{ $p := .port }}{{ $p }}{{ $p }}', '63796379'],
    ['{{ $p := 1 }}{{ if true }}{{ $p = 2 }}{{ $p := 3 }}{{ end }}{{ $p }}', '2'],
    ['{{ with $x := .host }}{{ $x }}{{ end }}', 'h.example.com'],
    ['{{ $all := . }}{{ $all.host }}', 'h.example.com'],
  ])('keeps variables, in the part that they are made in: %s', (template, text) => {
    expect(render(template)).toEqual({ text });
  });

  it.each([
    ['{{ urlquery .authString }}', 'a+b%2F%2B%26%22%27%3C%C3%A9%3E'],
    ['{{ .authString | html }}', 'a b/+&amp;&#34;&#39;&lt;é&gt;'],
    ['{{ .authString | js }}', String.raw`a b/+\u0026\"\'\u003Cé\u003E`],
    ['{{ .authString | printf "%q" }}', String.raw`"a b/+&\"'<é>"`],
    ['{{ .port | printf "%s:%s" .host }}', 'h.example.com:6379'],
    [
      '{{ printf "%6s|%-6s|%.2s|%x|%d|%03d|%v|%t|%%" .port .port .port .port 7 -7 true false }}',
      '  6379|6379  |63|36333739|7|-07|true|false|%',
    ],
    ['{{ print .port .host 1 2 true nil }}|{{ println 1 .port }}', '6379h.example.com1 2 true <nil>|1 6379\n'],
    ['{{ html .nothing }}', '&lt;no value&gt;'],
    ['{{ len .authString }} {{ len . }}', '12 5'],
    ['{{ and .host .empty }}|{{ and .host .port }}|{{ or .empty .port }}|{{ not .empty }}', '|6379|6379|true'],
    ['{{ or true (index nil) }}', 'true'],
    ['{{ ne .port "1" }}{{ lt 1 2 }}{{ le .port .port }}{{ gt 1 2 }}{{ ge "b" "a" }}', 'truetruetruefalsetrue'],
    ['{{ eq .nothing nil }}{{ eq .nothing .host }}', 'truefalse'],
  ])('has functions of Go: %s', (template, text) => {
    expect(render(template)).toEqual({ text });
  });

  it.each([
    ['{{ b64enc .authString }}', Buffer.from(`a b/+&"'<é>`).toString('base64')],
    [
      '{"password": {{ toJson .authString }}, "none": {{ toJson .nothing }}}',
      String.raw`{"password": "a b/+\u0026\"'\u003cé\u003e", "none": null}`,
    ],
  ])('has two functions that Go has not, under the names that others gave them: %s', (template, text) => {
    expect(render(template)).toEqual({ text });
  });
});

describe('what is no template', () => {
  it.each([
    ['{{ .host', 'an action does not end with }}'],
    ['{{ }}', 'a command is missing'],
    ['{{ .host | }}', 'a command is missing'],
    ['{{ nope .host }}', 'there is no function nope'],
    ['{{ $x }}', 'there is no variable $x'],
    ['{{ if true }}{{ $x := 1 }}{{ end }}{{ $x }}', 'there is no variable $x'],
    ['{{ $x = 1 }}', 'there is no variable $x'],
    ['{{ if .host }}', '{{if}} without {{end}}'],
    ['{{ if .host }}{{ else }}', '{{else}} without {{end}}'],
    ['{{ if .host }}{{ else }}{{ else }}{{ end }}', '{{else}} without {{end}}'],
    ['{{ if .host }}{{ end .port }}', '{{end}} is followed by something unexpected'],
    ['{{ if .host }}{{ else .port }}{{ end }}', '{{else}} is followed by something unexpected'],
    ['{{ end }}', '{{end}} without {{if}} or {{with}}'],
    ['{{ .host.more }}', 'string has no field more'],
    ['{{ .host .port }}', 'something is given to what is no function'],
    ['{{ .host | .port }}', 'something is given to what is no function'],
    ['{{ .host | "text" }}', 'a pipeline has something that takes no argument after |'],
    ['{{ (.host }}', 'a parenthesis is not closed'],
    ['{{ .host) }}', 'something is not where it is expected: close'],
    ['{{ (.host)x }}', 'something is not where it is expected: x'],
    ['{{ $.host$ }}', '.host is followed by something unexpected'],
    ['{{ nil }}', 'nil is no command'],
    ['{{ "open }}', 'a text in quotes does not end'],
    ['{{ "\\q" }}', '\\q is no escape that is known here'],
    ['{{ /* x */ }}', '/ has no meaning in an action'],
    ['{{/* x }}', 'a comment does not end with */}}'],
    ['{{ 1.5 }}', '1.5 is not a plain whole number'],
    ['{{ lt .port 1 }}', 'string and int cannot be compared'],
    ['{{ not }}', 'not takes 1 arguments, not 0'],
    ['{{ eq 1 }}', 'eq takes 2 or more arguments, not 1'],
    ['{{ printf "%d" .port }}', 'printf has no form %d for string'],
    ['{{ printf "%s" .nothing }}', 'printf has no form %s for nil'],
    ['{{ printf "%s" }}', 'printf has fewer arguments than forms'],
    ['{{ printf "" 1 }}', 'printf has more arguments than forms'],
    ['{{ printf "%*d" 1 2 }}', 'printf does not know %* here'],
    ['{{ index .host 0 }}', 'index does not take string'],
    ['{{ len .nothing }}', 'len does not take nil'],
  ])('is told, and where: %s', (template, cause) => {
    expect(render(`\n${template}`)).toEqual({ problem: `line 2: ${cause}` });
  });

  it.each(['range .', 'define "x"', 'template "x"', 'block "x" .', 'break', 'continue', 'call .host'])(
    'is what repeats, or calls: %s',
    (action) => {
      const [word] = action.split(' ');
      expect(render(`{{ ${action} }}`)).toEqual({ problem: `line 1: ${word} is not available here` });
    },
  );
});

describe('a template of somebody who means ill', () => {
  it.each(['constructor', '__proto__', 'toString', 'size', 'get'])('finds nothing but fields: .%s', (name) => {
    expect(render(`{{ .${name} }}{{ index . "${name}" }}`)).toEqual({ text: '<no value>' });
  });

  it('cannot double a text for ever', () => {
    const doubling = '{{ $x = printf "%s%s" $x $x }}'.repeat(60);
    expect(render(`{{ $x := .host }}${doubling}`)).toEqual({
      problem: 'line 1: it makes too much text: more than 100000 characters on the way',
    });
  });

  it('cannot ask for a long text at once', () => {
    expect(render('{{ printf "%99999s" .host }}')).toMatchObject({
      problem: expect.stringContaining('printf does not know'),
    });
    expect(render('{{ printf "%9999s" .host }}'.repeat(11))).toMatchObject({
      problem: expect.stringContaining('too much'),
    });
  });

  it.each([
    ['parentheses', `{{ ${'('.repeat(8000)} }}`],
    ['conditions', '{{ if true }}'.repeat(1000)],
    ['alternatives', `{{ if false }}${'{{ else if false }}'.repeat(800)}{{ end }}`],
  ])('cannot go so deep that the stack ends: %s', (_what, template) => {
    expect(render(template)).toEqual({ problem: 'line 1: more than 50 levels are inside one another' });
  });

  it('shares its effort with others of the same owner', () => {
    const effort = createEffort(20);
    expect(renderTemplate('{{ .host }}', fields, effort)).toEqual({ text: 'h.example.com' });
    expect(renderTemplate('{{ .host }}', fields, effort)).toHaveProperty('problem');
  });
});
