import type { Json } from '../json.ts';
import { stringAt } from '../json.ts';
import { StatusError, qualified } from '../status.ts';
import type { User } from './user.ts';

/** What a request wants of a resource. An empty string means none, or any where several are asked about. */
export interface ResourceAttributes {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

/** What a request wants of a path that is no resource. */
export interface PathAttributes {
  readonly verb: string;
  readonly path: string;
}

/** What is to be authorized. */
export type Attributes = ResourceAttributes | PathAttributes;

/** The attributes that a review asks about, from its `spec`; undefined where it says none. */
export function resourceAttributesFrom(spec: Json | undefined): ResourceAttributes {
  const at = (field: string): string => stringAt(spec, field) ?? '';
  return {
    verb: at('verb'),
    group: at('group'),
    resource: at('resource'),
    subresource: at('subresource'),
    namespace: at('namespace'),
    name: at('name'),
  };
}

/** 403, in the words that tell a user which permission is missing. */
export function accessDenied(user: User, attributes: Attributes, reason = ''): StatusError {
  const why = `${escapedForHtml(denial(user, attributes))}${reason === '' ? '' : `: ${reason}`}`;
  if ('path' in attributes) return new StatusError(403, 'Forbidden', `forbidden: ${why}`, {});
  const { resource, group, name } = attributes;
  const subject = qualified(resource, group) + (name === '' ? '' : ` ${JSON.stringify(name)}`);
  const details = { name: name === '' ? undefined : name, group: group === '' ? undefined : group, kind: resource };
  return new StatusError(403, 'Forbidden', `${subject} is forbidden: ${why}`, details);
}

function denial(user: User, attributes: Attributes): string {
  const who = `User ${JSON.stringify(user.name)} cannot ${attributes.verb}`;
  if ('path' in attributes) return `${who} path ${JSON.stringify(attributes.path)}`;
  const { resource, subresource, group, namespace } = attributes;
  const what = subresource === '' ? resource : `${resource}/${subresource}`;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`;
  return `${who} resource ${JSON.stringify(what)} in API group ${JSON.stringify(group)} ${where}`;
}

const escapedForHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
