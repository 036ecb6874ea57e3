/** `multipart/form-data` bodies (RFC 7578), with the part headers OpenAPI's Encoding Object asks for. */
import { randomBytes } from "node:crypto";
import { readFileValue } from "./files.js";
import type { OperationBody, PropertyEncoding } from "./operation.js";
import { isPlainObject, scalarText } from "./serialise.js";

export interface EncodedBody {
  readonly contentType: string;
  readonly data: string | Buffer;
}

export interface BodyOptions {
  /** Folder whose files may be sent by path. */
  readonly fileRoot?: string | undefined;
}

interface PartOptions extends BodyOptions {
  /** Name of the argument that holds a property. */
  readonly nameOf: (property: string) => string;
}

interface Part {
  readonly name: string;
  readonly fileName?: string;
  readonly contentType?: string | undefined;
  readonly data: string | Buffer;
}

/** Encodes top-level properties as parts; arrays repeat the name, objects are JSON parts. */
export async function encodeMultipart(body: OperationBody, value: unknown, options: PartOptions): Promise<EncodedBody> {
  const boundary = `----mcp${randomBytes(18).toString("hex")}`;
  const chunks: Buffer[] = [];
  for (const [name, item] of Object.entries(isPlainObject(value) ? value : {})) {
    const encoding = body.encoding && Object.hasOwn(body.encoding, name) ? body.encoding[name] : undefined;
    const isFile = body.files?.includes(name) === true;
    for (const single of Array.isArray(item) ? item : [item]) {
      if (single === undefined || single === null) continue;
      const part = isFile ? await filePart(name, single, encoding, options) : fieldPart(name, single, encoding);
      chunks.push(Buffer.from(`--${boundary}\r\n${partHeaders(part)}\r\n\r\n`), Buffer.from(part.data), CRLF);
    }
  }
  chunks.push(Buffer.from(`--${boundary}--\r\n`));
  const type = body.mediaType.split(";", 1)[0] ?? "multipart/form-data";
  return { contentType: `${type.replace("*", "form-data")}; boundary=${boundary}`, data: Buffer.concat(chunks) };
}

const CRLF = Buffer.from("\r\n");

async function filePart(
  name: string,
  value: unknown,
  encoding: PropertyEncoding | undefined,
  options: PartOptions,
): Promise<Part> {
  const file = await readFileValue(options.nameOf(name), value, options.fileRoot);
  return {
    name,
    fileName: file.name,
    contentType: declaredType(encoding, file.mediaType) ?? file.mediaType,
    data: file.bytes,
  };
}

/** The type the encoding allows: the file's own one when it is listed or matched by a range, else the first listed. */
function declaredType(encoding: PropertyEncoding | undefined, own: string): string | undefined {
  const types = (encoding?.contentType ?? "").split(",").map((type) => type.trim());
  const major = own.split("/", 1)[0];
  if (types.some((type) => type === own || type === "*/*" || type === `${major}/*`)) return own;
  return types.find((type) => type !== "" && !type.includes("*"));
}

function fieldPart(name: string, value: unknown, encoding: PropertyEncoding | undefined): Part {
  const contentType = encoding?.contentType?.split(",", 1)[0]?.trim();
  const isStructured = typeof value === "object" && value !== null;
  return { name, contentType: contentType ?? (isStructured ? "application/json" : undefined), data: scalarText(value) };
}

function partHeaders(part: Part): string {
  const fileName = part.fileName === undefined ? "" : `; filename="${quoted(part.fileName)}"`;
  const type = part.contentType === undefined ? "" : `\r\nContent-Type: ${part.contentType.replace(/[\r\n]/g, "")}`;
  return `Content-Disposition: form-data; name="${quoted(part.name)}"${fileName}${type}`;
}

/** Escapes as browsers do (WHATWG HTML, "multipart/form-data encoding algorithm"). */
function quoted(text: string): string {
  return text.replaceAll('"', "%22").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
