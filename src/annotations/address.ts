import path from "node:path";

/** A path or URL as the annotation file has it, as seen from where the command runs. */
export function resolveAddress(address: string, file: string | undefined): string {
  if (file === undefined || isUrl(address) || path.isAbsolute(address)) return address;
  return path.join(path.dirname(file), address);
}

/** A path or URL as it is written into a file of a folder: relative, with forward slashes, so that it can move along. */
export function relateAddress(address: string, folder: string): string {
  if (isUrl(address)) return address;
  const relative = path.relative(path.resolve(folder), path.resolve(address)).split(path.sep).join("/");
  return relative.startsWith("../") || path.isAbsolute(relative) ? relative : `./${relative}`;
}

function isUrl(address: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(address);
}
