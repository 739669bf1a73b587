/** Whether one version of the program is later than another. What is no version, such as of a stranger, is not. */
export function isLater(version: string | undefined, other: string | undefined): boolean {
  const [one, two] = [partsOf(version), partsOf(other)];
  if (one === undefined || two === undefined) return false;
  const index = one.findIndex((part, at) => part !== two[at]);
  return index >= 0 && (one[index] ?? 0) > (two[index] ?? 0);
}

/** Candidates of a release (`1.2.0-rc.1`) count as that. */
function partsOf(version: string | undefined): readonly number[] | undefined {
  const parts = /^v?(\d+)\.(\d+)\.(\d+)(?:[-+].*)?$/.exec(version ?? '')?.slice(1);
  return parts?.map(Number);
}
