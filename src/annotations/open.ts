import { readFile } from "node:fs/promises";
import path from "node:path";
import { sourceOfText } from "../diagnostics/locate.js";
import type { Sources } from "../diagnostics/locate.js";
import type { Report } from "../diagnostics/types.js";
import { relateAddress, resolveAddress } from "./address.js";
import { defaultAnnotations } from "./defaults.js";
import type { Annotations } from "./types.js";

/** The annotation file as a run uses it; without a file, or with a broken one, what holds by default. */
export interface OpenAnnotations {
  readonly file?: string;
  readonly text?: string;
  readonly annotations: Annotations;
  /** Nothing of the file can be used. */
  readonly isBroken?: boolean;
  /** The description and overlays the file names, as seen from where the command runs. */
  readonly spec?: string;
  readonly overlays: readonly string[];
  /** The text, for code frames. */
  readonly sources: readonly Sources[];
}

/** Reads and parses the annotation file of a path, or parses a text that stands for one. */
export async function openAnnotations(
  given: string | { readonly file: string; readonly text: string } | undefined,
  report: Report,
): Promise<OpenAnnotations> {
  if (given === undefined) return { annotations: defaultAnnotations(), overlays: [], sources: [] };
  const { file, text } = typeof given === "string" ? { file: given, text: await readText(given, report) } : given;
  if (text === undefined) return { file, annotations: defaultAnnotations(), overlays: [], sources: [] };
  const { parseAnnotations } = await import("./read.js");
  const parsed = parseAnnotations(text, file, report);
  const annotations = parsed ?? defaultAnnotations();
  return {
    file,
    text,
    annotations,
    isBroken: parsed === undefined,
    ...(annotations.spec === undefined ? {} : { spec: resolveAddress(annotations.spec, file) }),
    overlays: annotations.overlays.map((overlay) => resolveAddress(overlay, file)),
    sources: [sourceOfText(file, text)],
  };
}

/** The file's text; undefined when there is no such file. */
async function readText(file: string, report: Report): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code !== "ENOENT" && code !== "ENOTDIR") {
      report({ code: "annotations/unreadable", message: `${file} cannot be read (${code}).` });
    }
    return undefined;
  }
}

/** The description and the overlays of a run; undefined (reported) when nothing names a description. */
export function choosePaths(
  stated: OpenAnnotations,
  given: { readonly spec: string | undefined; readonly overlays: readonly string[] },
  report: Report,
): { spec: string; overlays: readonly string[] } | undefined {
  const spec = given.spec ?? stated.spec;
  if (spec === undefined) {
    report({ code: "annotations/no-spec", message: "Neither the call nor the annotation file names a description." });
    return undefined;
  }
  return { spec, overlays: [...stated.overlays, ...given.overlays] };
}

/** A file that the annotations name and that cannot be read is reported where they name it. */
export function placeNamed({ annotations, spec, overlays }: OpenAnnotations, report: Report): Report {
  return (problem) => {
    const overlay = overlays.findIndex((name) => problem.message.includes(name));
    const isSpec = spec !== undefined && problem.message.includes(spec);
    const at = annotations.positions?.get(overlay < 0 || isSpec ? "/spec" : `/overlays/${overlay}`);
    if (problem.at || !at) return report(problem);
    const fix = "Correct the path; it is relative to the annotation file.";
    report({ ...problem, at, ...(problem.code === "load/file-not-found" && { fix }) });
  };
}

/** Paths of a run as the annotation file records them. */
export function recordPaths(
  { file }: OpenAnnotations,
  { spec, overlays, folder }: { spec: string; overlays: readonly string[]; folder: string },
): { spec: string; overlays: readonly string[] } {
  const base = file === undefined ? folder : path.dirname(file);
  return { spec: relateAddress(spec, base), overlays: overlays.map((overlay) => relateAddress(overlay, base)) };
}
