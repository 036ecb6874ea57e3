/** What the generator is made of: its version alone does not tell working copies, tarballs and updated dependencies. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** SHA-256 over the code that runs, the templates, the versions of all dependencies, and that of Node. */
export function fingerprintGenerator(): string {
  const own = fileURLToPath(import.meta.url);
  const root = findUp(path.dirname(own));
  const code = path.relative(root, own).split(path.sep)[0] ?? "";
  const hash = createHash("sha256").update(process.version);
  for (const folder of [code, "templates"]) {
    for (const file of listFiles(path.join(root, folder))) {
      hash.update(path.relative(root, file)).update(readFileSync(file));
    }
  }
  for (const fact of listDependencies(root)) hash.update(fact);
  return hash.digest("hex");
}

function findUp(folder: string): string {
  for (let current = folder; ; current = path.dirname(current)) {
    if (readPackage(current) !== undefined) return current;
    if (path.dirname(current) === current) throw new Error(`No package.json above ${folder}`);
  }
}

function listFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(?:map|tsbuildinfo)$|\.d\.ts$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

/** Name and version of every package that is loaded from the given one, as they are installed. */
function listDependencies(root: string): readonly string[] {
  const found = new Map<string, string>();
  const open = [root];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    const text = readPackage(folder) ?? "";
    if (found.has(folder)) continue;
    const { name, version, dependencies, optionalDependencies } = parse(text);
    found.set(folder, JSON.stringify([name, version]));
    for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const installed = findInstalled(folder, needed);
      if (installed !== undefined) open.push(installed);
    }
  }
  return [...found.values()].sort();
}

function findInstalled(from: string, name: string): string | undefined {
  for (let current = from; ; current = path.dirname(current)) {
    const folder = path.join(current, "node_modules", name);
    if (readPackage(folder) !== undefined) return folder;
    if (path.dirname(current) === current) return undefined;
  }
}

function readPackage(folder: string): string | undefined {
  try {
    return readFileSync(path.join(folder, "package.json"), "utf8");
  } catch {
    return undefined;
  }
}

interface PackageFacts {
  readonly name?: unknown;
  readonly version?: unknown;
  readonly dependencies?: object;
  readonly optionalDependencies?: object;
}

function parse(text: string): PackageFacts {
  const value: unknown = JSON.parse(text);
  return typeof value === "object" && value !== null ? value : {};
}
