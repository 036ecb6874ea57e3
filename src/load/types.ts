import type { SourcePointer, SourcePosition } from "../diagnostics/types.js";

export type SpecVersion = "2.0" | "3.0" | "3.1" | "3.2";

export type JsonObject = { readonly [key: string]: unknown };

/** A value of the description with the place where it stands. */
export interface Located {
  readonly value: unknown;
  readonly at: SourcePointer;
}

/** A description with all its files read; `$ref`s are followed lazily by (file, pointer). */
export interface LoadedSpec {
  /** What the user gave: a path or URL. */
  readonly source: string;
  /** The `openapi` or `swagger` version, also where the root was adapted for a parser that knows less. */
  readonly version: SpecVersion;
  readonly root: Located & { readonly value: JsonObject };
  /** The target of a `$ref` that stands in `from.file`; undefined when there is none (already reported once). */
  resolve(ref: string, from: SourcePointer): Located | undefined;
  /** Line and column of a node; undefined when the file was not read. */
  locate(at: SourcePointer): SourcePosition | undefined;
  /** One line of a file, for code frames; undefined when unknown. */
  line(file: string, line: number): string | undefined;
  /** Hash over what the description says of an operation, by `METHOD /path`, and over all of that it refers to. */
  hashOperation(key: string): string | undefined;
  /** The text of every file by its path; undefined when one came from the network or could not be read. */
  readonly texts: ReadonlyMap<string, string> | undefined;
  /** SHA-256 (hex) over the canonical JSON of every file read; key order and formatting have no influence. */
  readonly hash: string;
}

export interface LoadOptions {
  /** Follow `$ref`s to http(s) addresses. The root may always be a URL. */
  readonly allowRemoteRefs?: boolean;
  /** Overlay documents (OpenAPI Overlay 1.0/1.1), applied in order to the root before anything reads it. */
  readonly overlays?: readonly string[];
}
