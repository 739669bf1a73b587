import { isNamespaceTerminating, KubeApiError } from './errors.ts';

/**
 * Whether the API server will not do it as things are: a permission is missing, or a quota, a policy, a webhook or a rule of
 * the object stands in the way. Somebody has to act.
 */
export function isRefusal(error: unknown): error is KubeApiError {
  if (!(error instanceof KubeApiError)) return false;
  const { code, causes } = error;
  // Webhooks that give no code answer with 400. A test in a JSON patch that failed answers with 422, as an invalid object
  // does, but names no cause: then the object is another one than we thought, and is looked at again.
  return (code === 403 && !isNamespaceTerminating(error)) || code === 400 || (code === 422 && causes.length > 0);
}

/** Says what was refused, and what to do about it, for a condition: the same for the same cause, and without secrets. */
export function refusalMessage(error: KubeApiError): string {
  const { code, message, verb, resource, subresource } = error;
  if (code !== 403) return `Kubernetes does not accept this: ${message}${fieldsOf(error)}`;
  const granted = subresource === undefined ? resource : `${resource}/${subresource}`;
  return (
    `Kubernetes does not permit this: ${message}. ` +
    `Grant the operator ${verb === 'apply' ? 'patch' : verb} on ${granted}, or lift the quota or the policy that forbids it`
  );
}

/** Which fields it is about, where the server's own words must not be told. */
function fieldsOf({ detail, causes }: KubeApiError): string {
  if (detail !== undefined || causes.length === 0) return '';
  return ` (${causes.map(({ field, reason }) => `${field} ${reason}`.trim()).join(', ')})`;
}
