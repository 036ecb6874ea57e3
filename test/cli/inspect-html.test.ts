import { describe, expect, test } from "vitest";
import { printInspectionPage } from "../../src/cli/inspect-html.js";
import { generate } from "../../src/index.js";

async function pageOf(spec: string) {
  const result = await generate({ spec, options: { planOnly: true } });
  const page = await printInspectionPage(result);
  const data = /<script type="application\/json" id="plan">\s*([\s\S]*?)\s*<\/script>/.exec(page)?.[1] ?? "";
  return { page, data: JSON.parse(data) as { tools: { name: string; inputSchema: { type: string } }[] } };
}

describe("the page of inspect --html", () => {
  test("holds every tool with its schema", async () => {
    const { data } = await pageOf("specs/crm.yaml");
    expect(data.tools.map(({ name }) => name)).toContain("manage_contact");
    expect(data.tools.every(({ inputSchema }) => inputSchema.type === "object")).toBe(true);
  });

  test.each(["specs/crm.yaml", "specs/features/hostile.yaml"])(
    "%s: nothing is loaded and nothing breaks out",
    async (spec) => {
      const { page } = await pageOf(spec);
      expect(page).not.toMatch(/\s(?:src|href)\s*=/i);
      expect(page.match(/<\/script/gi)).toHaveLength(2);
      expect(page).not.toContain("__PLAN__");
    },
  );
});
