/** Finds the name that was probably meant. */

/** The known name nearest to a given one, if any is near enough. */
export function nearestName(given: string, known: readonly string[]): string | undefined {
  if (given.length > 100) return undefined;
  const plain = plainName(given);
  const same = known.find((name) => plainName(name) === plain);
  // Of one letter every other is only one step away.
  if (same !== undefined || plain.length < 2) return same;
  const ending = known.filter((name) => isEnding(plainName(name), plain));
  if (ending.length === 1) return ending[0];
  let nearest: { name: string; distance: number } | undefined;
  for (const name of known) {
    const distance = editDistance(plain, plainName(name));
    if (distance <= Math.max(1, Math.floor(plain.length / 4)) && distance < (nearest?.distance ?? Infinity)) {
      nearest = { name, distance };
    }
  }
  return nearest?.name;
}

/** `id` for `contactid`, or `contactid` for `id`. */
function isEnding(a: string, b: string): boolean {
  return a.endsWith(b) || b.endsWith(a);
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 8) return Infinity;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const cost = a[row - 1] === b[column - 1] ? 0 : 1;
      const replaced = at(previous, column - 1) + cost;
      const swapped =
        a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1] ? at(before, column - 2) + 1 : Infinity;
      current.push(Math.min(at(previous, column) + 1, at(current, column - 1) + 1, replaced, swapped));
    }
    before = previous;
    previous = current;
  }
  return at(previous, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
