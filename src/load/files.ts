import type { DiagnosticInput } from "../diagnostics/types.js";
import { type ParsedText, parseSource } from "./parse.js";
import { readSource } from "./read.js";
import { collectReferences } from "./references.js";
import { nameFile, type SourceFile } from "./source.js";
import { readMember } from "./value.js";

/** A file that was read and parsed. */
export interface LoadedFile extends SourceFile {
  readonly parsed: ParsedText;
}

/** Every file of a description, by address without fragment; a file that could not be read keeps its problem. */
export interface FileSet {
  readonly root: LoadedFile;
  readonly loaded: Map<string, LoadedFile>;
  readonly failed: Map<string, DiagnosticInput>;
}

export interface CrawlOptions {
  readonly allowRemoteRefs: boolean;
}

/**
 * Reads the files a description refers to, and the files those refer to, with swagger-parser's resolver.
 * It sees each file as the bare list of its references: what else stands in a file must not be able to send it
 * anywhere or make it fail. Failures wait until somebody needs the file.
 */
export async function crawlFiles(files: FileSet, rootValue: unknown, options: CrawlOptions): Promise<void> {
  const references = listTargets(rootValue, files.root.url);
  if (references.length === 0) return;
  const { default: SwaggerParser } = await import("@apidevtools/swagger-parser");
  const digest = { openapi: "3.1.1", info: { title: "", version: "" }, paths: {}, "x-references": references };
  const address = (file: { url: string }): URL => new URL(file.url);
  await new SwaggerParser().resolve(files.root.url.href, digest, {
    resolve: {
      external: true,
      file: false,
      http: false,
      reader: {
        order: 1,
        canRead: true,
        read: (file: { url: string }) => readReferenced(files, address(file), options),
      },
    },
    parse: {
      json: false,
      yaml: false,
      text: false,
      binary: false,
      references: {
        order: 1,
        canParse: true,
        allowEmpty: true,
        parse: (file: { url: string }) => listTargets(files.loaded.get(file.url)?.parsed.value, address(file)),
      },
    },
  });
}

/** The files a document refers to, as reference objects with absolute addresses. */
function listTargets(value: unknown, base: URL): { $ref: string }[] {
  const targets = new Set<string>();
  const self = readMember(value, "$self");
  for (const reference of collectReferences(value)) {
    const target = resolveAddress(reference, base);
    // A document that says its own address is not read from there (OpenAPI 3.2, `$self`).
    if (target && target.href !== base.href && target.href !== self) targets.add(target.href);
  }
  return [...targets].map((href) => ({ $ref: href }));
}

/** The absolute address of the file part of a reference; undefined when it is none. */
export function resolveAddress(reference: string, base: URL): URL | undefined {
  const [file = ""] = reference.split("#", 1);
  if (file === "") return base;
  const relative = base.protocol === "file:" ? file.replaceAll("?", "%3F").replaceAll("\\", "/") : file;
  return URL.canParse(relative, base.href) ? new URL(relative, base) : undefined;
}

async function readReferenced(files: FileSet, url: URL, options: CrawlOptions): Promise<string> {
  const file: SourceFile = { url, name: nameFile(url, files.root) };
  const refusal = refuseFile(file, files.root, options);
  if (refusal) {
    files.failed.set(url.href, refusal);
    return "";
  }
  const read = await readSource(file, options.allowRemoteRefs ? "follow" : "error");
  const parsed = read.ok ? parseSource(read, file.name) : undefined;
  if (parsed?.ok) files.loaded.set(url.href, { ...file, parsed: parsed.parsed });
  else if (parsed) files.failed.set(url.href, parsed.problem);
  else if (!read.ok) files.failed.set(url.href, read.problem);
  return "";
}

/**
 * A local description may refer to files in its folder, and to YAML and JSON files elsewhere on the disk;
 * a remote one to its own origin. Everything else needs the user's word or is never read.
 */
function refuseFile(file: SourceFile, root: SourceFile, options: CrawlOptions): DiagnosticInput | undefined {
  if (file.url.protocol === "file:") {
    if (root.url.protocol !== "file:") {
      return {
        code: "load/local-ref-refused",
        message: `A remote description may not refer to the local file ${file.name}.`,
      };
    }
    const folder = new URL(".", root.url).pathname;
    if (file.url.pathname.startsWith(folder) || /\.(ya?ml|json)$/i.test(file.url.pathname)) return undefined;
    return {
      code: "load/local-ref-refused",
      message: `${file.name} lies outside the folder of the description and is neither YAML nor JSON.`,
    };
  }
  if (file.url.protocol !== "http:" && file.url.protocol !== "https:") {
    return { code: "load/local-ref-refused", message: `${file.name} is neither a file nor an http(s) address.` };
  }
  if (options.allowRemoteRefs || file.url.origin === root.url.origin) return undefined;
  return { code: "load/remote-ref-refused", message: `The reference to ${file.name} was not followed.` };
}
