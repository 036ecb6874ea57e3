import path from "node:path";
import { pathToFileURL } from "node:url";

/** Where a file is, and how the user knows it. */
export interface SourceFile {
  readonly url: URL;
  readonly name: string;
}

/** Whether a source is an http(s) address. */
export function isRemote(source: string): boolean {
  return /^https?:\/\//i.test(source);
}

/** The root file of what the user gave: a path or a URL. */
export function locateSource(source: string): SourceFile {
  if (isRemote(source)) return { url: new URL(source), name: source };
  if (/^file:\/\//i.test(source)) return { url: new URL(source), name: source };
  return { url: pathToFileURL(path.resolve(source)), name: source.replaceAll(path.sep, "/") };
}

/** Names a file beside the root as the user would write it: relative paths stay relative. */
export function nameFile(url: URL, root: SourceFile): string {
  if (url.protocol !== "file:" || root.url.protocol !== "file:") return url.href;
  const relative = path.posix.relative(path.posix.dirname(root.url.pathname), url.pathname);
  const folder = root.name.startsWith("file:") ? "" : path.posix.dirname(root.name);
  return decodePath(path.posix.join(folder, relative));
}

function decodePath(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
