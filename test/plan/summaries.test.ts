import { expect, test } from "vitest";
import type { Operation } from "../../src/model/types.js";
import { operation, planOne } from "./fixture.js";

test.each<[Partial<Operation>, string]>([
  [{ summary: "Get a site", description: "Note: keys have moved." }, "Get a site"],
  [{ description: "Note: keys have moved. Returns the sites of a team." }, "Returns the sites of a team."],
  [{ description: "This is an internal-only endpoint. Marks activity.", operationId: "x" }, "Marks activity."],
  [{ description: "**Note:** Keys have moved. Please use getKeys.", operationId: "listSites" }, "List sites."],
  [{ description: "Warning: gone soon.", operationId: "markDevServerActivity" }, "Mark dev server activity."],
  [{ operationId: "updateSiteBuildLog" }, "Update site build log."],
  [{ operationId: "siteBuildLog" }, "Create contact."],
  [{}, "Create contact."],
])("%j", (given, summary) => {
  const { server } = planOne(operation("POST /things", given), {});
  expect(server.tools[0]?.actions[0]?.summary.replace(/\.$/, "")).toBe(summary.replace(/\.$/, ""));
});
