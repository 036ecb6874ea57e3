import type { Report } from "../diagnostics/types.js";
import type { JsonObject, SpecVersion } from "./types.js";
import { isObject, readMember } from "./value.js";

/** Reads the version of a root document; reports what makes it no description. */
export function readVersion(value: unknown, file: string, report: Report): SpecVersion | undefined {
  const at = { file, pointer: "" };
  if (!isObject(value)) {
    report({
      code: "load/not-openapi",
      message: `${file} holds ${describeKind(value)}, not an OpenAPI description.`,
      at,
    });
    return undefined;
  }
  const key = Object.hasOwn(value, "openapi") ? "openapi" : "swagger";
  const given = readMember(value, key);
  if (typeof given !== "string" && typeof given !== "number") {
    report({
      code: "load/not-openapi",
      message: `${file} has no \`openapi\` or \`swagger\` version${describeGuess(value)}.`,
      at,
    });
    return undefined;
  }
  const version = normaliseVersion(given);
  if (!version) {
    const message = `${file} is written in ${key === "openapi" ? "OpenAPI" : "Swagger"} ${given}, which is not supported.`;
    report({ code: "load/unsupported-version", message, at: { file, pointer: `/${key}` } });
    return undefined;
  }
  if (typeof given === "number") {
    const message = `\`${key}: ${given}\` is a number; it was read as "${version}".`;
    report({ code: "load/numeric-version", message, at: { file, pointer: `/${key}` } });
  } else if (!isStated(key, given, version)) {
    const message = `\`${key}: ${given}\` is no known version; it was read as OpenAPI ${version}.`;
    report({ code: "load/assumed-version", message, at: { file, pointer: `/${key}` } });
  }
  return version;
}

/** Minor versions of OpenAPI 3 add to the ones before, so that a later one can mostly be read as the last known. */
function normaliseVersion(given: string | number): SpecVersion | undefined {
  const match = /^\s*v?(\d+)(?:\.(\d+))?/.exec(String(given));
  const [, major, minor = "0"] = match ?? [];
  if (major === "2" && minor === "0") return "2.0";
  if (major !== "3") return undefined;
  if (minor === "0") return "3.0";
  return minor === "1" ? "3.1" : "3.2";
}

/** Whether the text says this very version under the key it belongs to. */
function isStated(key: string, given: string, version: SpecVersion): boolean {
  return (key === "swagger") === (version === "2.0") && new RegExp(`^\\s*v?${version}(?:\\D|$)`).test(given);
}

function describeKind(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return value === null ? "nothing" : `a ${typeof value}`;
}

function describeGuess(value: JsonObject): string {
  if (Object.hasOwn(value, "asyncapi")) return " (it is an AsyncAPI document)";
  if (Object.hasOwn(value, "overlay")) return " (it is an Overlay; name it under `overlays`)";
  if (Object.hasOwn(value, "swaggerVersion")) return " (it is a Swagger 1 document)";
  if (Object.hasOwn(value, "$schema")) return " (it looks like a JSON Schema)";
  if (isObject(value["info"]) && Array.isArray(value["item"])) return " (it looks like a Postman collection)";
  return "";
}
