/** The least the SDK does over HTTP: its handler with one tool behind node:http, which calls the API. */
import { createServer } from "node:http";
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server";
import { request } from "undici";
import { z } from "zod";

const [upstream = ""] = process.argv.slice(2);
const inputSchema = z.object({ id: z.string() });
const handler = createMcpHandler(() => {
  const server = new McpServer({ name: "bare", version: "1.0.0" });
  server.registerTool("get_items1", { description: "Get one item of this kind.", inputSchema }, async ({ id }) => {
    const answer = await request(`${upstream}/items1/${id}`);
    const data = await answer.body.json();
    return { content: [{ type: "text", text: JSON.stringify(data) }], structuredContent: data };
  });
  return server;
});
const server = createServer(async (incoming, response) => {
  const chunks = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const { method, headers, url } = incoming;
  const answer = await handler.fetch(
    new Request(`http://${headers.host}${url}`, { method, headers, body: Buffer.concat(chunks) }),
  );
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(Buffer.from(await answer.arrayBuffer()));
});
server.listen(0, "127.0.0.1", () => console.error(`http://127.0.0.1:${server.address().port}/mcp`));
