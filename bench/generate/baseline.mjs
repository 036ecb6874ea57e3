/**
 * The least that any generator does: reads a description, visits every value of it, and writes as many bytes in as many
 * files as a generated project has. Arguments: description, generated project, output folder.
 */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";

const [spec = "", project = "", out = ""] = process.argv.slice(2);
const text = readFileSync(spec, "utf8");
const value = text.trimStart().startsWith("{") ? JSON.parse(text) : (await import("js-yaml")).load(text);

let values = 0;
const open = [value];
while (open.length > 0) {
  const current = open.pop();
  values += 1;
  if (typeof current === "object" && current !== null) for (const child of Object.values(current)) open.push(child);
}

const entries = readdirSync(project, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
let from = 0;
for (const entry of entries) {
  const source = path.join(entry.parentPath, entry.name);
  const target = path.join(out, path.relative(project, source));
  const size = statSync(source).size;
  if (from + size > text.length) from = 0;
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, text.slice(from, from + size));
  from += size;
}
console.log(JSON.stringify({ values, files: entries.length }));
