/** Whether a parameter says yes, as Go reads it: everything is a yes but `false` and `0`. */
export function isSet(query: URLSearchParams, parameter: string): boolean {
  const text = query.get(parameter);
  return text !== null && !['false', '0'].includes(text.toLowerCase());
}

const VERBS: { readonly [method: string]: string } = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
};

/** What a method wants of the object of a name, or of all where there is none; empty for a method that means nothing. */
export function verbOf(method: string, name: string, query: URLSearchParams): string {
  if (method === 'DELETE') return name === '' ? 'deletecollection' : 'delete';
  if (method !== 'GET' && method !== 'HEAD') return VERBS[method] ?? '';
  // Who names an object in the path gets it, whether they ask to watch or not.
  if (name !== '') return 'get';
  return isSet(query, 'watch') ? 'watch' : 'list';
}
