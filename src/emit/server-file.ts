import type { ServerPlan } from "../plan/types.js";
import { EDIT_ANNOTATIONS, headerOf } from "./header.js";
import { referTo, type Printable } from "./literal.js";
import { createSourceFile } from "./source-file.js";
import type { GeneratedFile } from "./types.js";

const CREATE_SERVER = `export function createServer(options: ServerOptions = {}): Promise<RunningServer> {
  return createRunningServer(definition, options);
}`;

/** `src/generated/server.ts`: the definition of the server, and what an embedding host imports. */
export function emitServer(plan: ServerPlan): GeneratedFile {
  const file = createSourceFile(headerOf(plan, EDIT_ANNOTATIONS));
  for (const tool of plan.tools) file.importSymbol(tool.constant, `./tools/${tool.file}.js`);
  file.importType("ServerDefinition", "../runtime/tool.js");
  file.importSymbol("createServer as createRunningServer", "../runtime/server.js");
  file.importType("RunningServer", "../runtime/server.js");
  file.importType("ServerOptions", "../runtime/server.js");
  file.doc("Everything this server knows about its API.");
  file.constant("definition", printable(plan), {
    type: "ServerDefinition",
    expand: ["domains", "securitySchemes", "aliases"],
  });
  file.doc("Builds the server for a host that embeds it: settings come from `options.env`, else from the process.");
  file.code(CREATE_SERVER);
  return { path: "src/generated/server.ts", content: file.toString(), owner: "generator" };
}

function printable(plan: ServerPlan): Printable {
  const schemes = Object.entries(plan.securitySchemes).map(([name, scheme]) => [name, { ...scheme }]);
  return {
    name: plan.name,
    title: plan.title,
    version: plan.version,
    instructions: plan.instructions,
    baseUrl: plan.baseUrl,
    ...(plan.pageSize !== undefined && { pageSize: plan.pageSize }),
    tools: plan.tools.map((tool) => referTo(tool.constant)),
    domains: Object.fromEntries(plan.domains.map(({ name, description }) => [name, { description }])),
    securitySchemes: Object.fromEntries(schemes),
    aliases: plan.aliases,
    prompts: plan.prompts.map(({ arguments: args, ...prompt }) => ({
      ...prompt,
      arguments: args.map((argument) => ({ ...argument })),
    })),
  };
}
