import { OPTION_FIELDS, type OptionField } from '../option-fields.ts';

/**
 * What the manifests decide: where the program serves, which ports and probes name, and that leases are where it is
 * installed, for which the Role grants them.
 */
const DECIDED: readonly string[] = ['server.metricsAddress', 'server.healthAddress', 'leases.namespace'];

/** An option that an installation may set. */
export interface InstallOption extends OptionField {
  /** Without its dashes: `aws-region`. */
  readonly flag: string;
  /** The environment variable by which the container is told, so that what else is run in it knows it too. */
  readonly variable: string;
}

/**
 * The options that an installation may set by their flags. The others: secrets, which come as environment variables from
 * a Secret, and the kubeconfig, for which a pod has its service account.
 */
export const INSTALL_OPTIONS: readonly InstallOption[] = OPTION_FIELDS.flatMap((field) => {
  const { flag, env: [variable] = [] } = field.meta;
  if (flag === undefined || variable === undefined || DECIDED.includes(field.path)) return [];
  return [{ ...field, flag, variable }];
});

/** Environment variables of a container for options by their flags, in the order of the flags. */
export function variablesFor(options: Readonly<Record<string, string>>): readonly { name: string; value: string }[] {
  return INSTALL_OPTIONS.toSorted((a, b) => (a.flag < b.flag ? -1 : 1)).flatMap(({ flag, variable }) => {
    const value = options[flag];
    return value === undefined ? [] : [{ name: variable, value }];
  });
}
