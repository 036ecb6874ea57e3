/** The least a server does over HTTP: reads a JSON-RPC request, calls the API named by its argument, answers. */
import { createServer } from "node:http";
import { request } from "undici";

const [upstream = ""] = process.argv.slice(2);
const server = createServer(async (incoming, response) => {
  let text = "";
  for await (const chunk of incoming) text += chunk;
  const { id, params } = JSON.parse(text);
  const answer = await request(`${upstream}/items1/${params.arguments.id}`);
  const data = await answer.body.json();
  const result = { content: [{ type: "text", text: JSON.stringify(data) }], structuredContent: data };
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ jsonrpc: "2.0", id, result }));
});
server.listen(0, "127.0.0.1", () => console.error(`http://127.0.0.1:${server.address().port}/mcp`));
