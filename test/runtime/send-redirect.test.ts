import { describe, expect, it } from "vitest";
import { checkRedirect } from "../../templates/runtime/send-redirect.js";

const ADDRESSES: Readonly<Record<string, readonly string[]>> = {
  "api.example.com": ["203.0.113.1"],
  "api.corp.example": ["10.0.0.1"],
  "files.corp.example": ["10.0.0.2"],
  "rebound.example.net": ["203.0.113.2", "192.168.0.1"],
  "metadata.example.net": ["169.254.169.254"],
};

function follow(from: string, location: string): Promise<URL | undefined> {
  const request = { method: "GET", url: new URL(from), headers: {}, secrets: { headers: [], query: [] } };
  const resolve = (hostname: string) => Promise.resolve(ADDRESSES[hostname] ?? []);
  return checkRedirect(request, { status: 302, headers: { location } }, resolve);
}

describe("checkRedirect", () => {
  it.each<[string, boolean]>([
    ["https://cdn.example.net/1", true],
    ["/files/2", true],
    ["http://cdn.example.net/1", false],
    ["https://localhost/1", false],
    ["https://localhost./1", false],
    ["https://127.0.0.1/1", false],
    ["https://2130706433/1", false],
    ["https://0x7f.1/1", false],
    ["https://169.254.169.254/latest/meta-data", false],
    ["https://10.1.2.3/", false],
    ["https://192.168.1.1/", false],
    ["https://[::1]/", false],
    ["https://[::ffff:127.0.0.1]/", false],
    ["https://[::ffff:10.0.0.1]/", false],
    ["https://[64:ff9b::a9fe:a9fe]/", false],
    ["https://[fd00::1]/", false],
    ["https://metadata.google.internal/", false],
    ["https://metadata.google.internal./", false],
    ["https://files.corp.example/", false],
    ["https://rebound.example.net/", false],
    ["https://metadata.example.net/", false],
    ["https://8.8.8.8/", true],
  ])("from a public API to %s: %s", async (location, followed) => {
    expect((await follow("https://api.example.com/files/1", location)) !== undefined).toBe(followed);
  });

  it.each<[string, string, boolean]>([
    ["http://127.0.0.1:4100/", "http://127.0.0.1:4101/", true],
    ["http://127.0.0.1:4100/", "http://127.0.0.2:4101/", false],
    ["http://127.0.0.1:4100/", "http://localhost:4101/", false],
    ["http://127.0.0.1:4100/", "http://169.254.169.254/", false],
    ["http://api.corp.example/", "http://files.corp.example/", true],
    ["http://10.0.0.1/", "http://10.0.0.2/", true],
    ["http://10.0.0.1/", "http://127.0.0.1/", false],
    ["http://api.corp.example/", "http://metadata.example.net/", false],
  ])("from %s to %s: %s", async (from, location, followed) => {
    expect((await follow(from, location)) !== undefined).toBe(followed);
  });
});
