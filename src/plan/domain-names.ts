/** Names of domains: what is in them, and a number only where words run out. */
import { splitWords } from "../naming/words.js";
import { isSmall, nounOf } from "./divide.js";
import type { Group } from "./divide.js";
import { toFileName } from "./names.js";

/** A longer name is hard to read, to type, and to keep under the limits of clients. */
const MAX_NAME = 45;

/** Groups under their final, unique names: the largest has the first choice. Those of `fixed` keep theirs. */
export function nameGroups(fixed: readonly Group[], groups: readonly Group[]): readonly Group[] {
  const named = new Map<string, Group>();
  for (const group of fixed) {
    const name = toFileName(group.name, "other");
    named.set(name, { name, drafts: [...(named.get(name)?.drafts ?? []), ...group.drafts] });
  }
  for (const group of groups.toSorted((a, b) => b.drafts.length - a.drafts.length)) {
    const wanted = wantedNames(group);
    const name = wanted.find((candidate) => !named.has(candidate));
    const [first = "other"] = wanted;
    const known = named.get(first);
    const joined = { name: first, drafts: [...(known?.drafts ?? []), ...group.drafts] };
    if (known && group.parts === undefined && isSmall(joined)) named.set(first, joined);
    else {
      const free = name ?? numberName(first, named);
      named.set(free, { ...group, name: free });
    }
  }
  const order = [...fixed, ...groups].flatMap((group) => group.drafts);
  const places = new Map(order.map((draft, place) => [draft, place] as const));
  const placeOf = (group: Group) => Math.min(...group.drafts.map((draft) => places.get(draft) ?? 0));
  return [...named.values()].toSorted((a, b) => placeOf(a) - placeOf(b));
}

/** Best first: `databases`, `databases-users-and-topics`, `databases-users-and-more`. */
function wantedNames(group: Group): readonly string[] {
  const own = group.parts === undefined || group.name !== "" ? [group.name] : [];
  const contents = (group.parts ?? []).length > 0 ? (group.parts ?? []) : contentsOf(group);
  const parts = contents.map((part) => withoutPrefix(part, group.name)).filter((part) => part !== "");
  const [first, ...rest] = parts;
  const under = (text: string) => (group.name === "" ? text : `${group.name}-${text}`);
  const pairs = parts.flatMap((a, i) => parts.slice(i + 1, i + 4).map((b) => `${a} and ${b}`));
  const described =
    first === undefined
      ? []
      : rest.length === 0
        ? [first]
        : [...pairs.slice(0, 12), ...parts.map((a) => `${a} and more`)];
  const names = [...own, ...described.map(under)].map((name) => toFileName(name, "other"));
  const short = names.filter((name, i) => i < own.length || name.length <= MAX_NAME);
  return short.length > 0 ? short : names.slice(0, 1);
}

/** What the tools of a group are about, the most common first. */
export function contentsOf(group: Group): readonly string[] {
  const counts = new Map<string, number>();
  for (const draft of group.drafts) {
    const noun = nounOf(draft);
    if (noun !== "") counts.set(noun, (counts.get(noun) ?? 0) + 1);
  }
  return [...counts].toSorted(([, a], [, b]) => b - a).map(([noun]) => noun);
}

/** Words the name says already are not said again. */
function withoutPrefix(part: string, prefix: string): string {
  const said = new Set(splitWords(prefix));
  const words = splitWords(part);
  const left = words.findIndex((word) => !said.has(word));
  return left === -1 ? "" : words.slice(left).join(" ");
}

function numberName(name: string, taken: ReadonlyMap<string, Group>): string {
  let number = 2;
  while (taken.has(`${name}-${number}`)) number += 1;
  return `${name}-${number}`;
}
