import { badRequest } from './status.ts';

/** Decides by labels. */
export type LabelSelector = (labels: { readonly [key: string]: string } | undefined) => boolean;

/** Decides by the value of each field that the selector names. */
export type FieldSelector = readonly { readonly field: string; readonly value: string; readonly equals: boolean }[];

type Requirement = (labels: { readonly [key: string]: string }) => boolean;

/** Parts of `a in (b,c),!d,e=f`: a comma separates requirements except between parentheses. */
function requirementsOf(text: string): string[] {
  return text
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

const SET = /^([^\s=!,()]+)\s+(in|notin)\s*\(([^()]*)\)$/;
const EQUALITY = /^([^\s=!<>]+)\s*(=|==|!=)\s*([^\s=!<>]*)$/;
const ORDER = /^([^\s=!<>]+)\s*([<>]|gt|lt)\s*(-?\d+)$/;
const EXISTENCE = /^(!?)\s*([^\s=!<>()]+)$/;

/**
 * Parses a [label selector](https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors).
 *
 * *Throws* 400 when it cannot be understood.
 */
export function parseLabelSelector(text: string): LabelSelector {
  if (/,\s*,/.test(text)) throw badRequest("found ',', expected: identifier after ','");
  const requirements = requirementsOf(text).map(parseRequirement);
  return (labels = {}) => requirements.every((holds) => holds(labels));
}

function parseRequirement(text: string): Requirement {
  const set = SET.exec(text);
  if (set) {
    const [, key = '', operator, list = ''] = set;
    const values = new Set(list.split(',').map((value) => value.trim()));
    return ({ [key]: value }) => (value !== undefined && values.has(value)) === (operator === 'in');
  }
  const equality = EQUALITY.exec(text);
  if (equality) {
    const [, key = '', operator, wanted = ''] = equality;
    return ({ [key]: value }) => (value === wanted) === (operator !== '!=');
  }
  const order = ORDER.exec(text);
  if (order) {
    const [, key = '', operator, bound] = order;
    const isMore = operator === '>' || operator === 'gt';
    return ({ [key]: value }) =>
      value !== undefined && (isMore ? Number(value) > Number(bound) : Number(value) < Number(bound));
  }
  const existence = EXISTENCE.exec(text);
  if (!existence) throw unreadable(text);
  const [, not = '', key = ''] = existence;
  return (labels) => Object.hasOwn(labels, key) === (not === '');
}

function unreadable(text: string): Error {
  const found = text.split(/\s+/)[1] ?? '';
  return badRequest(`unable to parse requirement: found '${found}', expected: in, notin, =, ==, !=, gt, lt`);
}

/**
 * Parses a field selector, and checks that the resource knows its fields.
 *
 * *Throws* 400 when it cannot be understood or names a field that cannot be selected by.
 */
export function parseFieldSelector(text: string, selectable: (field: string) => boolean): FieldSelector {
  return requirementsOf(text).map((part) => {
    const [, field, operator, value] = /^([^=!]+)(==|!=|=)(.*)$/.exec(part) ?? [];
    if (field === undefined || value === undefined) {
      throw badRequest(`invalid selector: '${part}'; can't understand '${part}'`);
    }
    if (!selectable(field)) throw badRequest(`field label not supported: ${field}`);
    return { field, value, equals: operator !== '!=' };
  });
}

export function matchesFields(selector: FieldSelector, valueOf: (field: string) => string): boolean {
  return selector.every(({ field, value, equals }) => (valueOf(field) === value) === equals);
}
