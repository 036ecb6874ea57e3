import type { LoadedSpec } from "../load/types.js";
import type { Report } from "../diagnostics/types.js";
import { createContext } from "./context.js";
import { detectIdempotency } from "./idempotency.js";
import { buildOperations } from "./operations.js";
import { detectPagination } from "./pagination.js";
import { readFilledText, readList, readMember, stepInto } from "./raw.js";
import { buildSecuritySchemes } from "./security.js";
import { buildServers } from "./servers.js";
import type { Api, Tag } from "./types.js";

/** Builds the model of an API from its description. What cannot be used is reported and left out. */
export function buildApi(spec: LoadedSpec, report: Report): Api {
  const context = createContext(spec, report);
  const { root } = spec;
  const { operations, skipped } = buildOperations(context);
  if (operations.length === 0) reportNoOperations(context, skipped.length);
  const description = readFilledText(readMember(root.value, "info"), "description");
  const extension = readMember(root.value, "x-mcp");
  const api: Api = {
    title: readFilledText(readMember(root.value, "info"), "title") ?? "API",
    version: readFilledText(readMember(root.value, "info"), "version") ?? "0.0.0",
    specVersion: spec.version,
    servers: buildServers(context, root),
    tags: buildTags(context.spec),
    operations,
    schemas: context.schemas.named,
    securitySchemes: buildSecuritySchemes(context),
    skipped,
    ...(description !== undefined && { description }),
    ...(extension !== undefined && { extension }),
  };
  return detectPagination(detectIdempotency(api, context), context);
}

function reportNoOperations(context: ReturnType<typeof createContext>, skipped: number): void {
  const { root } = context.spec;
  const reason = skipped > 0 ? `all of its ${skipped} operations were left out` : "its `paths` are empty";
  context.report({
    code: "model/no-operations",
    message: `${root.at.file} gives no operation that a tool could call: ${reason}.`,
    at: stepInto(root, "paths")?.at ?? root.at,
  });
}

function buildTags(spec: LoadedSpec): Tag[] {
  const tags: Tag[] = [];
  for (const tag of readList(spec.root.value, "tags") ?? []) {
    const name = readFilledText(tag, "name");
    if (name === undefined) continue;
    const description = readFilledText(tag, "description");
    tags.push({ name, ...(description !== undefined && { description }) });
  }
  return tags;
}
