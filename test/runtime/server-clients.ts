/** The three clients every transport is tested with: 2026-07-28, 2025-era, and the independent 1.x SDK. */
import { Client as ModernClient, StreamableHTTPClientTransport as ModernHttp } from "@modelcontextprotocol/client";
import { StdioClientTransport as ModernStdio } from "@modelcontextprotocol/client/stdio";
import { Client as OldClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as OldStdio } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport as OldHttp } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { fileURLToPath } from "node:url";

export const CLIENTS = ["modern", "legacy", "v1"] as const;
export type ClientKind = (typeof CLIENTS)[number];

/** What the tests use of a client, whichever it is. */
export interface TestClient {
  listTools(): Promise<{ tools: readonly { name: string; inputSchema: object; annotations?: object | undefined }[] }>;
  callTool(
    name: string,
    args?: Record<string, unknown>,
    options?: { signal?: AbortSignal },
  ): Promise<{ isError: boolean; data: Record<string, unknown> | undefined; text: string }>;
  getPrompt(name: string, args: Record<string, string>): Promise<string>;
  instructions(): string | undefined;
  close(): Promise<void>;
}

const INFO = { name: "test", version: "1.0.0" };
const MAIN = fileURLToPath(new URL("./server-main.ts", import.meta.url));

export function spawnArguments(...flags: string[]): string[] {
  return ["--import", "tsx", MAIN, ...flags];
}

export type Elicit = (message: string) => { action: "accept" | "decline"; content?: Record<string, boolean> };

export interface HttpTarget {
  readonly url: string;
  readonly token?: string;
  readonly elicit?: Elicit;
}

export async function connectHttp(kind: ClientKind, { url, token, elicit }: HttpTarget): Promise<TestClient> {
  const requestInit = token === undefined ? {} : { requestInit: { headers: { authorization: `Bearer ${token}` } } };
  if (kind === "v1") {
    const client = new OldClient(INFO);
    // The 1.x transport's own types disagree with exactOptionalPropertyTypes.
    await client.connect(new OldHttp(new URL(url), requestInit) as never);
    return wrap(client as unknown as RawClient);
  }
  const client = createModern(kind, elicit);
  await client.connect(new ModernHttp(new URL(url), requestInit));
  return wrap(client as unknown as RawClient);
}

export interface StdioTarget {
  readonly env: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
  readonly elicit?: Elicit;
}

export async function connectStdio(kind: ClientKind, { env, flags = [], elicit }: StdioTarget): Promise<TestClient> {
  const options = {
    command: process.execPath,
    args: spawnArguments(...flags),
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stderr: "inherit" as const,
  };
  if (kind === "v1") {
    const client = new OldClient(INFO);
    await client.connect(new OldStdio(options));
    return wrap(client as unknown as RawClient);
  }
  const client = createModern(kind, elicit);
  await client.connect(new ModernStdio(options));
  return wrap(client as unknown as RawClient);
}

export function createModern(kind: "modern" | "legacy", elicit?: Elicit): ModernClient {
  const client = new ModernClient(INFO, {
    capabilities: elicit ? { elicitation: { form: {} } } : {},
    ...(kind === "modern" && { versionNegotiation: { mode: "auto" } }),
  });
  if (elicit) client.setRequestHandler("elicitation/create", (request) => elicit(request.params.message));
  return client;
}

interface RawClient {
  listTools(): ReturnType<TestClient["listTools"]>;
  callTool(params: object, ...rest: unknown[]): Promise<unknown>;
  getPrompt(params: object): Promise<{ messages: { content: { text?: string } }[] }>;
  getInstructions(): string | undefined;
  close(): Promise<void>;
}

interface RawResult {
  readonly isError?: boolean;
  readonly structuredContent?: Record<string, unknown>;
  readonly content: { readonly text?: string }[];
}

export function wrap(client: RawClient): TestClient {
  const isOld = client instanceof OldClient;
  return {
    listTools: () => client.listTools(),
    callTool: async (name, args = {}, options = {}) => {
      const rest = isOld ? [undefined, options] : [options];
      const result = (await client.callTool({ name, arguments: args }, ...rest)) as RawResult;
      return {
        isError: result.isError === true,
        data: result.structuredContent,
        text: result.content.map((block) => block.text ?? "").join("\n"),
      };
    },
    getPrompt: async (name, args) => {
      const { messages } = await client.getPrompt({ name, arguments: args });
      return messages.map((message) => message.content.text ?? "").join("\n");
    },
    instructions: () => client.getInstructions(),
    close: () => client.close(),
  };
}
