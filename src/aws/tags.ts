/** Tags of an AWS resource, key to value. */
export type Tags = Readonly<Record<string, string>>;

interface SdkTag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

export function tagsFromSdk(list: readonly SdkTag[] | undefined): Tags {
  return Object.fromEntries((list ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? '']));
}

export function sdkFromTags(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
