import { InvalidArgumentError } from 'commander';

/** Names of Scopes, and parts of the names of Secrets and folders. */
const NAME = /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/;
/** Each is an API server of its own in this process. */
const MOST = 100;

/** `2` stands for `user-1,user-2`. */
export function userClusterNamesFrom(text: string): readonly string[] {
  const names = /^\d+$/.test(text) ? namesFor(Number(text)) : text.split(',');
  if (names.length === 0 || names.length > MOST) throw new InvalidArgumentError(`It has to be from 1 to ${MOST}.`);
  const wrong = names.find((name) => !NAME.test(name));
  if (wrong !== undefined) {
    const what = 'no name of up to 40 small letters, digits and -, which begins with a letter';
    throw new InvalidArgumentError(`${JSON.stringify(wrong)} is ${what}.`);
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new InvalidArgumentError(`${twice} is there twice.`);
  return names;
}

function namesFor(count: number): readonly string[] {
  return Array.from({ length: Math.min(count, MOST + 1) }, (_, index) => `user-${index + 1}`);
}
