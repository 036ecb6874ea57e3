/** Look-ups in error bodies, whose keys every API spells in its own way. */

/** The value of the first of some keys, compared by plain name. */
export function lookUp(value: object, keys: readonly string[]): unknown {
  const byName = new Map<string, unknown>();
  for (const [key, item] of Object.entries(value)) {
    const name = plainKey(key);
    if (!byName.has(name)) byName.set(name, item);
  }
  for (const key of keys) if (byName.has(key)) return byName.get(key);
  return undefined;
}

function plainKey(key: string): string {
  return key.toLowerCase().replace(/[^a-z0-9]/g, "");
}
