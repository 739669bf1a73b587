import { INSTALL_OPTIONS, type InstallOption } from '../../src/operator/install/install-options.ts';
import type { JsonSchema } from '../../src/operator/option-kinds.ts';

const text: JsonSchema = { type: 'string' };
const flag: JsonSchema = { type: 'boolean' };
const anyObject: JsonSchema = { type: 'object' };
const listOf = (items: JsonSchema): JsonSchema => ({ type: 'array', items });
const textsByName: JsonSchema = { type: 'object', additionalProperties: text };

function object(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return { type: 'object', additionalProperties: false, properties };
}

function optionSchema({ meta }: InstallOption): JsonSchema {
  const { description, kind, default: value } = meta;
  const note = value === undefined || value === '' ? '' : ` Default: ${value}.`;
  return { description: `${description} Value: ${kind.expected}.${note}`, ...readByHelm(kind.schema) };
}

/** Without a pattern that repeats more than 1000 times: Go, in which Helm is written, takes none. The program still looks. */
function readByHelm({ pattern, ...schema }: JsonSchema): JsonSchema {
  if (typeof pattern !== 'string') return schema;
  const isTaken = pattern.matchAll(/\{\d+,(\d+)\}/g).every(([, most]) => Number(most) <= 1000);
  return isTaken ? { ...schema, pattern } : schema;
}

/** What `values.yaml` of the Helm chart may hold: a mistake is found before anything is installed. */
export function valuesSchema(): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    ...object({
      // Helm gives these to every chart.
      global: anyObject,
      image: object({ repository: text, tag: text, pullPolicy: { enum: ['Always', 'IfNotPresent', 'Never'] } }),
      imagePullSecrets: listOf(object({ name: text })),
      options: object(Object.fromEntries(INSTALL_OPTIONS.map((option) => [option.flag, optionSchema(option)]))),
      envFrom: listOf(anyObject),
      replicas: { type: 'integer', minimum: 0 },
      serviceAccount: object({
        create: flag,
        name: text,
        roleArn: { type: 'string', pattern: '^(arn:[a-z-]+:iam::\\d{12}:role/.+)?$' },
        annotations: textsByName,
      }),
      crds: object({ install: flag }),
      resources: anyObject,
      podDisruptionBudget: object({ enabled: flag }),
      networkPolicy: object({ enabled: flag, extraEgress: listOf(anyObject) }),
      serviceMonitor: object({ enabled: flag, labels: textsByName, interval: text }),
      podAnnotations: textsByName,
      podLabels: textsByName,
      priorityClassName: text,
      nodeSelector: textsByName,
      tolerations: listOf(anyObject),
      affinity: anyObject,
      extraVolumes: listOf(anyObject),
      extraVolumeMounts: listOf(anyObject),
    }),
  };
}
