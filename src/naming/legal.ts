/** Names as clients and languages take them. */

/** Longest tool name that providers accept. */
export const MAX_NAME = 64;

/** A name of `[a-z0-9_]` that starts with a letter and is cut at 64 characters, with a hash in place of the rest. */
export function toLegalName(words: readonly string[], fallback: string): string {
  return cutName(joinName(words, fallback), MAX_NAME);
}

/** The same at its full length. */
export function joinName(words: readonly string[], fallback: string): string {
  const name = words.join("_").replaceAll(/[^a-z0-9_]/g, "") || fallback;
  // Every object has a constructor: code that looks a name up would find that.
  return /^[a-z]/.test(name) && name !== "constructor" ? name : `${fallback}_${name}`;
}

/** Cuts a name at a word border; the hash of the whole keeps what is cut apart. */
export function cutName(name: string, max: number): string {
  if (name.length <= max) return name;
  const kept = name.slice(0, max - 7).replace(/_[^_]*$/, "");
  return `${kept}_${hashName(name)}`;
}

/** Six letters and digits of a name's FNV-1a hash: the same on every machine. */
export function hashName(name: string): string {
  let hash = 0x81_1c_9d_c5;
  for (const character of name) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01_00_01_93);
  return (hash >>> 0).toString(36).padStart(6, "0").slice(-6);
}

/** The name itself, or with the first number that makes it new; the name is then taken. */
export function claimName(name: string, taken: Set<string>, max: number = MAX_NAME): string {
  let free = name;
  for (let count = 2; taken.has(free); count++) free = `${cutName(name, max - 1 - String(count).length)}_${count}`;
  taken.add(free);
  return free;
}
