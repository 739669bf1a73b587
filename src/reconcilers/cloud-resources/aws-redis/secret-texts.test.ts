import { describe, expect, it } from 'vitest';
import { OWN_KEYS, ownTextsOf, withExtraData } from './secret-texts.ts';

const connection = { host: 'h.example.com', port: '6379', authString: 'a/b?c', ca: 'PEM' };

describe('the keys that a Secret has by itself', () => {
  it('are what the control plane says, what only the kind has, and a URL', () => {
    const own = { primaryEndpoint: 'h.example.com:6379', readEndpoint: '' };
    expect(ownTextsOf(connection, own)).toEqual({
      host: 'h.example.com',
      port: '6379',
      primaryEndpoint: 'h.example.com:6379',
      authString: 'a/b?c',
      'ca.crt': 'PEM',
      url: 'rediss://default:a%2Fb%3Fc@h.example.com:6379',
    });
  });

  it('are no keys without a text', () => {
    expect(ownTextsOf({ ...connection, authString: '', ca: '' }, {})).toEqual({
      host: 'h.example.com',
      port: '6379',
      url: 'rediss://h.example.com:6379',
    });
  });

  it('have a URL that is taken apart into what it was made of', () => {
    const url = new URL(ownTextsOf({ ...connection, authString: 'p@ss:/w%rd' }, {})['url'] ?? '');
    expect([url.hostname, url.port, url.username, decodeURIComponent(url.password)]).toEqual([
      'h.example.com',
      '6379',
      'default',
      'p@ss:/w%rd',
    ]);
  });

  it('are all known as such', () => {
    const own = { primaryEndpoint: 'a', readEndpoint: 'b', readHost: 'c', readPort: 'd', discoveryEndpoint: 'e' };
    expect(new Set(Object.keys(ownTextsOf(connection, own)))).toEqual(OWN_KEYS);
  });
});

describe('extraData', () => {
  const own = ownTextsOf(connection, {});

  it('is filled in with them', () => {
    const { texts, problems } = withExtraData(own, {
      'config.yaml': 'redis: {{ .host }}:{{ .port }}\nca: {{ index . "ca.crt" }}\n',
      dsn: '{{ .url }}/0',
      absent: '{{ .readHost }}',
    });
    expect(texts).toEqual({
      ...own,
      'config.yaml': 'redis: h.example.com:6379\nca: PEM\n',
      dsn: 'rediss://default:a%2Fb%3Fc@h.example.com:6379/0',
      absent: '<no value>',
    });
    expect(problems).toEqual([]);
  });

  it('does not see other keys of its own, whatever their order', () => {
    const { texts } = withExtraData(own, { a: '{{ .b }}', b: '{{ .a }}' });
    expect(texts).toMatchObject({ a: '<no value>', b: '<no value>' });
  });

  it('is published as it is written when it is no template, and said so', () => {
    const { texts, problems } = withExtraData(own, { good: '{{ .port }}', bad: '{{ .port', worse: '{{ .port.x }}' });
    expect(texts).toMatchObject({ good: '6379', bad: '{{ .port', worse: '{{ .port.x }}' });
    expect(problems).toEqual([
      'bad is published as it is written: line 1: an action does not end with }}',
      'worse is published as it is written: line 1: string has no field x',
    ]);
  });

  it('does not take the place of a key that there is, but for the URL', () => {
    const { texts, problems } = withExtraData(own, { host: 'evil', url: 'redis://{{ .host }}', readHost: 'mine' });
    expect(texts).toEqual({ ...own, url: 'redis://h.example.com', readHost: 'mine' });
    expect(problems).toEqual(['host is left out, because the Secret has a key of that name anyway']);
  });

  it('does not make a Secret that is too large to be written', () => {
    const longest = 'é'.repeat(16_000);
    const extraData = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`k${at + 10}`, longest]));
    const { texts, problems } = withExtraData(own, { ...extraData, small: 'fits' });
    expect(problems).toEqual(
      ['k26', 'k27', 'k28', 'k29'].map((key) => `${key} is left out, because the Secret would become too large`),
    );
    expect(texts).toMatchObject({ k25: longest, small: 'fits' });
    expect(texts).not.toHaveProperty('k26');
  });

  it('does not take the others along when one template asks for too much', () => {
    const doubling = '{{ $x = print $x $x }}'.repeat(60);
    const { texts, problems } = withExtraData(own, { a: `{{ $x := .host }}${doubling}`, b: '{{ .port }}' });
    expect(problems).toEqual([
      'a is published as it is written: line 1: it makes too much text: more than 100000 characters on the way',
    ]);
    expect(texts['b']).toBe('6379');
  });

  it.each(['constructor', '__proto__', 'toString'])('finds nothing in a field %s', (name) => {
    expect(withExtraData(own, { it: `{{ .${name} }}` }).texts['it']).toBe('<no value>');
  });

  it('may have any key that a Secret may have', () => {
    const extraData = { ['__proto__']: 'a', constructor: 'b', '.dot': 'c' };
    const { texts } = withExtraData(own, extraData);
    expect(new Map(Object.entries(texts))).toEqual(new Map(Object.entries({ ...own, ...extraData })));
  });
});
