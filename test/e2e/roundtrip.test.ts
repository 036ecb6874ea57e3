/** Every operation of our own descriptions, as an API that knows nothing of the generator receives it. */
import { readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { checkArrival } from "../../bench/roundtrip/arrival.js";
import type { DescribedParameter } from "../../bench/roundtrip/description.js";
import type { Json } from "../../bench/roundtrip/json.js";
import { loadProject, runDescription } from "../../bench/roundtrip/run.js";
import { repository, sharedProject } from "./project.js";

const features = readdirSync(path.join(repository, "specs/features")).filter((file) => file.endsWith(".yaml"));
const samples = ["crm.yaml", "billing.yaml", "inventory.yaml", "library/openapi.yaml"];
const specs = [...samples, ...features.map((file) => `features/${file}`)].map((name) => `specs/${name}`);

test.each(specs)("%s arrives as described", async (spec) => {
  const generated = await loadProject((await sharedProject(spec)).dir, "compiled");
  const outcomes = await runDescription(path.join(repository, spec), generated);
  expect(outcomes.filter(({ verdict }) => verdict === "wrong" || verdict === "untried")).toEqual([]);
  const offered = generated.definition.tools.flatMap((tool) =>
    Object.values(tool.actions).map(({ operation }) => 1 + (operation.variants?.length ?? 0)),
  );
  expect(outcomes.filter(({ verdict }) => verdict === "right")).toHaveLength(
    offered.reduce((sum, one) => sum + one, 0),
  );
});

describe("what does not arrive as described is seen", () => {
  const usual = { required: true, deprecated: false, schema: {}, examples: [], allowReserved: false } as const;
  const parameter = (place: DescribedParameter["in"], name: string, style = "form", explode = true) => {
    return { ...usual, in: place, name, style, explode };
  };
  const json = { mediaType: "application/json", schema: {}, examples: [], encoding: new Map<string, never>() };
  const right = { method: "POST", url: "/api/a/x%2Fy?tag=1&tag=2&f%5Bk%5D=v", "x-trace": "a,b", text: '{"n":1}' };

  async function reasonsFor(changed: Partial<typeof right>): Promise<readonly string[]> {
    const { method, url, text, ...headers } = { ...right, ...changed };
    const [location = "", query] = url.split("?", 2);
    const values: readonly { parameter: DescribedParameter; value: Json }[] = [
      { parameter: parameter("path", "id", "simple", false), value: "x/y" },
      { parameter: parameter("query", "tag"), value: [1, 2] },
      { parameter: parameter("query", "f", "deepObject"), value: { k: "v" } },
      { parameter: parameter("header", "X-Trace", "simple", false), value: ["a", "b"] },
    ];
    const misses = await checkArrival(
      {
        method,
        url,
        path: location,
        query: new URLSearchParams(query),
        text,
        body: Buffer.from(text),
        headers: { "content-type": "application/json", ...headers },
        json: JSON.parse(text) as unknown,
      },
      {
        described: { method: "POST", path: "/a/{id}", deprecated: false, parameters: [] },
        call: {
          args: {},
          values,
          body: { media: json, value: { n: 1 }, files: new Set() },
          allowed: new Set(),
          misses: [],
        },
        prefix: "/api",
        apiKeys: new Set(),
      },
    );
    return misses.map(({ reason }) => reason);
  }

  test.each<[Partial<typeof right>, readonly string[]]>([
    [{}, []],
    [{ method: "PUT" }, ["method"]],
    [{ url: right.url.replace("%2F", "/") }, ["path"]],
    [{ url: right.url.replace("tag=1&tag=2", "tag=1,2") }, ["value", "value", "query holds more"]],
    [{ url: right.url.replace("%5Bk%5D", ".k") }, ["value", "query holds more"]],
    [{ url: `${right.url}&more=1` }, ["query holds more"]],
    [{ "x-trace": "a" }, ["header"]],
    [{ text: '{"n":"1"}' }, ["body"]],
    [{ text: '{"n":1,"m":2}' }, ["body"]],
  ])("%j", async (changed, reasons) => {
    expect(await reasonsFor(changed)).toEqual(reasons);
  });
});
