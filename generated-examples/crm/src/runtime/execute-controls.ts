/** Takes the runtime's own arguments out of a call and checks them. */
import { CallError, type RoutedCall } from "./context.js";
import { CONTROL_ARGUMENTS } from "./listing.js";
import type { Operation } from "./operation.js";
import { LIST_NAMES } from "./pagination-items.js";
import { valueAt } from "./response.js";

/** The runtime's own arguments of one call. */
export interface Controls {
  readonly limit?: number;
  readonly cursor?: string;
  readonly requestId?: string;
  readonly fields?: readonly string[];
  /** Argument sets of a batch. */
  readonly items?: readonly unknown[];
}

const NAMES: ReadonlySet<string> = new Set(CONTROL_ARGUMENTS);

/** The call without control arguments, and those in checked form. Throws `invalid_input`. */
export function splitControls(call: RoutedCall): { readonly call: RoutedCall; readonly controls: Controls } {
  const own = Object.entries(call.arguments).filter(([name]) => !isControl(call, name));
  const given = new Map(Object.entries(call.arguments).filter(([name]) => isControl(call, name)));
  const isRead = call.action.operation.class === "read";
  const limit = readLimit(given.get("limit"));
  const cursor = readText(given, "cursor", { min: 1, max: 10_000 });
  const requestId = isRead ? undefined : readText(given, "request_id", { min: 8, max: 200 });
  const fields = readFields(given.get("fields"));
  const items = readItems(call, given.get("items"));
  return {
    call: { ...call, arguments: Object.fromEntries(own) },
    controls: {
      ...(limit === undefined ? {} : { limit }),
      ...(cursor === undefined ? {} : { cursor }),
      ...(requestId === undefined ? {} : { requestId }),
      ...(fields === undefined ? {} : { fields }),
      ...(items === undefined ? {} : { items }),
    },
  };
}

/** What would have no effect is left to validation, which names the arguments there are. */
function isControl({ action, tool, arguments: args }: RoutedCall, name: string): boolean {
  if (name === "items") return action.batch !== undefined;
  if (args[name] === null) return NAMES.has(name);
  // A tool of several actions lists `limit` once for all of them.
  if (name === "limit") return Object.values(tool.actions).some(({ operation }) => mayList(operation));
  // Any JSON answer can be cut to `fields`: a large one tells to do so.
  if (name === "fields") return /json|\*/.test(action.operation.accept ?? "json");
  return NAMES.has(name);
}

/** A list that the API does not page is cut to `limit` as well; so may be what is not described. */
function mayList({ class: effect, output, pagination, variants = [] }: Operation): boolean {
  if (pagination !== undefined || variants.some(mayList)) return true;
  if (effect !== "read") return false;
  const held = LIST_NAMES.map((name) => valueAt(output, `/properties/${name}/type`));
  return [valueAt(output, "/type") ?? "array", ...held].flat().includes("array");
}

function readLimit(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  const number = typeof value === "string" && /^\s*\d+\s*$/.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isInteger(number) || number < 1) {
    throw invalidControl("limit", "must be a whole number of at least 1");
  }
  return number;
}

function readText(
  given: ReadonlyMap<string, unknown>,
  name: string,
  { min, max }: { readonly min: number; readonly max: number },
): string | undefined {
  const value = given.get(name);
  // An empty cursor is how many models ask for the first page.
  if (value === undefined || value === null || (name === "cursor" && value === "")) return undefined;
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string" || text.length < min || text.length > max) {
    throw invalidControl(name, `must be a text of ${min} to ${max} characters`);
  }
  return text;
}

/** A list of names; a text with commas is what many models send instead. */
function readFields(value: unknown): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  const list: unknown = typeof value === "string" ? splitNames(value) : value;
  if (!Array.isArray(list) || list.length > 200 || !list.every((name) => typeof name === "string")) {
    throw invalidControl("fields", "must be a list of field names");
  }
  return list.map((name) => name.trim()).filter((name) => name !== "");
}

function splitNames(text: string): unknown {
  if (!text.trim().startsWith("[")) return text.split(",");
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readItems({ action, arguments: args }: RoutedCall, value: unknown): readonly unknown[] | undefined {
  if (action.batch === undefined || value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || value.length === 0) throw invalidControl("items", "must be a list of argument sets");
  if (value.length > action.batch)
    throw invalidControl("items", `must not hold more than ${action.batch} argument sets`);
  if (args["cursor"] !== undefined) throw invalidControl("cursor", "does not go together with `items`");
  return value;
}

function invalidControl(field: string, message: string): CallError {
  return new CallError({
    code: "invalid_input",
    message: `Invalid arguments: \`${field}\` ${message}.`,
    retryable: false,
    fields: [{ field, message }],
  });
}
