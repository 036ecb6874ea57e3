import type { Located, LoadedSpec } from "../load/types.js";
import type { Report } from "../diagnostics/types.js";
import { createContext, type IsNamed, type ModelContext } from "./context.js";
import { detectIdempotency } from "./idempotency.js";
import { buildOperations } from "./operations.js";
import { detectPagination } from "./pagination.js";
import { listChildren, readFilledText, readList, readMember, stepInto } from "./raw.js";
import { buildSecuritySchemes } from "./security.js";
import { buildServers } from "./servers.js";
import type { Api, SkippedOperation, Tag } from "./types.js";

/** Builds the model of an API from its description. What cannot be used is reported and left out. */
export function buildApi(spec: LoadedSpec, report: Report, isNamed: IsNamed = () => false): Api {
  const context = createContext(spec, isNamed, report);
  const { root } = spec;
  const { operations, skipped } = buildOperations(context);
  if (operations.length === 0) reportNoOperations(context, skipped);
  const title = readFilledText(readMember(root.value, "info"), "title");
  if (title === undefined) reportNoTitle(context);
  const description = readFilledText(readMember(root.value, "info"), "description");
  const extension = readMember(root.value, "x-mcp");
  const servers = stepInto(root, "servers");
  const api: Api = {
    title: title ?? "API",
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
    ...(servers && { serversAt: servers.at }),
  };
  return detectPagination(detectIdempotency(api, context), context);
}

function reportNoOperations(context: ModelContext, skipped: readonly SkippedOperation[]): void {
  const { root } = context.spec;
  const paths = stepInto(root, "paths");
  const fix = findFix(paths, skipped);
  context.report({
    code: "model/no-operations",
    message: `${root.at.file} gives no operation that a tool could call: ${explainNone(root, skipped)}.`,
    at: paths?.at ?? root.at,
    ...(fix !== undefined && { fix }),
  });
}

function findFix(paths: Located | undefined, skipped: readonly SkippedOperation[]): string | undefined {
  if (skipped.some(({ reason }) => reason === "deprecated")) {
    return "A deprecated operation is taken when the annotation file names it, or with `x-mcp: true`.";
  }
  return skipped.length === 0 && listChildren(paths).length > 0 ? "Correct what the warnings point to." : undefined;
}

function explainNone(root: Located, skipped: readonly SkippedOperation[]): string {
  const [first] = skipped;
  if (first) {
    const others = skipped.length === 1 ? "" : `, and ${skipped.length - 1} more are left out`;
    return `${first.method} ${first.path} is left out (${first.reason})${others}`;
  }
  const paths = readMember(root.value, "paths");
  if (paths !== undefined) {
    return listChildren(stepInto(root, "paths")).length > 0
      ? "nothing under `paths` can be used"
      : "its `paths` are empty";
  }
  return readMember(root.value, "webhooks") === undefined ? "it has no `paths`" : "it has webhooks and no `paths`";
}

function reportNoTitle(context: ModelContext): void {
  const { root } = context.spec;
  const info = stepInto(root, "info");
  context.report({
    code: "model/no-title",
    message: 'The description has no title; it is called "API".',
    at: info?.at ?? root.at,
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
