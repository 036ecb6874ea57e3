import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createCollector } from "../../src/diagnostics/collector.js";
import { carryPackage } from "../../src/write/package-needs.js";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), "package-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const planned = {
  engines: { node: ">=20.19" },
  dependencies: { "@scope/server": "^2.4.0", jose: "^6.2.0", undici: "^7.30.2" },
  peerDependencies: { ioredis: "^6.0.0" },
  devDependencies: { vitest: "^4.1.12" },
};

function carry(text: string | undefined) {
  if (text !== undefined) writeFileSync(path.join(dir, "package.json"), text);
  const { report, diagnostics } = createCollector();
  const file = { path: "package.json", content: JSON.stringify(planned), owner: "user" as const };
  const [carried] = carryPackage(dir, [file], report);
  const content = carried?.owner === "shared" ? carried.content : text;
  return { content, told: diagnostics.map(({ message }) => message) };
}

const full = { "@scope/server": "^2.4.0", jose: "^6.2.0", undici: "^7.30.2" };
const dependencies = (entries: Readonly<Record<string, string>>) =>
  JSON.stringify({ dependencies: { ...full, ...entries } });

describe("package.json", () => {
  test("keeps its form, its order and everything else where an entry is added or raised", () => {
    const text = `{\r\n\t"name" : "mine",\r\n\t"scripts": { "build":"tsc", "x": "a \\"} b" },\r\n\t"dependencies": {\r\n\t\t"@scope/server": "~2.3.1",\r\n\t\t"left-pad": "1.0.0",\r\n\t\t"undici":   "7.1.0"\r\n\t},\r\n\t"engines": {"node":">=18"}\r\n}`;
    const { content, told } = carry(text);
    expect(content).toBe(
      text
        .replace("~2.3.1", "~2.4.0")
        .replace('"left-pad"', '"jose": "^6.2.0",\r\n\t\t"left-pad"')
        .replace("7.1.0", "7.30.2")
        .replace(">=18", ">=20.19"),
    );
    expect(told).toEqual([
      "package.json needs @scope/server ~2.4.0 (has ~2.3.1).",
      "package.json needs jose ^6.2.0.",
      "package.json needs undici 7.30.2 (has 7.1.0).",
      "package.json needs engines.node >=20.19 (has >=18).",
    ]);
    expect(carry(content)).toEqual({ content, told: [] });
  });

  test.each([
    ['{\n  "name": "x"\n}\n', "no section"],
    ['{\n  "name": "x",\n  "dependencies": {}\n}\n', "an empty section"],
  ])("%j (%s) gets the dependencies line by line", (text) => {
    const lines = Object.entries(full).map(([name, range]) => `    "${name}": "${range}"`);
    expect(carry(text).content).toBe(`{\n  "name": "x",\n  "dependencies": {\n${lines.join(",\n")}\n  }\n}\n`);
  });

  test.each([
    ["a higher range", { undici: "^8.0.0", jose: ">=6.2" }],
    ["the user's word", { undici: "github:me/undici", jose: "latest", "@scope/server": "^1 || ^2" }],
    ["a prerelease", { undici: "7.0.0-rc.1" }],
  ])("%s stays", (_, entries) => {
    const text = dependencies(entries);
    expect(carry(text)).toEqual({ content: text, told: [] });
  });

  test.each([
    ["^1.2.3", "^7.30.2"],
    ["~7.30.1", "~7.30.2"],
    [">=7", ">=7.30.2"],
    ["7.30.1", "7.30.2"],
    ["7", "^7.30.2"],
  ])("%s becomes %s", (has, becomes) => {
    expect(carry(dependencies({ undici: has })).content).toBe(dependencies({ undici: becomes }));
  });

  test("a dependency counts wherever the user put it; optional ones are raised, never added", () => {
    const text = JSON.stringify({
      dependencies: { "@scope/server": "^2.4.0", undici: "^7.30.2", ioredis: "^5.0.0" },
      optionalDependencies: { jose: "^6.2.0" },
      devDependencies: { vitest: "^1.0.0" },
    });
    expect(carry(text).content).toBe(text.replace("^5.0.0", "^6.0.0"));
  });

  test.each([undefined, "", "[]", "{", '"x"', '{"dependencies":{},'])("%j is left alone", (text) => {
    expect(carry(text)).toEqual({ content: text, told: [] });
  });
});
