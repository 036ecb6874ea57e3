import { describe, expect, it } from "vitest";
import { checkRedirect } from "../../templates/runtime/send-redirect.js";

describe("checkRedirect", () => {
  const request = {
    method: "GET",
    url: new URL("https://api.example.com/files/1"),
    headers: {},
    secrets: { headers: [], query: [] },
  };
  it.each<[string, boolean]>([
    ["https://cdn.example.net/1", true],
    ["/files/2", true],
    ["http://cdn.example.net/1", false],
    ["https://localhost/1", false],
    ["https://127.0.0.1/1", false],
    ["https://2130706433/1", false],
    ["https://0x7f.1/1", false],
    ["https://169.254.169.254/latest/meta-data", false],
    ["https://10.1.2.3/", false],
    ["https://192.168.1.1/", false],
    ["https://[::1]/", false],
    ["https://[::ffff:127.0.0.1]/", false],
    ["https://[fd00::1]/", false],
    ["https://metadata.google.internal/", false],
    ["https://8.8.8.8/", true],
  ])("from a public API to %s: %s", (location, followed) => {
    expect(checkRedirect(request, { status: 302, headers: { location } }) !== undefined).toBe(followed);
  });
});
