import type { Json, JsonObject, KubeObject } from '../json.ts';
import { equalJson, isObject, listAt, memberAt, objectAt, stringAt, textFrom } from '../json.ts';
import { subdomainErrors } from '../metadata.ts';
import type { FieldError } from '../status.ts';
import { fieldInvalid, fieldNotSupported, fieldRequired } from '../status.ts';

const GROUP = 'rbac.authorization.k8s.io';

/** Users, groups and roles belong to the group of RBAC, also when nobody says so. */
export function bindingDefaults(object: KubeObject): KubeObject {
  const subjects = listAt(object, 'subjects').map((subject) =>
    isObject(subject) && subject['kind'] !== 'ServiceAccount' ? { apiGroup: GROUP, ...subject } : subject,
  );
  const roleRef = { apiGroup: GROUP, ...objectAt(object, 'roleRef') };
  return { ...object, ...(subjects.length > 0 && { subjects }), roleRef };
}

export function roleErrors(object: KubeObject): FieldError[] {
  const isNamespaced = object.kind === 'Role';
  const aggregation = object['aggregationRule'];
  const gathersNothing = isObject(aggregation) && listAt(aggregation, 'clusterRoleSelectors').length === 0;
  const why = 'at least one clusterRoleSelector required if aggregationRule is non-nil';
  return [
    ...listAt(object, 'rules').flatMap((rule, index) => ruleErrors(rule, isNamespaced, `rules[${index}]`)),
    ...(gathersNothing ? [fieldRequired('aggregationRule.clusterRoleSelectors', why)] : []),
  ];
}

function ruleErrors(rule: Json, isNamespaced: boolean, path: string): FieldError[] {
  const isEmpty = (field: string): boolean => listAt(rule, field).length === 0;
  const errors = isEmpty('verbs') ? [fieldRequired(`${path}.verbs`, 'verbs must contain at least one value')] : [];
  if (!isEmpty('nonResourceURLs')) return [...errors, ...pathErrors(rule, isNamespaced, `${path}.nonResourceURLs`)];
  if (isEmpty('apiGroups'))
    errors.push(fieldRequired(`${path}.apiGroups`, 'resource rules must supply at least one api group'));
  if (isEmpty('resources'))
    errors.push(fieldRequired(`${path}.resources`, 'resource rules must supply at least one resource'));
  return errors;
}

function pathErrors(rule: Json, isNamespaced: boolean, field: string): FieldError[] {
  const urls = listAt(rule, 'nonResourceURLs');
  const names = ['apiGroups', 'resources', 'resourceNames'];
  const isMixed = names.some((name) => listAt(rule, name).length > 0);
  return [
    ...(isNamespaced ? [fieldInvalid(field, urls, 'namespaced rules cannot apply to non-resource URLs')] : []),
    ...(isMixed
      ? [fieldInvalid(field, urls, 'rules cannot apply to both regular resources and non-resource URLs')]
      : []),
  ];
}

export function bindingErrors(object: KubeObject, old: KubeObject | undefined): FieldError[] {
  const isNamespaced = object.kind === 'RoleBinding';
  const reference = objectAt(object, 'roleRef');
  return [
    ...referenceErrors(reference, isNamespaced),
    ...listAt(object, 'subjects').flatMap((one, index) => subjectErrors(one, isNamespaced, `subjects[${index}]`)),
    ...(old && !equalJson(reference, old['roleRef'])
      ? [fieldInvalid('roleRef', inGo(reference), 'cannot change roleRef')]
      : []),
  ];
}

/** The message shows the names of fields that the real server has inside. */
function inGo({ apiGroup = '', kind = '', name = '' }: JsonObject): JsonObject {
  return { APIGroup: apiGroup, Kind: kind, Name: name };
}

function referenceErrors(reference: JsonObject, isNamespaced: boolean): FieldError[] {
  const [apiGroup, kind, name] = ['apiGroup', 'kind', 'name'].map((field) => textFrom(reference[field]));
  const kinds = isNamespaced ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  return [
    ...(apiGroup === GROUP ? [] : [fieldNotSupported('roleRef.apiGroup', apiGroup, [GROUP])]),
    ...(kinds.some((one) => one === kind) ? [] : [fieldNotSupported('roleRef.kind', kind, kinds)]),
    ...(name === '' ? [fieldRequired('roleRef.name')] : []),
  ];
}

function subjectErrors(subject: Json, isNamespaced: boolean, path: string): FieldError[] {
  const [kind, name = '', apiGroup = ''] = ['kind', 'name', 'apiGroup'].map((field) => stringAt(subject, field));
  const nameless = name === '' ? [fieldRequired(`${path}.name`)] : [];
  const supported = kind === 'ServiceAccount' ? '' : GROUP;
  const group = apiGroup === supported ? [] : [fieldNotSupported(`${path}.apiGroup`, apiGroup, [supported])];
  switch (kind) {
    case 'User':
    case 'Group':
      return [...nameless, ...group];
    case 'ServiceAccount': {
      const homeless = !isNamespaced && (memberAt(subject, 'namespace') ?? '') === '';
      return [
        ...nameless,
        ...(name === '' ? [] : subdomainErrors(`${path}.name`, name)),
        ...group,
        ...(homeless ? [fieldRequired(`${path}.namespace`)] : []),
      ];
    }
    default:
      return [...nameless, fieldNotSupported(`${path}.kind`, kind ?? '', ['ServiceAccount', 'User', 'Group'])];
  }
}
