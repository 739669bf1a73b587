/** Ids and dates, which are others each time. */
const ACCIDENTAL =
  /\b(vpc|subnet|sg|eni|vpc-cidr-assoc|igw|dopt|rtb|pcx)-[0-9a-f]{17}\b|(?<=authToken-)\w{6}\b|sha256:\w+|\b\w{8}(-\w{4}){3}-\w{12}\b|\d{4}-\d\d-\d\dT[\d:.]+Z/g;
const ACCIDENTAL_FIELDS: ReadonlySet<string> = new Set([
  'versions',
  // Of a peering: how often it was asked for.
  'attempt',
  'createTime',
  'lastTransitionTime',
  'zone',
  'ca.crt',
]);

/** Whether it is deleted, and AWS shows it a little longer: how long, depends on how soon one looks. */
function isLeaving(item: unknown): boolean {
  if (typeof item !== 'object' || item === null) return false;
  return (
    ('phase' in item && item.phase === 'erasing') ||
    ('state' in item && (item.state === 'disassociated' || item.state === 'deleted'))
  );
}

/** As a region in which somebody has looked for something, and found nothing. */
function isEmptyObject(field: unknown): boolean {
  return typeof field === 'object' && field !== null && !Array.isArray(field) && Object.keys(field).length === 0;
}

/** `value` without what differs from one telling of a story to the next; the order of lists does not count. */
export function outlineOf(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(ACCIDENTAL, '<$1>');
  if (Array.isArray(value)) {
    const items = value.filter((item) => !isLeaving(item)).map((item) => outlineOf(item));
    return items.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
  }
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([name, field]) => !ACCIDENTAL_FIELDS.has(name) && !isEmptyObject(field));
  const inOrder = fields.toSorted(([a], [b]) => a.localeCompare(b));
  return Object.fromEntries(inOrder.map(([name, field]) => [name.replace(ACCIDENTAL, '<$1>'), outlineOf(field)]));
}
