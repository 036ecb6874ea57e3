import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { readConfig } from "../../templates/runtime/config.js";
import { createGuard } from "../../templates/runtime/http-guard.js";
import { definition, environment } from "./server-fixture.js";

function accepts(env: Readonly<Record<string, string>>, host: string): boolean {
  const { config } = readConfig(definition, environment({ url: "https://api.example.com" }, env));
  // Headers are all that is read of a request.
  return createGuard(config.http).check({ headers: { host } } as IncomingMessage) === undefined;
}

describe("the Host header", () => {
  it.each<[Record<string, string>, string, boolean]>([
    [{ HOST: "fd00::2" }, "[fd00::2]:3900", true],
    [{ HOST: "FD00:0::2" }, "[fd00::2]", true],
    [{ HOST: "fd00::2" }, "[fd00::3]:3900", false],
    [{ HOST: "::" }, "[fd00::2]:3900", false],
    [{ HOST: "::", ALLOWED_HOSTS: "fd00::2, [fd00::3]" }, "[fd00::2]:3900", true],
    [{ HOST: "::", ALLOWED_HOSTS: "fd00::2, [fd00::3]" }, "[fd00::3]:3900", true],
    [{ HOST: "192.0.2.7" }, "192.0.2.7:3900", true],
    [{ HOST: "192.0.2.7" }, "192.0.2.8", false],
    [{ ALLOWED_HOSTS: "MCP.example.com" }, "mcp.example.com", true],
    [{ ALLOWED_HOSTS: "*" }, "anything.example", true],
    [{}, "[::1]:3900", true],
  ])("with %j: %s is accepted: %s", (env, host, accepted) => {
    expect(accepts(env, host)).toBe(accepted);
  });
});
