import type { CallRecord, Log, Metrics } from "./context.js";

/** Metrics that can be scraped, when they are switched on. */
export interface ScrapableMetrics extends Metrics {
  /** Text in the Prometheus exposition format, with its content type; undefined when metrics are off. */
  scrape?(): Promise<{ readonly contentType: string; readonly text: string }>;
}

interface Counter {
  inc(labels: Readonly<Record<string, string>>, value?: number): void;
}
interface Histogram {
  observe(labels: Readonly<Record<string, string>>, value: number): void;
}
/** The part of prom-client that is used: the package is optional, so its own types may be absent. */
interface PromClient {
  readonly Registry: new () => { readonly contentType: string; metrics(): Promise<string> };
  readonly Counter: new (options: object) => Counter;
  readonly Histogram: new (options: object) => Histogram;
  collectDefaultMetrics(options: object): void;
}

const BUCKETS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Writes the audit line of every call; counts as well when `enabled`. Throws when prom-client is not installed. */
export async function createMetrics(options: {
  readonly enabled: boolean;
  readonly log: Log;
}): Promise<ScrapableMetrics> {
  const audit = createAudit(options.log);
  if (!options.enabled) return { recordCall: audit, count: () => {} };
  const client = await loadPromClient();
  const registry = new client.Registry();
  client.collectDefaultMetrics({ register: registry });
  const counters = createCounters(client, registry);
  return {
    recordCall: (record) => {
      audit(record);
      counters.recordCall(record);
    },
    count: (event, labels) =>
      counters.events.inc({ event, tool: labels?.["tool"] ?? "", action: labels?.["action"] ?? "" }),
    scrape: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}

/** One line per call: who, what, how it ended; never an argument value. */
function createAudit(log: Log): (record: CallRecord) => void {
  return (record) => log("info", "call", { audit: true, ...record });
}

// The specifier is not a literal, so that a project without the package still compiles.
const PACKAGE: string = "prom-client";

async function loadPromClient(): Promise<PromClient> {
  const module: { readonly default?: PromClient } & Partial<PromClient> = await import(PACKAGE).catch(() => {
    throw new Error("METRICS is on, but the package prom-client is not installed: run npm install prom-client.");
  });
  const { Registry, Counter, Histogram, collectDefaultMetrics } = module.default ?? module;
  if (!Registry || !Counter || !Histogram || !collectDefaultMetrics)
    throw new Error("prom-client has an unknown shape.");
  return { Registry, Counter, Histogram, collectDefaultMetrics };
}

function createCounters(client: PromClient, registry: object) {
  const common = { registers: [registry] };
  const tool = ["tool", "action"];
  const calls = new client.Counter({
    ...common,
    name: "mcp_tool_calls_total",
    help: "Tool calls by outcome.",
    labelNames: [...tool, "outcome"],
  });
  const duration = new client.Histogram({
    ...common,
    name: "mcp_tool_call_duration_seconds",
    help: "Duration of tool calls.",
    labelNames: tool,
    buckets: BUCKETS,
  });
  const bytes = new client.Counter({
    ...common,
    name: "mcp_tool_bytes_total",
    help: "Bytes read from the API and answered to clients.",
    labelNames: [...tool, "direction"],
  });
  const events = new client.Counter({
    ...common,
    name: "mcp_events_total",
    help: "Events such as retries, truncations and schema drift.",
    labelNames: ["event", ...tool],
  });
  const recordCall = (record: CallRecord): void => {
    const labels = { tool: record.tool, action: record.action ?? "" };
    calls.inc({ ...labels, outcome: record.outcome });
    duration.observe(labels, record.durationMs / 1_000);
    bytes.inc({ ...labels, direction: "upstream" }, record.bytesUpstream);
    bytes.inc({ ...labels, direction: "result" }, record.bytesResult);
  };
  return { events, recordCall };
}
