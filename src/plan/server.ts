/** What concerns the server as a whole: its name, address, environment and prompts. */
import type { Prompt } from "../../templates/runtime/tool.js";
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
  "a an and api apis demo example sample apis application by description documentation docs for from http json of official open openapi public reference rest restful service services spec specification swagger the this v web with".split(
    " ",
  ),
);

/** Kebab-case name of the server: as annotated, else from the title without what says nothing. */
export function planName(api: Api, annotations: Annotations): string {
  const given = annotations.server.name;
  if (given !== undefined) return toFileName(given, "api");
  const title = api.title
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/['’]s\b|\bv?\d+(\.\d+)*\b/g, " ");
  const words = title.match(/[a-z0-9]+/g) ?? [];
  const telling = words.filter((word) => !EMPTY_WORDS.has(word));
  return toFileName(telling.slice(0, 3).join("-").slice(0, 30), "api");
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
  report({ code: "plan/no-base-url", message: `${api.title} names no absolute server address.` });
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
    description: baseUrl === null ? "Base URL of the API." : `Base URL of the API, where it is not ${baseUrl}.`,
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
      secret: /key|token|secret|password/i.test(name),
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
