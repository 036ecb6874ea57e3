import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CallError } from "../../templates/runtime/context.js";
import type { Operation, OperationArgument } from "../../templates/runtime/operation.js";
import { buildRequest } from "../../templates/runtime/request.js";

const credentials = { headers: {}, query: {}, cookies: {} };

function operation(path: string, rest: Partial<OperationArgument> = {}): Operation {
  const argument: OperationArgument = { name: "id", in: "path", wire: "id", schema: {}, ...rest };
  return { id: "op", method: "GET", path, class: "read", idempotent: true, arguments: [argument] };
}

async function pathOf(target: Operation, id: unknown): Promise<string | undefined> {
  try {
    const request = await buildRequest(target, { id }, { baseUrl: "https://h.example/base", credentials });
    expect(request.url.origin).toBe("https://h.example");
    expect(request.url.search).toBe("");
    return request.url.pathname;
  } catch (error) {
    if (error instanceof CallError && error.payload.code === "invalid_input") return undefined;
    throw error;
  }
}

/** Pieces that URL parsers treat in special ways, between ordinary text. */
const nasty = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ".",
        "..",
        "/",
        "\\",
        "%2e",
        "%2F",
        "%5c",
        "%",
        "?",
        "#",
        ";",
        "@",
        ":",
        "//",
        "\t",
        "\u0000",
        "\u3002",
        "{id}",
      ),
      fc.string({ unit: "binary", maxLength: 4 }),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(""));

describe("path guard", () => {
  it("keeps any text in its one segment, or refuses it", async () => {
    await fc.assert(
      fc.asyncProperty(nasty, async (id) => {
        const path = await pathOf(operation("/contacts/{id}/notes"), id);
        if (path === undefined) return;
        const segments = path.split("/");
        expect([segments.length, segments.slice(0, 3), segments[4]]).toEqual([5, ["", "base", "contacts"], "notes"]);
        expect(decodeURIComponent(segments[3] ?? "")).toBe(Buffer.from(id, "utf8").toString("utf8"));
      }),
      { numRuns: 500 },
    );
  });

  it("keeps any path below its prefix, or refuses it", async () => {
    await fc.assert(
      fc.asyncProperty(nasty, async (id) => {
        const path = await pathOf(operation("/contents/{id}", { allowSlash: true }), id);
        if (path === undefined) return;
        expect(path.startsWith("/base/contents/")).toBe(true);
        expect(path.split("/")).toHaveLength(3 + id.split("/").length);
      }),
      { numRuns: 500 },
    );
  });

  it.each(["simple", "label", "matrix"] as const)(
    "keeps lists and objects in one segment in %s style",
    async (style) => {
      const value = fc.oneof(fc.array(nasty, { maxLength: 3 }), fc.dictionary(nasty, nasty, { maxKeys: 3 }));
      await fc.assert(
        fc.asyncProperty(value, fc.boolean(), async (id, explode) => {
          const path = await pathOf(operation("/a/{id}/z", { style, explode }), id);
          if (path !== undefined) expect(path).toMatch(/^\/base\/a\/[^/]+\/z$/);
        }),
        { numRuns: 300 },
      );
    },
  );
});
