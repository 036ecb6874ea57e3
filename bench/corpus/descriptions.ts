import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

export interface Description {
  /** Path below the folder, with forward slashes. */
  readonly name: string;
  readonly file: string;
}

const versionLine = /^\uFEFF?[\s{]{0,6}["']?(?:openapi|swagger)["']?\s*:\s*["']?\d/;

/** The version key of a root stands at most one level deep; a minified document has it on its only line. */
function looksLikeRoot(text: string): boolean {
  return text
    .split("\n")
    .some((line) => versionLine.test(line.slice(0, 200)) || /^\{.{0,2000}?"(?:openapi|swagger)":/.test(line));
}

/** Every file below a folder that is a description of its own: it has a root `openapi` or `swagger` key and paths. */
export async function findDescriptions(folder: string): Promise<readonly Description[]> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => /\.(ya?ml|json)$/.test(name)).sort();
  const found: Description[] = [];
  for (const name of names) {
    const file = path.join(folder, name);
    const text = await readFile(file, "utf8").catch(() => "");
    if (looksLikeRoot(text) && /["']?(?:paths|webhooks)["']?\s*:/.test(text)) {
      found.push({ name: name.split(path.sep).join("/"), file });
    }
  }
  return found;
}
