import { createHash, type Hash } from "node:crypto";
import { isObject } from "./value.js";

/** SHA-256 over named JSON values; the order of keys and files has no influence. */
export function hashValues(values: ReadonlyMap<string, unknown>): string {
  const hash = createHash("sha256");
  const writer = createWriter(hash);
  for (const name of [...values.keys()].sort()) {
    writer.write(JSON.stringify(name));
    writeCanonical(values.get(name), writer.write);
  }
  writer.flush();
  return hash.digest("hex");
}

function writeCanonical(value: unknown, write: (text: string) => void): void {
  if (Array.isArray(value)) {
    write("[");
    for (const item of value) {
      writeCanonical(item, write);
      write(",");
    }
    write("]");
  } else if (isObject(value)) {
    write("{");
    for (const key of Object.keys(value).sort()) {
      write(`${JSON.stringify(key)}:`);
      writeCanonical(value[key], write);
      write(",");
    }
    write("}");
  } else {
    write(typeof value === "number" ? String(value) : (JSON.stringify(value) ?? "null"));
  }
}

/** Hashing small pieces one by one is slow; they are gathered first. */
function createWriter(hash: Hash): { write(text: string): void; flush(): void } {
  let buffer = "";
  const flush = (): void => {
    hash.update(buffer);
    buffer = "";
  };
  const write = (text: string): void => {
    buffer += text;
    if (buffer.length > 65_536) flush();
  };
  return { write, flush };
}
