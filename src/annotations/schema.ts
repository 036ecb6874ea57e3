/** The raw shape of `mcp.annotations.yaml`. Validation, the editor's JSON Schema and its texts come from here. */
import { z } from "zod";
import {
  aliasTargetFormat,
  argumentNameFormat,
  environmentFormat,
  formerNameFormat,
  headerFormat,
  pointerFormat,
  referenceFormat,
  scopeFormat,
  serverNameFormat,
  skipFormat,
  toolNameFormat,
  urlFormat,
  wireFormat,
} from "./formats.js";
import type { TextFormat } from "./formats.js";

const text = (description: string) => z.string().min(1).describe(description);
const formatted = (format: TextFormat, description: string) => z.string().regex(format.pattern).describe(description);
const pointer = (description: string) => formatted(pointerFormat, `JSON Pointer: ${description}`);

const splitSchema = z
  .enum(["list-read-write", "read-write", "none", "delete-apart"])
  .describe(
    "How a resource's operations are parted into tools. list-read-write: a list tool, a read tool and a write tool; " +
      "read-write: reads and writes apart; none: all in one tool; delete-apart: as list-read-write, and each delete alone.",
  );

const pagingParameterSchema = z
  .union([
    formatted(wireFormat, "Query parameter, or JSON Pointer into the request body."),
    z.strictObject({
      in: z.enum(["query", "header", "path", "body"]),
      name: formatted(wireFormat, "Parameter name, or JSON Pointer into the body."),
      max: z.int().min(1).exactOptional().describe("Largest page the API gives."),
      default: z.int().min(1).exactOptional().describe("Page size when none is asked for."),
    }),
  ])
  .describe("A parameter: its name, or where it travels and its name.");

const paginationSchema = z.strictObject({
  style: z
    .enum(["page", "offset", "cursor", "last-item", "link-header", "next-url", "odata", "limit-only", "auto"])
    .describe("How the API pages."),
  limit: pagingParameterSchema.exactOptional().describe("Parameter of the page size."),
  page: pagingParameterSchema.exactOptional().describe("Parameter of the page number (style page)."),
  offset: pagingParameterSchema.exactOptional().describe("Parameter of the offset (style offset)."),
  cursor: pagingParameterSchema
    .exactOptional()
    .describe("Parameter that takes the cursor (styles cursor and last-item)."),
  items: pointer("the list of items in the response.").exactOptional(),
  next: pointer("the next cursor or next URL in the response.").exactOptional(),
  nextHeader: formatted(headerFormat, "Response header with the next cursor.").exactOptional(),
  hasMore: pointer("a boolean saying whether more follows.").exactOptional(),
  total: pointer("the total number of items.").exactOptional(),
  totalPages: pointer("the total number of pages.").exactOptional(),
  itemId: pointer("the id within one item (style last-item).").exactOptional(),
  firstPage: z.int().min(0).exactOptional().describe("Number of the first page; 1 unless given."),
});

const idempotencySchema = z
  .union([
    z.literal(false),
    z.strictObject({
      header: formatted(headerFormat, "Header that takes the key.").exactOptional(),
      query: text("Query parameter that takes the key.").exactOptional(),
      body: pointer("the body's property that takes the key.").exactOptional(),
    }),
  ])
  .describe("Where the API takes an idempotency key; false: it takes none.");

const argumentSchema = z.strictObject({
  rename: formatted(argumentNameFormat, "Name the model sees.").exactOptional(),
  description: text("Text the model sees.").exactOptional(),
  hide: z.boolean().exactOptional().describe("The model never sees it and it is never sent."),
  default: z.unknown().exactOptional().describe("Sent when the model gives nothing."),
  fixed: z.unknown().exactOptional().describe("Always sent; the model never sees it."),
  fromEnv: formatted(environmentFormat, "Always read from this environment variable; never shown.").exactOptional(),
  fromAuth: text(
    "Always taken from this claim of the caller's verified token, such as sub; never shown.",
  ).exactOptional(),
  optional: z
    .boolean()
    .exactOptional()
    .describe("With fromEnv or fromAuth: where there is no value the request goes out without it."),
});

