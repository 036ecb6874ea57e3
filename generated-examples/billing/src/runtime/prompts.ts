import { ProtocolError, ProtocolErrorCode, type GetPromptResult, type McpServer } from "@modelcontextprotocol/server";
import type { Prompt } from "./tool.js";

/** Serves the prompts of a definition. The server must declare the prompts capability. */
export function registerPrompts(server: McpServer, prompts: readonly Prompt[]): void {
  server.server.setRequestHandler("prompts/list", () => ({
    prompts: prompts.map((prompt) => ({
      name: prompt.name,
      ...(prompt.title !== undefined && { title: prompt.title }),
      description: prompt.description,
      arguments: prompt.arguments.map((argument) => ({ ...argument })),
    })),
  }));
  server.server.setRequestHandler("prompts/get", (request) => {
    const prompt = prompts.find((prompt) => prompt.name === request.params.name);
    if (prompt === undefined) throw invalidParams(`Prompt ${request.params.name} not found`);
    return fillPrompt(prompt, new Map(Object.entries(request.params.arguments ?? {})));
  });
}

function fillPrompt(prompt: Prompt, values: ReadonlyMap<string, string>): GetPromptResult {
  const missing = prompt.arguments.filter((argument) => argument.required && !values.has(argument.name));
  if (missing.length > 0) {
    throw invalidParams(`Prompt ${prompt.name} needs ${missing.map((argument) => argument.name).join(", ")}`);
  }
  const names = new Set(prompt.arguments.map((argument) => argument.name));
  const text = prompt.text.replace(/\{([A-Za-z0-9_.-]{1,64})\}/g, (placeholder, name: string) =>
    names.has(name) ? (values.get(name) ?? "") : placeholder,
  );
  return { description: prompt.description, messages: [{ role: "user", content: { type: "text", text } }] };
}

function invalidParams(message: string): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message);
}
