/** Flags of the command line, by their names in `loadOptions`. */
export function programArguments(flags: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(flags).flatMap(([name, value]) => [flagOf(name), value]);
}

/** `--aws-region` of `awsRegion`. */
function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
