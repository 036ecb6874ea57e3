/** The smallest server the SDK makes: one tool over stdio. */
import { McpServer } from "@modelcontextprotocol/server";
import { StdioServerTransport } from "@modelcontextprotocol/server/stdio";

const server = new McpServer({ name: "bare", version: "1.0.0" });
server.registerTool("ping", { description: "Answers." }, () => ({ content: [{ type: "text", text: "pong" }] }));
await server.connect(new StdioServerTransport());
