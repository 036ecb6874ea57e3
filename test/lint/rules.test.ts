/** Every rule with a list that breaks it and nothing else, and the lists this project generates. */
import { readdir } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { listTool } from "../../templates/runtime/listing.js";
import { runtimeTool } from "../../src/emit/runtime-tool.js";
import { generate } from "../../src/index.js";
import { describeFindings } from "../../src/lint/describe.js";
import { lintTools } from "../../src/lint/lint.js";
import { profiles } from "../../src/lint/profiles.js";
import { readTools, toLinted } from "../../src/lint/read.js";
import type { LintInput } from "../../src/lint/types.js";
import { repository } from "../e2e/project.js";

const hints = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true };
const good = {
  name: "list_pets",
  title: "List pets",
  description: "List pets.",
  annotations: hints,
  inputSchema: { type: "object", properties: { tags: { type: "array", items: { type: "string" } } } },
};

const withInput = (property: unknown) => ({ ...good, inputSchema: { type: "object", properties: { it: property } } });
const nest = (levels: number): unknown =>
  levels === 0 ? { type: "string" } : { type: "object", properties: { it: nest(levels - 1) } };

function inputOf(tools: readonly unknown[], rest: Partial<LintInput> = {}): LintInput {
  const read = readTools({ tools });
  if (!read) throw new Error("no list");
  return { tools: read.tools, serverName: "pets", instructions: "Tools of pets.", domains: [], ...rest };
}

function codesOf(input: LintInput, names: readonly string[] = [...profiles.keys()]): string[] {
  const chosen = [...profiles.values()].filter(({ name }) => names.includes(name));
  const found = lintTools(input, chosen).map(({ code, severity, profile }) => `${profile}: ${code} ${severity}`);
  return [...new Set(found)];
}

const many = (length: number) => Array.from({ length }, (_, i) => ({ ...good, name: `list_pets_${i}` }));

test("a good list fits every profile", () => {
  expect(codesOf(inputOf([good]))).toEqual([]);
});

describe("one fault is found by the profiles that mind it, and by its own rule alone", () => {
  test.each<[string, LintInput, string, string]>([
    ["64 characters", inputOf([{ ...good, name: "a".repeat(65) }]), "openai", "lint/name-length error"],
    ["a dot", inputOf([{ ...good, name: "list.pets" }]), "anthropic", "lint/name-characters error"],
    ["with the server", inputOf([{ ...good, name: "a".repeat(56) }]), "cursor", "lint/full-name-length error"],
    ["in a command line", inputOf([{ ...good, name: "a".repeat(55) }]), "gemini", "lint/full-name-length error"],
    ["128 tools", inputOf(many(129)), "vscode-copilot", "lint/tool-count error"],
    ["80 tools", inputOf(many(81)), "cursor", "lint/tool-count warning"],
    ["description", inputOf([{ ...good, description: "a ".repeat(600) }]), "gemini", "lint/description-length warning"],
    [
      "instructions",
      inputOf([good], { instructions: "a".repeat(2001) }),
      "universal",
      "lint/instructions-length error",
    ],
    ["array root", inputOf([{ ...good, inputSchema: { type: "array" } }]), "claude-code", "lint/root-type error"],
    ["no properties", inputOf([{ ...good, inputSchema: { type: "object" } }]), "openai", "lint/root-properties error"],
    [
      "root anyOf",
      inputOf([{ ...good, inputSchema: { type: "object", properties: {}, anyOf: [{ required: ["a"] }] } }]),
      "anthropic",
      "lint/root-keyword error",
    ],
    ["nested oneOf", inputOf([withInput({ oneOf: [{ type: "string" }] })]), "azure-foundry", "lint/keyword error"],
    ["$ref", inputOf([withInput({ $ref: "#/$defs/pet" })]), "vscode-copilot", "lint/reference error"],
    ["true", inputOf([withInput(true)]), "azure-foundry", "lint/boolean-schema error"],
    ["items", inputOf([withInput({ type: "array" })]), "vscode-copilot", "lint/array-items error"],
    ["nullable items", inputOf([withInput({ type: ["array", "null"] })]), "openai", "lint/array-items error"],
    ["object", inputOf([withInput({ type: "object" })]), "azure-foundry", "lint/object-properties error"],
    ["depth", inputOf([withInput(nest(9))]), "moonshot", "lint/depth error"],
    [
      "argument",
      inputOf([{ ...good, inputSchema: { type: "object", properties: { "a b": { type: "string" } } } }]),
      "anthropic",
      "lint/argument-name error",
    ],
    ["hints", inputOf([{ ...good, annotations: { readOnlyHint: true } }]), "claude-directory", "lint/statement error"],
    ["tokens", inputOf([{ ...good, notes: "word ".repeat(11_000) }]), "universal", "lint/tokens warning"],
  ])("%s", (_, input, profile, expected) => {
    expect(codesOf(input, [profile])).toEqual([`${profile}: ${expected}`]);
  });

  test.each([
    ["names", inputOf([{ ...good, name: "a".repeat(40) }])],
    ["depth", inputOf([withInput(nest(4))])],
    [
      "an argument called like a keyword",
      inputOf([withInput({ type: "object", properties: { oneOf: {}, items: {} } })]),
    ],
    ["closed objects", inputOf([withInput({ type: "object", properties: {}, additionalProperties: false })])],
  ])("%s at the limit fit the universal profile", (_, input) => {
    expect(codesOf(input, ["universal"])).toEqual([]);
  });
});

