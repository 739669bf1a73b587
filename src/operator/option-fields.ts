import type { TObject, TSchema } from 'typebox';
import { OPTION, optionsSchema, type OptionMeta } from './options-schema.ts';

/** An option with its place. */
export interface OptionField {
  /** Its place in a file: `aws.region`. */
  readonly path: string;
  readonly meta: OptionMeta;
  /** Whether the program starts without a value. */
  readonly optional: boolean;
}

/** All options, in the order of the schema. */
export const OPTION_FIELDS: readonly OptionField[] = fieldsOf(optionsSchema, '');

function fieldsOf(group: TObject, prefix: string): OptionField[] {
  return Object.entries(group.properties).flatMap(([name, schema]: [string, TSchema]) => {
    const path = `${prefix}${name}`;
    const meta = metaOf(schema);
    if (meta !== undefined) return [{ path, meta, optional: !group.required?.includes(name) }];
    // Everything in the schema is an option or a group of them.
    return fieldsOf(schema as TObject, `${path}.`);
  });
}

function metaOf(schema: TSchema): OptionMeta | undefined {
  // typebox keeps members that it does not know, and its types do not.
  return (schema as { readonly [OPTION]?: OptionMeta })[OPTION];
}

/** What a command line needs to know of a flag. */
export interface OptionFlag {
  /** `--aws-region <region>` */
  readonly term: string;
  readonly help: string;
  /** Under which name `commander` puts the value, and `loadOptions` looks for it: `awsRegion`. */
  readonly name: string;
}

/** The flag that names the file, and the environment variable for it. */
export const CONFIG_FLAG = 'config';
export const CONFIG_VARIABLE = 'CLOUD_MANAGER_CONFIG';

/** Every flag, for the command line to register. No default is given to it: absence has to stay absence. */
export function optionFlags(): readonly OptionFlag[] {
  const config: OptionFlag = {
    term: `--${CONFIG_FLAG} <file>`,
    help: `Configuration file, YAML or JSON (environment: ${CONFIG_VARIABLE})`,
    name: CONFIG_FLAG,
  };
  const others = OPTION_FIELDS.flatMap(({ meta }) => (meta.flag === undefined ? [] : [flagOf(meta.flag, meta)]));
  return [config, ...others];
}

function flagOf(flag: string, { kind, description, env, default: value }: OptionMeta): OptionFlag {
  const notes = [
    ...(value === undefined || value === '' ? [] : [`default: ${value}`]),
    ...(env === undefined ? [] : [`environment: ${env.join(', ')}`]),
  ];
  const note = notes.length > 0 ? ` (${notes.join('; ')})` : '';
  return { term: `--${flag} <${kind.placeholder}>`, help: `${description}${note}`, name: camelCase(flag) };
}

/** As commander names the values of flags. */
export function camelCase(flag: string): string {
  return flag.replace(/-([a-z])/g, (_dash, letter: string) => letter.toUpperCase());
}
