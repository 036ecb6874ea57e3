/** File arguments: base64 text, a data URL, or a path below the one folder that is allowed. */
import { constants } from "node:fs";
import { open, realpath, type FileHandle } from "node:fs/promises";
import { basename, extname, isAbsolute, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { CallError } from "./context.js";

export interface FileValue {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** Largest file sent by path, in bytes. */
const MAX_FILE_BYTES = 50 * 1024 * 1024;

const MEDIA_TYPES = new Map([
  [".csv", "text/csv"],
  [".gif", "image/gif"],
  [".html", "text/html"],
  [".jpeg", "image/jpeg"],
  [".jpg", "image/jpeg"],
  [".json", "application/json"],
  [".md", "text/markdown"],
  [".mp3", "audio/mpeg"],
  [".mp4", "video/mp4"],
  [".pdf", "application/pdf"],
  [".png", "image/png"],
  [".svg", "image/svg+xml"],
  [".txt", "text/plain"],
  [".wav", "audio/wav"],
  [".webp", "image/webp"],
  [".xml", "application/xml"],
  [".zip", "application/zip"],
]);

/** Reads the file an argument stands for. Paths are accepted only when a root folder is configured. */
export async function readFileValue(field: string, value: unknown, fileRoot: string | undefined): Promise<FileValue> {
  if (typeof value !== "string") throw invalidFile(field, fileRoot);
  if (/^data:/i.test(value)) return readDataUrl(field, value, fileRoot);
  if (/^file:/i.test(value)) return readUnderRoot(field, pathOfFileUrl(field, value, fileRoot), fileRoot);
  const byPath = await tryPath(field, value, fileRoot);
  if (byPath) return byPath;
  return describeBytes(decodeBase64(field, value, fileRoot));
}

/** First bytes of the types that are most often sent (WHATWG MIME Sniffing, section 6.1). */
const SIGNATURES: readonly (readonly [RegExp, string])[] = [
  [/^\x89PNG\r\n/, "image/png"],
  [/^\xff\xd8\xff/, "image/jpeg"],
  [/^GIF8[79]a/, "image/gif"],
  [/^RIFF[^]{4}WEBPVP/, "image/webp"],
  [/^%PDF-/, "application/pdf"],
];

function describeBytes(bytes: Buffer): FileValue {
  const head = bytes.subarray(0, 16).toString("latin1");
  const mediaType = SIGNATURES.find(([signature]) => signature.test(head))?.[1] ?? "application/octet-stream";
  return { name: `file${extensionOf(mediaType)}`, mediaType, bytes };
}

function extensionOf(mediaType: string): string {
  return [...MEDIA_TYPES].find(([, known]) => known === mediaType)?.[0] ?? "";
}

/** RFC 6838 section 4.2; it is sent as a header. */
const MEDIA_TYPE = /^[a-z0-9][\w!#$&^.+-]*\/[a-z0-9][\w!#$&^.+-]*$/i;

function readDataUrl(field: string, value: string, fileRoot: string | undefined): FileValue {
  const match = /^data:([^,]*?)(;base64)?,(.*)$/is.exec(value);
  if (!match) throw invalidFile(field, fileRoot);
  const [, type = "", base64, data = ""] = match;
  const mediaType = type.split(";", 1)[0] || "text/plain";
  if (!MEDIA_TYPE.test(mediaType)) throw invalidFile(field, fileRoot);
  const bytes = base64 ? decodeBase64(field, data, fileRoot) : Buffer.from(decodePercent(data), "utf8");
  return { name: `file${extensionOf(mediaType)}`, mediaType, bytes };
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function decodeBase64(field: string, text: string, fileRoot: string | undefined): Buffer {
  const compact = text.replace(/\s+/g, "");
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(compact) || compact.replace(/=+$/, "").length % 4 === 1) {
    throw invalidFile(field, fileRoot);
  }
  return Buffer.from(compact, "base64");
}

function pathOfFileUrl(field: string, value: string, fileRoot: string | undefined): string {
  if (!/^file:\/\//i.test(value)) return value.slice("file:".length);
  try {
    return fileURLToPath(value);
  } catch {
    throw invalidFile(field, fileRoot);
  }
}

/** A short text that names an existing file below the root is that file; everything else is content. */
async function tryPath(field: string, value: string, fileRoot: string | undefined): Promise<FileValue | undefined> {
  if (fileRoot === undefined || value === "" || value.length > 1024 || value.includes("\n")) return undefined;
  try {
    await realpath(resolve(fileRoot, value));
  } catch {
    return undefined;
  }
  return readUnderRoot(field, value, fileRoot);
}

async function readUnderRoot(field: string, path: string, fileRoot: string | undefined): Promise<FileValue> {
  if (fileRoot === undefined) throw invalidFile(field, fileRoot);
  const target = await resolveUnderRoot(field, path, fileRoot);
  let handle: FileHandle | undefined;
  try {
    // Every link is resolved by now: one that appears in between is refused instead of followed.
    handle = await open(target, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const stats = await handle.stat();
    if (!stats.isFile()) throw refused(field, "is not a regular file");
    if (stats.size > MAX_FILE_BYTES) throw refused(field, `is larger than ${MAX_FILE_BYTES} bytes`);
    if ((await realpath(target)) !== target) throw refused(field, "changed while it was read");
    const name = basename(target);
    const mediaType = MEDIA_TYPES.get(extname(name).toLowerCase()) ?? "application/octet-stream";
    return { name, mediaType, bytes: await handle.readFile() };
  } catch (error) {
    if (error instanceof CallError) throw error;
    throw refused(field, "cannot be read", error);
  } finally {
    await handle?.close();
  }
}

async function resolveUnderRoot(field: string, path: string, fileRoot: string): Promise<string> {
  try {
    const root = await realpath(fileRoot);
    const target = await realpath(resolve(root, path));
    const below = relative(root, target);
    const isOutside = below === ".." || below.startsWith(`..${sep}`) || isAbsolute(below);
    if (isOutside) throw refused(field, "is outside the folder whose files may be sent");
    return target;
  } catch (error) {
    if (error instanceof CallError) throw error;
    throw refused(field, "does not exist in the folder whose files may be sent", error);
  }
}

/** The content type of a body that may be any of a range such as `image/*`: never one outside of it by guess. */
export function typeWithin(range: string, field: string, { mediaType }: FileValue): string {
  const [major = ""] = range.split("/*");
  if (mediaType !== "application/octet-stream" || major === "*" || major === "application") return mediaType;
  throw refused(field, `must be of a type ${range}, and which one is not known; give it as a data URL that says so`);
}

function refused(field: string, problem: string, cause?: unknown): CallError {
  return new CallError(
    {
      code: "invalid_input",
      message: `Invalid argument: the file named by \`${field}\` ${problem}.`,
      retryable: false,
      fields: [{ field, message: `the file ${problem}` }],
    },
    { cause },
  );
}

function invalidFile(field: string, fileRoot: string | undefined): CallError {
  const accepted = 'base64 text or a data URL such as "data:text/plain,hello"';
  const withPath = fileRoot === undefined ? accepted : `${accepted}, or the path of a file in the allowed folder`;
  return new CallError({
    code: "invalid_input",
    message: `Invalid argument: \`${field}\` takes file content as ${withPath}.`,
    retryable: false,
    fields: [{ field, message: `takes ${withPath}` }],
  });
}
