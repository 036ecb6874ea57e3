/** What concerns the server as a whole: its name, address, environment and prompts. */
import type { Prompt } from "../../templates/runtime/tool.js";
import { SECRET_NAME } from "../../templates/runtime/variables.js";
import type { Annotations } from "../annotations/types.js";
import type { Report } from "../diagnostics/types.js";
import type { Api } from "../model/types.js";
import { environmentOf } from "./arguments.js";
import type { ToolDraft } from "./drafts.js";
import { toFileName, toScreamingSnake } from "./names.js";
import { absoluteUrl } from "./operation.js";
import { uniqueVariables } from "./security.js";
import type { EnvironmentVariable } from "./types.js";

/** Words of a title that every API could have. */
const EMPTY_WORDS = new Set(
  `a an and api apis demo example sample application by collection collections definition definitions description
  documentation docs extension extensions for from http json of official open openapi public reference rest restful
  schema service services spec specs specification specifications swagger the this v web with
  alpha beta preview latest version`.split(/\s+/),
);

/** Labels of a host name that every API could have. */
const EMPTY_LABELS = new Set("api apis www com co org net gov edu ac".split(" "));

/** Kebab-case name of the server: as annotated, else from the title without what says nothing, else from the host. */
export function planName(api: Api, annotations: Annotations): string {
  const given = annotations.server.name;
  if (given !== undefined) return toFileName(given, "api");
  // What follows a plus or stands in brackets is an addition, unless it is all there is.
  const [main = ""] = api.title.split(/\s\+\s|[([]/, 1);
  const words = [main, api.title].map(tellingWords).find((telling) => telling.length > 0) ?? hostWords(api);
  return toFileName(words.slice(0, 3).join("-").slice(0, 30), "api");
}

function tellingWords(title: string): readonly string[] {
  const plain = title
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/['’]s\b|\bv?\d+(\.\d+)*\b/g, " ");
  return (plain.match(/[a-z0-9]+/g) ?? []).filter((word) => !EMPTY_WORDS.has(word));
}

/** `https://api.crm.co.uk` as `crm`; nothing of an address, or of a name that is nobody's (RFC 2606, RFC 6761). */
function hostWords(api: Api): readonly string[] {
  const url = api.servers.map((server) => absoluteUrl(server.url)).find(Boolean);
  const host = url === undefined ? "" : new URL(url).hostname;
  const labels = host.split(".");
  const isReserved = labels.slice(-2).some((label) => /^(example|test|invalid|localhost|local)$/.test(label));
  if (isReserved || /^[\d.]+$|^\[/.test(host)) return [];
  const label = (labels.length > 1 ? labels.slice(0, -1) : labels).findLast((each) => !EMPTY_LABELS.has(each));
  return label?.split("-") ?? [];
}

/** Prefix of the environment variables that hold credentials: `CRM_`. */
export function prefixOf(name: string): string {
  const words = toScreamingSnake(name);
  return `${/^[A-Z]/.test(words) ? words : `API_${words}`}_`;
}

export function planBaseUrl(api: Api, annotations: Annotations, report: Report): string | null {
  const url = annotations.server.baseUrl ?? api.servers.map((server) => absoluteUrl(server.url)).find(Boolean);
  const absolute = url === undefined ? undefined : absoluteUrl(url);
  if (absolute !== undefined) return absolute;
  report({ code: "plan/no-base-url", message: `${api.title} names no absolute server address.`, at: api.serversAt });
  return null;
}

/** Variables the generated server reads besides those of the runtime itself. */
export function planEnvironment(
  drafts: readonly ToolDraft[],
  credentials: readonly EnvironmentVariable[],
  baseUrl: string | null,
): readonly EnvironmentVariable[] {
  const base: EnvironmentVariable = {
    name: "API_BASE_URL",
    description: baseUrl === null ? "Base URL of the API." : "Base URL of the API, where it is not the one described.",
    required: baseUrl === null,
    secret: false,
    ...(baseUrl !== null && { example: baseUrl }),
  };
  const fixed = drafts
    .flatMap((draft) => draft.operations)
    .flatMap(({ wire }) => [wire, ...(wire.variants ?? [])])
    .flatMap((wire) => environmentOf(wire.fixed ?? []).map((variable) => ({ ...variable, wire })))
    .map(({ name, required }) => ({
      name,
      description: "Value sent with calls that need it.",
      required,
      secret: SECRET_NAME.test(name),
    }));
  return uniqueVariables([base, ...credentials, ...fixed.toSorted((a, b) => Number(b.required) - Number(a.required))]);
}

export function planPrompts(annotations: Annotations): readonly Prompt[] {
  return [...annotations.prompts].map(([name, prompt]) => ({
    name,
    ...(prompt.title !== undefined && { title: prompt.title }),
    description: prompt.description,
    arguments: prompt.arguments,
    text: prompt.text,
  }));
}
