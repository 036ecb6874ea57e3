import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const runtime = path.join(import.meta.dirname, "../../templates/runtime");

/** What a module loads before it runs: imports and re-exports of values. */
function loadedBy(file: string): string[] {
  const text = readFileSync(path.join(runtime, file), "utf8");
  return [...text.matchAll(/^(?:import|export) (?!type )[^;]*?from "([^"]+)";$/gm)].map(([, source]) => source ?? "");
}

function packagesOf(entry: string): string[] {
  const seen = new Set<string>();
  const visit = (source: string): void => {
    if (seen.has(source)) return;
    seen.add(source);
    if (source.startsWith("./")) loadedBy(source.replace(/\.js$/, ".ts")).forEach(visit);
  };
  visit(entry);
  return [...seen].filter((source) => !source.startsWith("./") && !source.startsWith("node:")).sort();
}

test("to list tools over stdio, nothing but the SDK is loaded", () => {
  expect(packagesOf("./serve.js")).toEqual(["@modelcontextprotocol/server", "@modelcontextprotocol/server/stdio"]);
});

test.each([
  ["./call.js", ["@cfworker/json-schema", "undici"]],
  ["./http.js", ["@modelcontextprotocol/server", "jose", "undici"]],
])("%s loads what it needs with it", (entry, packages) => {
  expect(packagesOf(entry)).toEqual(packages);
});
