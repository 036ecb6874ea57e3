/** Nouns of entities: singular, unique, and as short as that allows. */
import { toSingular } from "../naming/plural.js";
import { splitWords } from "../naming/words.js";
import { compareWealth, groupBy, nodeOf, tailOf, type Entity } from "./entities.js";
import { isPluralPhrase, isQualifier } from "../naming/lexicon.js";
import { chainOf, type TreeNode } from "./tree.js";

const MAX_NOUN_WORDS = 6;
const MAX_ROUNDS = 8;

/** Noun words of every entity; a shared noun stays with the one at the top of the API, the others are qualified. */
export function nameEntities(
  entities: readonly Entity[],
  scopes: ReadonlySet<TreeNode>,
): ReadonlyMap<Entity, readonly string[]> {
  const ranked = [...entities].sort(compareWealth);
  const candidates = new Map(ranked.map((entity) => [entity, listNouns(entity, scopes)]));
  const level = new Map(ranked.map((entity) => [entity, 0]));
  const nounOf = (entity: Entity) => pick(candidates.get(entity) ?? [], level.get(entity) ?? 0);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const clashes = [...groupBy(ranked, (entity) => nounOf(entity).join(" ")).values()].filter(
      (group) => group.length > 1,
    );
    if (clashes.length === 0) break;
    for (const group of clashes) {
      const keeper = findKeeper(group, scopes);
      for (const entity of group) if (entity !== keeper) level.set(entity, (level.get(entity) ?? 0) + 1);
    }
  }
  return new Map(ranked.map((entity) => [entity, nounOf(entity)]));
}

function pick(nouns: readonly (readonly string[])[], level: number): readonly string[] {
  return nouns[Math.min(level, nouns.length - 1)] ?? ["item"];
}

/** The only one at the top of the API; else, among several tops, the richest. */
function findKeeper(group: readonly Entity[], scopes: ReadonlySet<TreeNode>): Entity | undefined {
  const tops = group.filter((entity) => tailOf(nodeOf(entity), scopes).length === 1);
  return tops[0];
}

/** From the shortest noun to the longest. */
function listNouns(entity: Entity, scopes: ReadonlySet<TreeNode>): readonly (readonly string[])[] {
  const node = nodeOf(entity);
  const own = completeWords(wordsOf(node, entity), node, entity);
  const base = entity.parent
    ? joinNouns(wordsOf(nodeOf(entity.parent), entity.parent), own)
    : nameInScope(entity, own, scopes);
  const nouns = [base];
  const above = chainOf(node).slice(0, -1).reverse();
  let noun = base;
  for (const qualifier of above.filter((other) => !scopes.has(other))) {
    noun = joinNouns(singularise(qualifier.words), noun);
    if (noun.length <= MAX_NOUN_WORDS && noun.length > (nouns.at(-1)?.length ?? 0)) nouns.push(noun);
  }
  for (const qualifier of above.filter((other) => scopes.has(other))) {
    const scoped = joinNouns(singularise(qualifier.words), noun);
    if (scoped.length > noun.length) nouns.push(scoped);
    noun = scoped;
  }
  nouns.push([...noun.slice(0, -own.length), ...node.words]);
  const version = entity.placements.find(({ route }) => route.version !== undefined)?.route.version;
  if (version !== undefined) nouns.push([...noun, ...splitWords(version)]);
  if (chainOf(node).length === 1) nouns.splice(1, 0, ["global", ...base]);
  return nouns;
}

/** A frame of the whole API goes without saying (`/repos/{id}/issues`); one resource with many parts does not. */
function nameInScope(entity: Entity, own: readonly string[], scopes: ReadonlySet<TreeNode>): readonly string[] {
  const [root] = rootsOf(entity);
  const frames = new Set(
    entity.nodes.map((node) => chainOf(node).findLast((above) => above !== node && scopes.has(above))),
  );
  const [frame] = frames;
  if (frame === undefined || frames.size > 1 || frame.stops.length === 0) return own;
  return frame.weight * 4 > (root?.weight ?? 0) ? own : joinNouns(singularise(frame.words), own);
}

function rootsOf(entity: Entity): readonly TreeNode[] {
  return chainOf(nodeOf(entity)).flatMap(({ parent }) => (parent && parent.parent === undefined ? [parent] : []));
}

/** Words of a literal; where it tells nothing, those of the parameter, the operationId or the tag. */
function wordsOf(node: TreeNode, entity: Entity): readonly string[] {
  const words = singularise(node.words);
  if (words.join("").length > 2) return words;
  const parameter = entity.placements
    .flatMap(({ operation }) => operation.parameters)
    .find((candidate) => candidate.in === "path");
  const fromParameter = splitWords(parameter?.name ?? "").filter(
    (word) => !/^(?:id|uuid|key|slug|name|sid)$/.test(word),
  );
  if (fromParameter.length > 0) return fromParameter;
  const tag = entity.placements.flatMap(({ operation }) => operation.tags)[0];
  const fromTag = singularise(splitWords(tag ?? ""));
  return fromTag.length > 0 ? fromTag : words.length > 0 ? words : ["item"];
}

/** `/groups/by-id` is group by id, `/topics/latest` latest topic: such words mean nothing alone. */
function completeWords(words: readonly string[], node: TreeNode, entity: Entity): readonly string[] {
  const [first] = words;
  const isLookup = first === "by" && words.length > 1;
  const isNarrowing = words.length === 1 && !node.hasItems && isQualifier(first);
  if (!isLookup && !isNarrowing) return words;
  const noun = nounAround(node, entity);
  if (noun.length === 0) return words;
  return isLookup ? [...noun, ...words] : [...words, ...noun];
}

/** What a node is about whose own words do not say: the collection it stands in, else the tag. */
function nounAround({ parent }: TreeNode, entity: Entity): readonly string[] {
  const isMany = parent !== undefined && (parent.hasItems || isPluralPhrase(parent.words));
  if (isMany && parent.words.join("").length > 2) return singularise(parent.words);
  const isTagged = isMany || parent?.parent === undefined;
  return isTagged ? singularise(splitWords(entity.placements[0]?.operation.tags[0] ?? "")) : [];
}

export function singularise(words: readonly string[]): readonly string[] {
  const last = words.at(-1);
  return last === undefined ? [] : [...words.slice(0, -1), toSingular(last)];
}

/** Puts a qualifier before a noun, words that both share only once. */
export function joinNouns(qualifier: readonly string[], noun: readonly string[]): readonly string[] {
  const said = new Set(noun.map(toSingular));
  if (qualifier.every((word) => said.has(toSingular(word)))) return noun;
  const overlaps = qualifier.at(-1) === noun[0] ? qualifier.slice(0, -1) : qualifier;
  return [...overlaps, ...noun];
}
