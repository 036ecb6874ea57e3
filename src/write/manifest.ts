import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { Report } from "../diagnostics/types.js";
import { isSafePath } from "./paths.js";
import type { Manifest, Origin } from "./types.js";

export const MANIFEST = ".openapi-to-mcp/manifest.json";

/** Hash of a text; a checkout that turns line ends into CRLF is no edit. */
export function hashText(text: string): string {
  return createHash("sha256")
    .update(text.includes("\r") ? text.replaceAll("\r\n", "\n") : text)
    .digest("hex");
}

/** The manifest of a project: `undefined` when there is none, `null` (reported) when it cannot be trusted. */
export function readManifest(dir: string, report: Report): Manifest | undefined | null {
  const text = readText(path.join(dir, MANIFEST));
  if (text === undefined) return undefined;
  const manifest = parseManifest(text);
  if (manifest === undefined) {
    report({ code: "write/bad-manifest", message: `${MANIFEST} is not a manifest this version reads.` });
    return null;
  }
  return manifest;
}

export function printManifest(manifest: Manifest): string {
  const { version, generator, origin, files, once } = manifest;
  const value = {
    version,
    generator,
    spec: origin?.spec,
    annotations: origin?.annotations,
    operations: origin?.operations && sortEntries(Object.entries(origin.operations)),
    tools: origin?.tools && sortEntries(Object.entries(origin.tools)),
    aliases: origin?.aliases && sortEntries(Object.entries(origin.aliases)),
    files: sortEntries([...files]),
    once: [...once].toSorted(),
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

function sortEntries(entries: readonly (readonly [string, string])[]): Readonly<Record<string, string>> {
  return Object.fromEntries(entries.toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

/** A file's text; undefined when there is no such file. Synchronous inside: thousands of small files are read. */
export function readText(file: string): string | undefined {
  try {
    // Asking first is cheaper than an error for each file of a new project.
    return statSync(file, { throwIfNoEntry: false }) && readFileSync(file, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

export function isSystemError(error: unknown): error is Error {
  return error instanceof Error && "syscall" in error;
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}

function parseManifest(text: string): Manifest | undefined {
  const value = parseJson(text);
  if (!isRecord(value) || value["version"] !== 1 || !isRecord(value["files"])) return undefined;
  const { generator, once } = value;
  const files = new Map<string, string>();
  for (const [file, hash] of Object.entries(value["files"])) {
    // A manifest that names files outside the folder was not written by us; they must never be deleted.
    if (typeof hash !== "string" || !isSafePath(file)) return undefined;
    files.set(file, hash);
  }
  const names = Array.isArray(once) ? once.filter((name) => typeof name === "string") : [];
  const origin = readOrigin(value);
  return { version: 1, ...(typeof generator === "string" && { generator }), origin, files, once: new Set(names) };
}

function readOrigin({ spec, annotations, operations, tools, aliases }: Readonly<Record<string, unknown>>): Origin {
  return {
    ...(typeof spec === "string" && { spec }),
    ...(typeof annotations === "string" && { annotations }),
    ...(isRecord(operations) && { operations: keepTexts(operations) }),
    ...(isRecord(tools) && { tools: keepTexts(tools) }),
    ...(isRecord(aliases) && { aliases: keepTexts(aliases) }),
  };
}

function keepTexts(value: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, text]) => (typeof text === "string" ? [[key, text]] : [])),
  );
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
