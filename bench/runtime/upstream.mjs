/** An API that answers every request with one small object. */
import { createServer } from "node:http";

const body = JSON.stringify({ id: "1", name: "Lamp", price: 12.5 });
const server = createServer((_request, response) => {
  response.writeHead(200, { "content-type": "application/json" });
  response.end(body);
});
server.listen(0, "127.0.0.1", () => console.error(`http://127.0.0.1:${server.address().port}/mcp`));
