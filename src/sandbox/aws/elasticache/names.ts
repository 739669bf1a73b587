import { invalidValue } from './faults.ts';

const IDENTIFIER = /^[a-z](?:-?[a-z0-9])*$/;

/**
 * Reads a name that ElastiCache keeps in lower case: letters, digits and single hyphens, a letter first.
 *
 * *Throws* `InvalidParameterValue`.
 */
export function identifierFrom(parameter: string, text: string | undefined, longest: number): string {
  const name = (text ?? '').toLowerCase();
  if (name.length <= longest && IDENTIFIER.test(name)) return name;
  throw invalidValue(
    `The parameter ${parameter} is not a valid identifier. Identifiers must begin with a letter; must contain only ` +
      `ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.`,
  );
}

/** Names in questions are folded too; what does not exist is not found, whatever it looks like. */
export function folded(text: string | undefined): string | undefined {
  return text?.toLowerCase();
}
