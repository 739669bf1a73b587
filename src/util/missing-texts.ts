type Texts = Readonly<Record<string, string>>;

/** Those of `wanted` (labels, tags, annotations) that are missing in `present` or have another value there. */
export function missingTexts(wanted: Texts, present: Texts): Texts {
  return Object.fromEntries(Object.entries(wanted).filter(([key, value]) => present[key] !== value));
}
