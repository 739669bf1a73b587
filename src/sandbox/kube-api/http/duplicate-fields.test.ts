import { describe, expect, it } from 'vitest';
import { duplicateFields } from './duplicate-fields.ts';

describe('duplicateFields', () => {
  it.each([
    ['nothing twice', '{"a":1,"b":{"a":1},"c":[{"a":1},{"a":2}]}', []],
    ['a field at the top', '{"a":1,"a":2}', ['a']],
    ['a field deep down', '{"spec":{"ports":[{"name":"x"},{"name":"y","name":"z"}]}}', ['spec.ports[1].name']],
    ['an object as a whole', '{"data":{"a":"1","a":"2"},"data":{"b":"c"}}', ['data.a', 'data']],
    ['a field three times', '{"a":1,"a":2,"a":3}', ['a']],
    ['text that looks like structure', String.raw`{"a":"{\"b\":1,\"b\":2}","c":"\\","c ":1}`, []],
    ['a field that is written in two ways', String.raw`{"a":1,"\u0061":2}`, ['a']],
    ['values that repeat a key', '{"a":"a","b":["a","a"]}', []],
    ['a list that is empty', '{"a":[],"b":[[1,2],{}],"a":{}}', ['a']],
  ])('finds %s', (_, text, paths) => {
    expect(duplicateFields(text)).toEqual(paths.map((path) => `duplicate field "${path}"`));
  });
});
