import { existsSync, readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** Reads every file under the package's `templates` folder, keyed by its path relative to it, in order. */
export async function loadTemplates(): Promise<ReadonlyMap<string, string>> {
  const folder = path.join(findPackageRoot(path.dirname(fileURLToPath(import.meta.url))), "templates");
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const templates = new Map<string, string>();
  for (const file of files.sort()) {
    // Synchronous: for many small files a fraction of the CPU of promises.
    templates.set(path.relative(folder, file).replaceAll(path.sep, "/"), readFileSync(file, "utf8"));
  }
  return templates;
}

/** The sources and the built package lie at different depths below the package's root. */
function findPackageRoot(folder: string): string {
  let current = folder;
  while (!existsSync(path.join(current, "package.json"))) {
    const parent = path.dirname(current);
    if (parent === current) throw new Error(`No package.json above ${folder}`);
    current = parent;
  }
  return current;
}