test("a list that is served in parts has to fit in parts", () => {
  const tools = many(120);
  const domain = (name: string, from: number) => ({
    name,
    tools: tools.slice(from, from + 60).map((tool) => tool.name),
  });
  const input = inputOf(tools, { domains: [domain("a", 0), domain("b", 60)] });
  expect(codesOf(inputOf(tools), ["windsurf"])).toEqual(["windsurf: lint/tool-count error"]);
  expect(codesOf(input, ["windsurf"])).toEqual(["windsurf: lint/tool-count warning"]);
});

test("two tools of one name are an error for everyone", () => {
  expect(codesOf(inputOf([good, good]), [])).toEqual(["every client: lint/name-twice error"]);
});

test("a fault that several profiles mind is said once, with what each takes", () => {
  const input = inputOf([{ ...good, name: "a".repeat(65) }]);
  const chosen = [...profiles.values()].filter(({ name }) => ["openai", "universal"].includes(name));
  const long = "a".repeat(65);
  expect(describeFindings(lintTools(input, chosen), input).map(({ message }) => message)).toEqual([
    `${long}: the name has 65 characters (universal: at most 40; openai: at most 64).`,
  ]);
});

describe("what is a list of tools", () => {
  test.each([
    ["tools.json", { tools: [good] }, "/tools"],
    ["an answer", { jsonrpc: "2.0", id: 1, result: { tools: [good] } }, "/result/tools"],
    ["an array", [good], ""],
  ])("%s", (_, value, pointer) => {
    expect(readTools(value)).toMatchObject({ pointer, tools: [{ name: "list_pets" }] });
  });

  test.each([[{ openapi: "3.1.0", paths: {} }], [{ tools: [{}] }], ["tools"], [null]])("%j is none", (value) => {
    expect(readTools(value)).toBeUndefined();
  });
});

test("every limit says where it is known from, and when that was looked up", () => {
  const limits = [...profiles.values()].flatMap((profile) => Object.values(profile.limits));
  expect(limits.length).toBeGreaterThan(50);
  for (const { source, seen } of limits) {
    expect(source).toMatch(/^[A-Z].{10}/);
    expect(seen).toMatch(/^\d{4}-\d\d-\d\d$/);
  }
});

const specs = path.join(repository, "specs");
const rootFile = /^(?:[\w-]+|features\/[\w-]+|library\/openapi)\.yaml$/;
const descriptions = (await readdir(specs, { recursive: true })).filter((file) => rootFile.test(file)).sort();

describe("generated tools fit every profile", () => {
  test.each(descriptions)("%s", async (file) => {
    const { plan } = await generate({ spec: path.join(specs, file), options: { planOnly: true } });
    if (!plan) throw new Error("no plan");
    const tools = plan.tools.flatMap((tool) => toLinted(listTool(runtimeTool(tool))) ?? []);
    const { domains, instructions, name } = plan;
    const input: LintInput = { tools, domains, instructions, serverName: name };
    const errors = lintTools(input, [...profiles.values()]).filter(({ severity }) => severity === "error");
    expect(describeFindings(errors, input).map(({ message }) => message)).toEqual([]);
  });
});
