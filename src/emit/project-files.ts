/** The files around the sources: read by people, package managers, containers and CI. */
import Handlebars from "handlebars";
import { VARIABLES } from "../../templates/runtime/variables.js";
import type { EnvironmentVariable, ServerPlan } from "../plan/types.js";
import { printJson, printPackageJson } from "./json-file.js";
import { cleanLine, escapeMarkdown, printCode, printTable } from "./markdown.js";
import { packageJson, serverJson } from "./package-files.js";
import type { GeneratedFile, Templates } from "./types.js";

type Owner = GeneratedFile["owner"];

/** Template, path in the project, owner. What people tend to change is written once. */
const FILES: readonly (readonly [string, string, Owner])[] = [
  ["annotations.schema.json", ".openapi-to-mcp/annotations.schema.json", "generator"],
  ["main.ts", "src/main.ts", "user"],
  ["hooks.ts.tmpl", "src/hooks.ts", "user"],
  ["test/server.test.ts", "test/server.test.ts", "generator"],
  ["test/tsconfig.json", "test/tsconfig.json", "generator"],
  ["tsconfig.json", "tsconfig.json", "user"],
  ["dot-prettierrc.json", ".prettierrc.json", "user"],
  ["dot-prettierignore", ".prettierignore", "user"],
  ["dot-gitignore", ".gitignore", "user"],
  ["dot-dockerignore", ".dockerignore", "user"],
  ["dot-gitattributes", ".gitattributes", "user"],
  ["Dockerfile", "Dockerfile", "user"],
  ["README.md.tmpl", "README.md", "user"],
  ["TOOLS.md.tmpl", "TOOLS.md", "generator"],
  ["env.example.tmpl", ".env.example", "generator"],
];

const CI_FILES = {
  github: [["ci.yml.tmpl", ".github/workflows/ci.yml", "user"]],
  gitlab: [["gitlab-ci.yml.tmpl", ".gitlab-ci.yml", "user"]],
  none: [],
} as const satisfies Record<string, readonly (readonly [string, string, Owner])[]>;

interface Surroundings {
  readonly generator: string;
  readonly ci: keyof typeof CI_FILES;
}

/** Renders the templates; values are escaped for the format of their file before they enter it. */
export function emitProjectFiles(
  plan: ServerPlan,
  templates: Templates,
  { generator, ci }: Surroundings,
): GeneratedFile[] {
  const values = templateValues(plan, generator);
  const rendered = [...FILES, ...CI_FILES[ci]].map(([template, path, owner]) => {
    const text = templates.get(`project/${template}`);
    if (text === undefined) throw new Error(`The template project/${template} is missing.`);
    const content = template.endsWith(".tmpl")
      ? Handlebars.compile(text, { noEscape: true, strict: true })(values)
      : text;
    return { path, content, owner };
  });
  return [
    ...rendered,
    { path: "package.json", content: printPackageJson(packageJson(plan)), owner: "user" },
    { path: "server.json", content: printJson(serverJson(plan)), owner: "user" },
  ];
}