/** Keys of one action in long form; a tool of one operation carries them beside its own. */
const actionShape = {
  summary: text("One line for the model: what this action does.").exactOptional(),
  class: z.enum(["read", "write", "delete"]).exactOptional().describe("What it does to the API's state."),
  scopes: z.array(formatted(scopeFormat, "A scope.")).exactOptional().describe("Scopes a caller needs for it."),
  confirm: z.boolean().exactOptional().describe("Ask the person before it runs."),
  batch: z.int().min(2).max(100).exactOptional().describe("Accept up to this many argument sets in one call."),
  pagination: z
    .union([z.literal(false), paginationSchema])
    .exactOptional()
    .describe("How it pages; false: it does not."),
  result: z
    .strictObject({
      fields: z.array(text("A field, or a dotted path.")).min(1).exactOptional().describe("Fields kept of each item."),
      maxTokens: z.int().min(100).max(20_000).exactOptional().describe("Ceiling of the result in tokens."),
      schema: z.boolean().exactOptional().describe("Advertise the output schema."),
    })
    .exactOptional()
    .describe("What the model gets back."),
  idempotency: idempotencySchema.exactOptional(),
  errorWhen: z
    .union([
      z.literal(false),
      z.strictObject({ pointer: pointer("the field that marks a failure."), equals: z.unknown() }),
    ])
    .exactOptional()
    .describe("A field of a 2xx response that marks a failure; false: none does."),
  arguments: z
    .record(formatted(wireFormat, "Parameter name, or JSON Pointer into the body."), argumentSchema)
    .exactOptional()
    .describe("Arguments by parameter name, or by JSON Pointer into the body."),
};

const referenceSchema = formatted(referenceFormat, "An operationId, or METHOD /path.");

const actionSchema = z
  .union([referenceSchema, z.strictObject({ operation: referenceSchema, ...actionShape })])
  .describe("The operation (an operationId, or METHOD /path), or a map with `operation` and settings.");

const hintsSchema = z.strictObject({
  readOnlyHint: z.boolean().exactOptional(),
  destructiveHint: z.boolean().exactOptional(),
  idempotentHint: z.boolean().exactOptional(),
  openWorldHint: z.boolean().exactOptional(),
});

const toolSchema = z.strictObject({
  title: text("Title people see.").exactOptional(),
  description: text("What the tool is for, as the model reads it.").exactOptional(),
  split: splitSchema.exactOptional(),
  hints: hintsSchema.exactOptional().describe("MCP tool annotations; derived from the actions unless given."),
  actions: z
    .record(formatted(toolNameFormat, "Action name."), actionSchema)
    .exactOptional()
    .describe("Action name to operation."),
  operation: referenceSchema.exactOptional().describe("The one operation of a tool without actions."),
  ...actionShape,
});

const promptSchema = z.strictObject({
  title: text("Title people see.").exactOptional(),
  description: text("When to use it."),
  arguments: z
    .array(
      z.union([
        formatted(argumentNameFormat, "Argument name."),
        z.strictObject({
          name: formatted(argumentNameFormat, "Argument name."),
          description: text("What it is.").exactOptional(),
          required: z.boolean().exactOptional(),
        }),
      ]),
    )
    .exactOptional()
    .describe("Names filled into the text; required unless `required: false`."),
  text: text("The prompt, with {argument} placeholders."),
});

const serverSchema = z.strictObject({
  name: formatted(serverNameFormat, "Kebab-case name.").max(64).exactOptional(),
  title: text("Title people see.").exactOptional(),
  instructions: text("What a model should know before it picks a tool.").max(2000).exactOptional(),
  baseUrl: formatted(urlFormat, "Base URL of the API.").exactOptional(),
});

