import { describe, expect, it, test } from "vitest";
import type { CallRecord } from "../../templates/runtime/context.js";
import { createLog, type LogLevel } from "../../templates/runtime/log.js";
import { createMetrics } from "../../templates/runtime/metrics.js";
import { createRedactor } from "../../templates/runtime/secrets.js";

function capture(level: LogLevel, secret = "never-shown") {
  const lines: string[] = [];
  const redactor = createRedactor();
  redactor.add(secret);
  const log = createLog({ level, redact: redactor.redact, write: (line) => lines.push(line) });
  return { lines, log };
}

describe("the log", () => {
  it("writes one JSON line per event from its level on", () => {
    const { lines, log } = capture("warn");
    log("info", "hidden");
    log("warn", "first\nsecond", { count: 2 });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^[^\n]*\n$/);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: "warn", message: "first\nsecond", count: 2 });
  });

  it("redacts secrets wherever they stand, and survives what cannot be printed", () => {
    const { lines, log } = capture("debug");
    const circular: Record<string, unknown> = {};
    circular["self"] = circular;
    log("error", "failed", { error: new Error("token never-shown refused"), header: "Bearer abcdefghijkl" });
    log("error", "circular never-shown", circular);
    expect(lines.join("")).not.toMatch(/never-shown|abcdefghijkl/);
    expect(JSON.parse(lines[1] ?? "")).toMatchObject({ message: "circular [redacted]" });
  });

  it("finds a secret that JSON writes another way, and leaves the line JSON", () => {
    const { lines, log } = capture("debug", String.raw`pa"ss\word`);
    const text = String.raw`it was pa"ss\word`;
    log("warn", text, { inside: [JSON.stringify({ text })], time: "message" });
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      message: "it was [redacted]",
      inside: ['{"text":"it was [redacted]"}'],
    });
  });
});

test("the redactor forgets the oldest of many tokens, and no secret of the operator", () => {
  const redactor = createRedactor();
  redactor.add("operators-key");
  for (let i = 0; i < 2_000; i++) redactor.addToken(`access-token-${i}.`);
  expect(redactor.redact("operators-key access-token-1999.")).toBe("[redacted] [redacted]");
  expect(redactor.redact("access-token-0.")).toBe("access-token-0.");
});

describe("the audit line", () => {
  it("says who did what with which outcome", async () => {
    const { lines, log } = capture("info");
    const metrics = await createMetrics({ enabled: false, log });
    const record: CallRecord = {
      tool: "manage_contact",
      action: "create",
      operation: "createContact",
      outcome: "rate_limited",
      status: 429,
      durationMs: 12,
      bytesUpstream: 10,
      bytesResult: 20,
      subject: "ann",
      clientId: "desk",
      requestId: "r-1",
    };
    metrics.recordCall(record);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ audit: true, message: "call", ...record });
    expect(metrics.scrape).toBeUndefined();
  });
});