function templateValues(plan: ServerPlan, generator: string): Readonly<Record<string, string>> {
  const first = plan.tools[0];
  const isPlain = (text: string | undefined): text is string => text !== undefined && /^[a-z]\w{0,63}$/i.test(text);
  const action = first?.actions[0]?.key;
  return {
    name: `${plan.name}-mcp`,
    title: escapeMarkdown(plan.title.slice(0, 120)),
    spec: cleanLine(plan.specName.slice(0, 80)).replaceAll(/[`>]|--/g, ""),
    tool: isPlain(first?.name) ? first.name : "tool",
    action: isPlain(action) ? action : "action",
    generator: JSON.stringify(generator),
    command: "npx @openapi-to-mcp/cli",
    toolCount: String(plan.tools.length),
    operationCount: String(plan.tools.reduce((sum, tool) => sum + tool.actions.length, 0)),
    tokens: String(plan.tokens.grouped),
    granular: String(plan.tokens.granular),
    domains: domainTable(plan),
    toolTable: toolTable(plan),
    leftOut: leftOut(plan),
    environmentTable: environmentTable(plan),
    settingsTable: settingsTable(plan),
    clientConfig: clientConfig(plan),
    apiVariables: apiVariables(plan),
    runtimeVariables: runtimeVariables(plan),
  };
}

function toolTable(plan: ServerPlan): string {
  const rows = plan.tools.flatMap((tool) =>
    tool.actions.map((action, i) => [
      i === 0 ? printCode(tool.name) : "",
      action.action === null ? "" : printCode(action.key),
      escapeMarkdown(action.summary),
      printCode(`${action.operation.wire.method} ${action.operation.wire.path}`),
      action.scopes.map((scope) => printCode(scope)).join(" "),
      i === 0 ? String(tool.tokens) : "",
    ]),
  );
  return printTable(["Tool", "Action", "What it does", "Operation", "Scopes", "Tokens"], rows);
}

/** What clients that take few tools start alone. */
function domainTable({ domains }: ServerPlan): string {
  if (domains.length < 2) return "";
  const rows = domains.map(({ name, tools, tokens, description }) => {
    return [printCode(name), String(tools.length), String(tokens), escapeMarkdown(description)];
  });
  const table = printTable(["Domain", "Tools", "Tokens", "Holds"], rows);
  return `\n\nThat is more than most clients take at once. Start one domain with \`--domain\`, or all of it behind three tools with \`--surface catalog\`; over HTTP each domain is at \`/mcp/<domain>\` as well.\n\n${table}`;
}

function leftOut({ skipped }: ServerPlan): string {
  if (skipped.length === 0) return "";
  const rows = skipped.map(({ method, path, reason }) => [printCode(`${method} ${path}`), escapeMarkdown(reason)]);
  return `\n\n## Left out\n\n${printTable(["Operation", "Why"], rows)}`;
}

function environmentTable(plan: ServerPlan): string {
  if (plan.environment.length === 0) return "None: the API takes no credential.";
  const rows = plan.environment.map(({ name, description, required, oneOf }) => {
    const need = required ? "yes" : oneOf ? "one way in" : "no";
    return [printCode(name), need, escapeMarkdown(description)];
  });
  const table = printTable(["Variable", "Required", "Meaning"], rows);
  const hasWays = plan.environment.some(({ oneOf }) => oneOf !== undefined);
  return hasWays ? `${table}\n\nThe server does not start without one of the ways in.` : table;
}

function clientConfig(plan: ServerPlan): string {
  const needed = plan.environment.filter(isNeeded).map(({ name }) => [name, "…"] as const);
  const server = { command: "node", args: [`/path/to/${plan.name}-mcp/dist/main.js`], env: Object.fromEntries(needed) };
  return printJson({ mcpServers: { [plan.name]: server } }).trimEnd();
}

/** What a first start needs: everything required, and one of what can stand for each other. */
function isNeeded({ required, oneOf }: EnvironmentVariable): boolean {
  return required || oneOf === "first";
}

function apiVariables(plan: ServerPlan): string {
  return plan.environment
    .map((variable) => {
      const value = variable.example === undefined ? "" : cleanLine(variable.example);
      return `# ${cleanLine(variable.description)}\n${isNeeded(variable) ? "" : "# "}${variable.name}=${value}\n`;
    })
    .join("");
}

const GROUPS = {
  api: "The API",
  transport: "Transport",
  surface: "Tools offered",
  authorization: "Authorization of clients (OAuth 2.1 resource server)",
  limits: "Limits",
  operations: "Operation",
} as const;

/** What every server reads, without what this API's table holds already. */
function otherVariables(plan: ServerPlan): typeof VARIABLES {
  const own = new Set(plan.environment.map(({ name }) => name));
  const size = plan.pageSize === undefined ? {} : { default: String(plan.pageSize) };
  return VARIABLES.filter(({ name }) => !own.has(name)).map((each) =>
    each.name === "PAGE_SIZE" ? { ...each, ...size } : each,
  );
}

function settingsTable(plan: ServerPlan): string {
  const rows = Object.keys(GROUPS).flatMap((group) =>
    otherVariables(plan)
      .filter((variable) => variable.group === group)
      .map(({ name, default: value, meaning, required }) => [
        printCode(name),
        value === undefined ? "" : printCode(value),
        escapeMarkdown(`${meaning}${required === undefined ? "" : ` Required ${required}.`}`),
      ]),
  );
  return printTable(["Variable", "Default", "Meaning"], rows);
}

function runtimeVariables(plan: ServerPlan): string {
  const others = otherVariables(plan);
  return Object.entries(GROUPS)
    .map(([group, title]) => {
      const lines = others
        .filter((variable) => variable.group === group)
        .map((variable) => {
          const required = variable.required === undefined ? "" : ` Required ${variable.required}.`;
          return `# ${variable.meaning}${required}\n# ${variable.name}=${variable.default ?? ""}\n`;
        });
      return `# ${title}\n${lines.join("")}`;
    })
    .join("\n")
    .trimEnd();
}
