/** The user's package.json follows what the generated code needs, and nothing else of it changes. */
import path from "node:path";
import type { Report } from "../diagnostics/types.js";
import type { GeneratedFile } from "../emit/types.js";
import { isRecord, parseJson, readText } from "./manifest.js";
import { setEntry } from "./package-text.js";

const PACKAGE = "package.json";
const SECTIONS = ["dependencies", "optionalDependencies", "peerDependencies", "devDependencies"] as const;

interface Need {
  readonly section: string;
  readonly name: string;
  readonly range: string;
  /** Undefined: it is missing. */
  readonly has?: string;
}

/**
 * The files of a run with the user's package.json among them where it lacks a dependency of the runtime, or has a
 * range that begins too low. Nothing is removed or lowered; a range that is no plain version is the user's word.
 */
export function carryPackage(dir: string, files: readonly GeneratedFile[], report: Report): readonly GeneratedFile[] {
  const text = readText(path.join(dir, PACKAGE));
  const planned = parseJson(files.find((file) => file.path === PACKAGE)?.content ?? "");
  const own = text === undefined ? undefined : parseJson(text);
  if (text === undefined || !isRecord(own) || !isRecord(planned)) return files;
  if (!isRecord(own["dependencies"] ?? {})) return files;
  let content = text;
  for (const { section, name, range, has } of listNeeds(own, planned)) {
    const what = section === "engines" ? `engines.${name}` : name;
    const now = has === undefined ? "" : ` (has ${has})`;
    report({ code: "write/raised-dependency", message: `${PACKAGE} needs ${what} ${range}${now}.` });
    content = setEntry(content, section, name, range);
  }
  if (content === text) return files;
  return files.map((file) => (file.path === PACKAGE ? { path: PACKAGE, content, owner: "shared" as const } : file));
}

type Json = Readonly<Record<string, unknown>>;

function listNeeds(own: Json, planned: Json): readonly Need[] {
  const raised = (name: string, range: string) =>
    SECTIONS.flatMap((section) => raise({ section, name, range, has: entriesOf(own, section)[name] }));
  const needed = Object.entries(entriesOf(planned, "dependencies")).flatMap(([name, range]): Need[] => {
    const isThere = SECTIONS.some((section) => entriesOf(own, section)[name] !== undefined);
    return isThere ? [...raised(name, range)] : [{ section: "dependencies", name, range }];
  });
  const optional = Object.entries(entriesOf(planned, "peerDependencies"));
  const { node = "" } = entriesOf(planned, "engines");
  const engines = raise({ section: "engines", name: "node", range: node, has: entriesOf(own, "engines")["node"] });
  return [...needed, ...optional.flatMap(([name, range]) => raised(name, range)), ...engines];
}

function entriesOf(value: Json, section: string): Readonly<Record<string, string>> {
  const entries = value[section];
  if (!isRecord(entries)) return {};
  return Object.fromEntries(
    Object.entries(entries).flatMap(([name, range]) => (typeof range === "string" ? [[name, range]] : [])),
  );
}

/** The need with the range the user is given: their own operator with the version that is needed. */
function raise(need: Omit<Need, "has"> & { readonly has: string | undefined }): readonly Need[] {
  const { section, name, range, has } = need;
  const wanted = parseRange(range);
  const current = has === undefined ? undefined : parseRange(has);
  if (has === undefined || !wanted || !current || !isLower(current.version, wanted.version)) return [];
  const keepsOperator = section === "engines" ? current.operator === ">=" : current.isWhole;
  const operator = keepsOperator ? current.operator : wanted.operator;
  return [{ section, name, range: `${operator}${wanted.text}`, has }];
}

/** `^1.2.3`, `~1.2`, `>=1`, `1.2.3`; anything else (tags, addresses, several ranges, prereleases) is not compared. */
function parseRange(range: string) {
  const found = /^(\^|~|>=|)\s*((\d+)(?:\.(\d+))?(?:\.(\d+))?)$/.exec(range.trim());
  if (!found) return undefined;
  const [, operator = "", text = "", major, minor, patch] = found;
  // A bare `1` is a range of its own kind; a bare `1.2.3` is pinned.
  return {
    operator,
    text,
    version: [major, minor, patch].map(Number),
    isWhole: operator !== "" || patch !== undefined,
  };
}

function isLower(left: readonly number[], right: readonly number[]): boolean {
  for (const [i, part] of right.entries()) {
    const own = left[i] || 0;
    if (own !== (part || 0)) return own < (part || 0);
  }
  return false;
}