const defaultsSchema = z.strictObject({
  split: splitSchema.exactOptional(),
  unassigned: z
    .enum(["group", "skip", "error"])
    .exactOptional()
    .describe("Operations this file does not name: group them by rule, skip them, or refuse."),
  pageSize: z.int().min(1).max(1000).exactOptional().describe("Page size asked for when the model names none."),
  idempotency: z
    .strictObject({
      header: formatted(headerFormat, "Header that takes the key."),
      methods: z.array(z.enum(["post", "put", "patch", "delete", "POST", "PUT", "PATCH", "DELETE"])).exactOptional(),
    })
    .exactOptional()
    .describe("For an API that takes idempotency keys without saying so."),
});

/** What the file and a root `x-mcp` extension have in common. */
const sharedShape = {
  server: serverSchema.exactOptional().describe("What the server calls itself."),
  defaults: defaultsSchema.exactOptional().describe("Settings for all tools."),
  tools: z.record(formatted(toolNameFormat, "Tool name."), toolSchema).exactOptional().describe("Tools by name."),
  domains: z
    .record(
      formatted(serverNameFormat, "Kebab-case domain name."),
      z.array(formatted(toolNameFormat, "A tool of this file.")),
    )
    .exactOptional()
    .describe("Parts of a big server, each startable alone: domain name to tool names."),
  skip: z
    .array(formatted(skipFormat, "METHOD /path/glob."))
    .exactOptional()
    .describe("Operations left out; * is any method, * in a path one segment, ** any number."),
  aliases: z
    .record(formatted(formerNameFormat, "A former tool name."), formatted(aliasTargetFormat, "tool or tool.action."))
    .exactOptional()
    .describe("Former tool names that still answer."),
  prompts: z
    .record(formatted(toolNameFormat, "Prompt name."), promptSchema)
    .exactOptional()
    .describe("Prompts by name."),
};

export const fileSchema = z.strictObject({
  version: z.literal(1).describe("Version of this format."),
  spec: text("The description: a path relative to this file, or a URL.").exactOptional(),
  overlays: z.array(text("A path or URL.")).exactOptional().describe("OpenAPI Overlay documents, applied in order."),
  ...sharedShape,
});

/** `x-mcp` at the root of a description; false leaves out every operation that does not ask for a tool. */
export const rootExtensionSchema = z.union([z.boolean(), z.strictObject(sharedShape)]);

/** `x-mcp` at a path item or an operation. */
export const operationExtensionSchema = z.union([
  z.boolean(),
  z.strictObject({
    tool: formatted(toolNameFormat, "Tool it belongs to.").exactOptional(),
    action: formatted(toolNameFormat, "Action name.").exactOptional(),
    ...actionShape,
  }),
]);

/** True of a key that belongs to one action: it stands in a tool's entry only beside `operation`. */
export function isActionKey(key: string): boolean {
  return key === "operation" || Object.hasOwn(actionShape, key);
}

export type RawFile = z.infer<typeof fileSchema>;
export type RawShared = Exclude<z.infer<typeof rootExtensionSchema>, boolean>;
export type RawOperationExtension = z.infer<typeof operationExtensionSchema>;
export type RawTool = z.infer<typeof toolSchema>;
export type RawAction = Exclude<z.infer<typeof actionSchema>, string>;
export type RawArgument = z.infer<typeof argumentSchema>;
export type RawPagination = z.infer<typeof paginationSchema>;
export type RawPrompt = z.infer<typeof promptSchema>;

/** JSON Schema of the annotation file as text, for editors (`# yaml-language-server: $schema=…`). */
export function printAnnotationsSchema(): string {
  const schema = z.toJSONSchema(fileSchema, { target: "draft-7", io: "input" });
  return `${JSON.stringify({ ...schema, title: "mcp.annotations.yaml" }, null, 2)}\n`;
}
