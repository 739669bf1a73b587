import { readFileSync } from 'node:fs';
import { PEERING_CODES, type PeeringCode } from '../../src/api/cloud-control/v1beta1/vpc-peering.ts';
import { REASON_ADVICE, type UserKindName } from '../../src/api/cloud-resources/v1beta1/advice.ts';
import {
  USER_CONDITION_REASONS,
  USER_CONDITION_TYPES,
  USER_STATES,
} from '../../src/api/cloud-resources/v1beta1/conditions.ts';
import { USER_KINDS } from '../../src/api/crd.ts';
import type { CustomKind } from '../../src/api/kind.ts';
import { type FieldLine, fieldsOf } from './fields.ts';
import { meaningTable, tableOf, textOf } from './markdown.ts';
import { withParts } from './parts.ts';
import { tierTable } from './tiers.ts';

/** The guide for those who work in a cluster: a page to begin with, and one for each kind. */

const ROOT = new URL('../../', import.meta.url);
const ENTRY = 'docs/user-guide.md';

/** All pages of the guide, their parts as the sources make them. */
export function userGuidePages(): readonly { readonly path: string; readonly content: string }[] {
  return [pageWith(ENTRY, entryParts()), ...USER_KINDS.map((kind) => pageWith(guidePathOf(kind), partsOf(kind)))];
}

/** `docs/user-guide/aws-redis-instance.md` */
export function guidePathOf({ kind }: Pick<CustomKind, 'kind'>): string {
  return `docs/user-guide/${fileOf(kind)}`;
}

function fileOf(kind: string): string {
  return `${kind.replaceAll(/(?<=[a-z])[A-Z]/g, '-$&').toLowerCase()}.md`;
}

function pageWith(path: string, parts: Readonly<Record<string, string>>): { path: string; content: string } {
  try {
    return { path, content: withParts(readFileSync(new URL(path, ROOT), 'utf8'), parts) };
  } catch (error) {
    throw new Error(`${path} cannot be made`, { cause: error });
  }
}

type Parts = Readonly<Record<string, string>>;

function entryParts(): Parts {
  const kinds = USER_KINDS.map(({ kind, namespaced, description }) => {
    return [`[${kind}](user-guide/${fileOf(kind)})`, namespaced ? 'a namespace' : 'the cluster', description];
  });
  return {
    kinds: tableOf(['Kind', 'Belongs to', 'Is'], kinds),
    states: meaningTable('State', USER_STATES),
    conditions: meaningTable('Condition', USER_CONDITION_TYPES),
  };
}

function partsOf(kind: CustomKind): Parts {
  const { spec, status, rules } = fieldsOf(kind);
  const ofWhole = rules.map((rule) => `- ${textOf(rule)}\n`).join('');
  const fields = tableOf(['Field', 'Value', 'Default', 'Says, and what is refused'], spec.map(specRow));
  const shown = tableOf(['Field', 'Value', 'Says'], status.map(statusRow));
  const tiers = tierTable(kind.kind);
  return {
    ...(tiers !== undefined && { tiers }),
    ...(spec.length > 0 && { fields: [fields, ofWhole].filter((part) => part !== '').join('\n') }),
    status: shown,
    states: meaningTable('State', statesOf(kind.kind)),
    reasons: reasonTable(kind.kind),
  };
}

function specRow({ path, value, required, description, default: standing, rules }: FieldLine): string[] {
  const standingText = standing === undefined ? '' : `\`${standing}\``;
  const says = [description ?? '', ...rules].filter((text) => text !== '').join(' ');
  return [`\`${path}\``, value, required ? 'required' : standingText, textOf(says)];
}

function statusRow({ path, value, description }: FieldLine): string[] {
  return [`\`${path}\``, value, textOf(description ?? '')];
}

/** AWS's codes of a connection, in the order in which it passes through them. */
const CODES: Readonly<Record<PeeringCode, string>> = {
  'initiating-request': 'AWS has taken the request.',
  'pending-acceptance': 'The other side has not accepted it yet; Cloud Manager does so with the role there.',
  provisioning: 'AWS makes the connection.',
  active: 'The VPCs are connected. That routes are there as well the condition `Ready` says.',
  deleting: 'AWS ends the connection.',
  deleted: 'One side has ended the connection. It is requested again.',
  failed: 'AWS could not make the connection; the message says why. It is requested again.',
  expired: 'Nobody accepted the request for a week. It is requested again.',
  rejected: 'The other side has rejected the request. It is requested again after an hour, and later ever more rarely.',
};

/** Nothing is made for a CloudResources in AWS. */
const STATES_OF_MODULE = Object.fromEntries(
  Object.entries(USER_STATES).filter(([state]) => state !== 'Creating' && state !== 'Updating'),
);

function statesOf(kind: string): Readonly<Record<string, string>> {
  if (kind === 'CloudResources') return STATES_OF_MODULE;
  const codes = kind === 'AwsVpcPeering' ? PEERING_CODES.map((code) => [code, CODES[code]] as const) : [];
  return { ...Object.fromEntries(codes), ...USER_STATES };
}

function reasonTable(kind: string): string {
  const rows = Object.entries(USER_CONDITION_REASONS).flatMap(([reason, meaning]) => {
    // Both are keyed by the words of the kinds and reasons that there are.
    const advice = REASON_ADVICE[reason as keyof typeof USER_CONDITION_REASONS][kind as UserKindName];
    return advice === undefined ? [] : [[`\`${reason}\``, meaning, advice]];
  });
  return tableOf(['Reason', 'Means', 'What to do'], rows);
}
