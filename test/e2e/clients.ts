/** One way to talk to a server through each client a user may have: the 2.x client in both modes and the 1.x client. */
import { Client as ModernClient, StreamableHTTPClientTransport as ModernHttp } from "@modelcontextprotocol/client";
import { StdioClientTransport as ModernStdio } from "@modelcontextprotocol/client/stdio";
import { Client as OldClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as OldStdio } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport as OldHttp } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { serverEnvironment } from "./project.js";

export interface ToolResult {
  readonly _meta?: Readonly<Record<string, unknown>>;
  readonly isError?: boolean;
  readonly structuredContent?: Record<string, unknown>;
  readonly content: readonly {
    readonly type: string;
    readonly text?: string;
    readonly data?: string;
    readonly mimeType?: string;
    readonly _meta?: Readonly<Record<string, unknown>>;
    readonly resource?: {
      readonly uri?: string;
      readonly blob?: string;
      readonly text?: string;
      readonly mimeType?: string;
    };
  }[];
}

export interface McpClient {
  listTools(): Promise<
    readonly {
      name: string;
      description?: string;
      inputSchema: { properties?: Record<string, { enum?: readonly string[]; description?: string }> };
      annotations?: { readOnlyHint?: boolean };
    }[]
  >;
  callTool(
    name: string,
    args?: Readonly<Record<string, unknown>>,
    options?: { readonly signal?: AbortSignal; readonly onprogress?: (told: { readonly message?: string }) => void },
  ): Promise<ToolResult>;
  close(): Promise<void>;
}

/** Where a server is: a URL, or a project folder to start over stdio with an environment. */
export type Target =
  URL | { readonly dir: string; readonly env: Readonly<Record<string, string>>; readonly args?: readonly string[] };

export const clientKinds = ["modern", "legacy", "v1"] as const;

const info = { name: "test", version: "1.0.0" };

export interface ConnectOptions {
  /** Access token presented to the server, over HTTP. */
  readonly token?: string;
  /** Answers questions of the server; the client says that it can ask its user. Not for the 1.x client. */
  readonly elicit?: (message: string) => {
    readonly action: "accept" | "decline";
    readonly content?: Record<string, boolean>;
  };
}

/** Connects one kind of client over the transport that fits the target. */
export async function connect(
  kind: (typeof clientKinds)[number],
  target: Target,
  { token, elicit }: ConnectOptions = {},
): Promise<McpClient> {
  const options = token === undefined ? {} : { requestInit: { headers: { authorization: `Bearer ${token}` } } };
  if (kind === "v1") {
    const client = new OldClient(info);
    // The 1.x transports declare optional members in a way exactOptionalPropertyTypes refuses.
    await client.connect(
      (target instanceof URL ? new OldHttp(target, options) : new OldStdio(stdio(target))) as Parameters<
        typeof client.connect
      >[0],
    );
    return wrap(client);
  }
  const client = new ModernClient(info, {
    capabilities: elicit ? { elicitation: { form: {} } } : {},
    versionNegotiation: { mode: kind === "modern" ? { pin: "2026-07-28" } : "legacy" },
  });
  if (elicit) client.setRequestHandler("elicitation/create", (request) => elicit(request.params.message));
  await client.connect(target instanceof URL ? new ModernHttp(target, options) : new ModernStdio(stdio(target)));
  return wrap(client);
}

/** Code of a failed call; undefined when it succeeded. */
export function errorOf(
  result: ToolResult,
): { code: string; status?: number; message: string } & Record<string, unknown> {
  const error = result.structuredContent?.["error"];
  return (error ?? { code: "none", message: "" }) as ReturnType<typeof errorOf>;
}

/** Every text block of a result. */
export function textOf(result: ToolResult): string {
  return result.content.map((block) => block.text ?? "").join("\n");
}

function stdio(target: Exclude<Target, URL>) {
  return {
    command: process.execPath,
    args: ["dist/main.js", ...(target.args ?? [])],
    cwd: target.dir,
    env: serverEnvironment(target.env),
    stderr: "ignore" as const,
  };
}

interface AnyClient {
  listTools(): Promise<unknown>;
  callTool(params: { name: string; arguments: Record<string, unknown> }, ...more: unknown[]): Promise<unknown>;
  close(): Promise<void>;
}

function wrap(client: AnyClient): McpClient {
  return {
    listTools: async () => ((await client.listTools()) as { tools: Awaited<ReturnType<McpClient["listTools"]>> }).tools,
    callTool: async (name, args = {}, options = {}) => {
      // The 1.x client takes a result schema before the options.
      const more = client instanceof OldClient ? [undefined, options] : [options];
      return (await client.callTool({ name, arguments: { ...args } }, ...more)) as ToolResult;
    },
    close: () => client.close(),
  };
}
